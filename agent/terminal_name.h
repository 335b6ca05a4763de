/*
 * The name of a terminal whose site.ini gives it none: that of the PC, so that one image or package
 * serves many. /etc/hostname is asked, and not the name of the moment, which a network may change.
 */
#pragma once

#include <stdbool.h>

#include "policy/site.h"

#define HOST_NAME_FILE "/etc/hostname"

/* The first part of a host name in small letters, where that can be a terminal's name and is not
 * localhost; else false and ret as it was. */
bool terminal_name_of_host(const char *host, char ret[TERMINAL_NAME_MAX + 1]);

/* Fills site->terminal by the file, where site names a source and no terminal. */
void terminal_name_settle(const char *path, struct site *site);
