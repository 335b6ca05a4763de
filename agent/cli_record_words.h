/* A record in words for people, in their language. */
#pragma once

#include <stddef.h>

#include "agent/cli_record.h"

#define CLI_RECORD_WORDS_SIZE 2048

/* In the words of cli_outcome.h; empty where nothing was decided. */
const char *cli_record_outcome(const struct cli_record *record);

/* What happened, and why as far as the record says. Printable, on one line. */
void cli_record_happened(const struct cli_record *record, char ret[CLI_RECORD_WORDS_SIZE]);

/* "1-2 0951:1666 Kingston DataTraveler", the name alone, or nothing. Printable. */
void cli_record_device(const struct cli_record *record, char ret[CLI_RECORD_WORDS_SIZE]);
