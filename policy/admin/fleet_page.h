/*
 * The page of a fleet: one HTML file with everything in it, for a section head to read and sign. No
 * script and nothing from elsewhere; it prints on A4.
 */
#pragma once

#include "policy/admin/fleet.h"

/* Writes or replaces the file. EXIT_DONE, or EXIT_UNKNOWN after complaining. */
int fleet_page_write(const struct fleet *fleet, bool is_japanese, const char *path);
