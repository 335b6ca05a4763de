/* The files of a new site. */
#pragma once

#include "policy/admin/new_site.h"

/* Writes all four into folder, which is made if it is not there; none if one of them is there
 * already. Returns the exit code after complaining or saying what was written. */
int new_site_write(const struct new_site *site, const char *folder);
