/* What of [login] is legal and most likely not meant. Prints; decides nothing. */
#pragma once

#include "policy/ini_document.h"
#include "policy/policy.h"

/* section: the [login] of the policy. */
void lint_login(const char *path, const struct policy *policy, const struct ini_section *section);
