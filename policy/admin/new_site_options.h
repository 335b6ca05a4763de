/* What the administrator says about a new site: by options, else by answers. Each function returns
 * EXIT_DONE, or EXIT_UNKNOWN after complaining. */
#pragma once

#include "policy/admin/new_site.h"

int new_site_set_site(struct new_site *site, const char *name);
int new_site_set_tier(struct new_site *site, const char *name);
int new_site_set_tier_name(struct new_site *site, const char *text);
int new_site_set_threshold(struct new_site *site, const char *number);

/* "ID=KEYFILE": reads the public key file. */
int new_site_add_person(struct new_site *site, const char *text);

/* Asks for what is missing where somebody can be asked, else complains of all that is missing; sets
 * the threshold if it was not said, and checks that it can be met. */
int new_site_complete(struct new_site *site);
