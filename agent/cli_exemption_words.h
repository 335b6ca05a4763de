/*
 * What an exemption is to whoever asked for it: what holds, until when, what is to be done. Short
 * sentences, no word that a clerk would not know.
 */
#pragma once

#include <stdint.h>

#include "agent/cli_exemption.h"

#define CLI_EXEMPTION_WORDS_SIZE 2048

/* Sentences with LF between them, else printable. now_s: seconds since 1970. */
void cli_exemption_words(
	const struct cli_exemption *exemption, int64_t now_s, char ret[CLI_EXEMPTION_WORDS_SIZE]);

/* The medium's number, or what it calls itself; "reading only"; "30 minutes"; what for: with no
 * more than there is to say, printable. */
void cli_exemption_what(const struct cli_exemption *exemption, char ret[CLI_EXEMPTION_WORDS_SIZE]);

/* Message 27; the number is in it. */
void cli_exemption_report_words(
	const struct cli_exemption *exemption, char ret[CLI_EXEMPTION_WORDS_SIZE]);

/* "reading only" or "reading and writing"; the word itself where it is another. */
const char *cli_direction_words(const char *direction);
