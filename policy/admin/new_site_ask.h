/* Questions on the terminal about a new site. */
#pragma once

#include <stdbool.h>

#include "policy/admin/new_site.h"

/*
 * Asks for what the options did not say, each question until its answer can be used. Whether
 * anything was asked. What is still missing where the answers ended, new_site_complete() says.
 */
bool new_site_ask(struct new_site *site);

/* Shows what was answered, and asks whether to write it. */
bool new_site_confirm(const struct new_site *site, const char *folder);
