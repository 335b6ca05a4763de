/* What a record says of a login or a token, in words for people, in their language. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "agent/cli_record.h"

/* Appends to the string in buffer. False where the record is of no login: then nothing is. */
bool cli_login_words(const struct cli_login *login, char *buffer, size_t size);

/* Whether it is the reference number that somebody read out: O is 0, and I and L are 1. */
bool cli_login_has_reference(const struct cli_login *login, const char *said);
