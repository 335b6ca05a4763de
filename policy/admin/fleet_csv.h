/* The table of all terminals for a spreadsheet: UTF-8 with byte order mark, Japanese headings. */
#pragma once

#include "policy/admin/fleet.h"

/* Writes or replaces the file. EXIT_DONE, or EXIT_UNKNOWN after complaining. */
int fleet_csv_write(const struct fleet *fleet, const char *path);
