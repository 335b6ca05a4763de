/* Where a value of the policy comes from, in sentences. */
#pragma once

#include "agent/cli_settings.h"

/* Prints where a value comes from, what it means that it is not there, and what this version makes
 * of it. */
void cli_policy_print_why(const struct cli_settings *settings, const struct cli_setting *setting);

/* What this version makes of it, in a few words. */
const char *cli_policy_effect(const struct cli_setting *setting);
