/* What the administrator says about a new site: by options, else by answers. Each function returns
 * EXIT_DONE, or EXIT_UNKNOWN after complaining. */
#pragma once

#include "policy/admin/new_site.h"

int new_site_set_site(struct new_site *site, const char *name);
int new_site_set_threshold(struct new_site *site, const char *number);

/* Whether there can be one more tier of that name; whether a person can be called so. */
int new_site_check_tier(const struct new_site *site, const char *name);
int new_site_check_person(const char *id);

/* "NAME" or "NAME=TEXT", how people call it. */
int new_site_add_tier(struct new_site *site, const char *text);

/* "ID=KEYFILE": reads the public key file; another one of the same person is another key. */
int new_site_add_person(struct new_site *site, const char *text);

/* The public key file of the timer that signs fresh. */
int new_site_set_fresh_key(struct new_site *site, const char *path);

/* Complains of all that is missing; sets the threshold if it was not said, and checks that it can
 * be met. */
int new_site_complete(struct new_site *site);
