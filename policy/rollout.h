/* Which terminals a policy has reached: rings first, then so many in a hundred. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/policy.h"

/*
 * Whether the policy is for this terminal: its ring is not above the policy's, and its number, the
 * SHA-256 of "SITE/TERMINAL" modulo 100, is below the policy's percent. So the same terminals
 * always go first. terminal NULL has no number and needs a percent of 1 or more; one whose name
 * is longer than TERMINAL_NAME_MAX is reached last.
 */
bool policy_reaches(
	const struct policy *policy, const char *site, const char *terminal, uint8_t ring);
