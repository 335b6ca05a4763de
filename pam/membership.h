/* Who is in which group, as the name service switch says. Touches whatever that asks. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* Whether user is an account with the uid. */
bool membership_is_account(const char *user, uid_t uid);

/* 1: the user is in the group; 0; or a negative errno: that cannot be found out. */
int membership_of(const char *user, const char *group);
