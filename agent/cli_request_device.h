/* Which medium somebody asks for: of those that are connected and refused, or by its number. */
#pragma once

#include <stdbool.h>

#include "agent/cli_form.h"

#define CLI_MEDIUM_WORDS_SIZE 512

/* What is asked for, as the form has it and in words. */
struct cli_wanted_medium {
	char device[64];  /* "1-2"; empty: it is not connected */
	char number[128]; /* of a registered medium; empty: is none */
	char words[CLI_MEDIUM_WORDS_SIZE];
};

/*
 * typed: a device's name or a control number; empty: the only one that is connected, or the person
 * is asked. 0; or an exit status after it told the person.
 */
int cli_request_device(const char *typed, bool may_ask, struct cli_wanted_medium *ret);
