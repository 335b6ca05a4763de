/*
 * The keys of desks that approve by telephone: opened into memory, one for each desk for sekishod,
 * and all that may let somebody in for sekisho-verify. Touches disk.
 */
#pragma once

#include "pam/unseal.h"
#include "pam/unseal_key.h"

#define DESKS_FILE "desks.ini"

/* key: NULL where there is none. 0; 1: something could not be opened, and was told; or a negative
 * errno. What no document names any more is removed. */
int unseal_desks(const struct unseal *unseal, const struct unseal_key *key);
