/* The newest report of each terminal, from the folders into which terminals put things. */
#pragma once

#include "policy/admin/fleet.h"

/*
 * Reads up, folder by folder, first by names alone: of each the report with the highest number that
 * is one. What others than the terminals of the list put there is counted in strange and bad.
 * EXIT_DONE, also where there is no such folder; or EXIT_UNKNOWN after complaining.
 */
int fleet_scan(struct fleet *fleet, const char *up);
