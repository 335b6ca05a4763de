/* The files of a new site. */
#pragma once

#include "policy/admin/new_site.h"

/*
 * Makes all texts, has the documents' own parsers check them, and only then writes them into
 * folder, which is made if it is not there; none of them if one is there already. Returns the exit
 * code after complaining or saying what was written.
 */
int new_site_write(const struct new_site *site, const char *folder);
