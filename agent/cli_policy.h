/* The policy in force, asked for over the bus. */
#pragma once

#include "agent/cli_settings.h"

/* Its text, for free(), empty for the built-in one. 0, or a negative errno after it told the
 * person. */
int cli_policy_ask(char **ret_text);

/* The same as settings. 0 and *ret, or a negative errno after it told the person. */
int cli_policy_ask_settings(struct cli_settings *ret);
