/* Who is in which group, as the name service switch says. Touches whatever that asks. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* Whether user is an account with the uid. */
bool membership_is_account(const char *user, uid_t uid);

/*
 * Whether user is in the group. What cannot be found out is yes: no failure of the name service may
 * take somebody out of a group that needs a second factor.
 */
bool membership_is_in(const char *user, const char *group);
