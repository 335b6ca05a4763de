/* Questions on the terminal about a new site. */
#pragma once

#include "policy/admin/new_site.h"

/* Asks for what the options did not say. What is still missing afterwards, new_site_complete()
 * says. */
void new_site_ask(struct new_site *site);
