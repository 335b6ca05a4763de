/* Options that several of the token commands have, read the same way by all of them. */
#pragma once

#include <getopt.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/admin/token_job.h"
#include "policy/admin/token_terminal.h"
#include "policy/token_dates.h"

/* For a command's table; token_option_take() knows the letters of dates and time, and
 * token_option_job() all of them. */
/* clang-format off */
#define TOKEN_OPTIONS_DATES \
	{"from", required_argument, NULL, 'F'}, \
	{"until", required_argument, NULL, 'U'}
#define TOKEN_OPTIONS_TIME \
	{"tier", required_argument, NULL, 'T'}, \
	{"not-after", required_argument, NULL, 'a'}, \
	{"serial", required_argument, NULL, 'S'}
#define TOKEN_OPTIONS_JOB \
	{"for", required_argument, NULL, 'f'}, \
	{"new-key", no_argument, NULL, 'K'}, \
	TOKEN_OPTIONS_DATES, \
	TOKEN_OPTIONS_TIME
/* clang-format on */

/* Each looks at optarg, and returns EXIT_DONE, or EXIT_UNKNOWN after complaining of the option. */

/* One of the options above; any other letter is complained of by usage. */
int token_option_take(
	int letter, const char *usage, struct token_dates *dates, struct token_time *time);
int token_option_job(int letter, const char *usage, struct token_job *job);
/* Of the whole: whether --for was said. */
int token_option_check_terminals(const struct token_job *job, const char *usage);
int token_option_number(const char *option, uint64_t min, uint64_t max, uint64_t *ret);
/* r: what a table of words made of optarg, 0 or negative. */
int token_option_word(const char *option, int r);
