/* The policy in force, asked for over the bus. */
#pragma once

#include "agent/cli_settings.h"

/* Its text, for free(), empty for the built-in one. 0, or a negative errno after it told the
 * person. */
int cli_policy_ask(char **ret_text);

/* The same as settings. 0 and *ret, or a negative errno after it told the person. */
int cli_policy_ask_settings(struct cli_settings *ret);

/* Prints where a value comes from, what it means that it is not there, and what this version makes
 * of it. */
void cli_policy_print_why(const struct cli_settings *settings, const struct cli_setting *setting);

/* What this version makes of it, in a few words. */
const char *cli_policy_effect(const struct cli_setting *setting);
