/* Tokens of a delivery that become people's: what "token import" and "token assign" have in common.
 */
#pragma once

#include "policy/admin/delivery_read.h"
#include "policy/admin/token_job.h"
#include "policy/admin/token_options.h"

struct token_bought {
	struct token_job job;
	struct delivery_options options;
	const char *path; /* of the delivery */
};

/* clang-format off */
#define TOKEN_BOUGHT_OPTIONS \
	{"again", no_argument, NULL, 'A'}, \
	DELIVERY_OPTIONS, \
	TOKEN_OPTIONS_JOB
/* clang-format on */

#define TOKEN_BOUGHT_USAGE \
	"--for TERMINAL... " DELIVERY_USAGE " [--again] [--from DATE] [--until DATE] " \
	"[--new-key] [--tier TIER] [--not-after DATE] [--serial N]"

#define TOKEN_BOUGHT_HELP \
	"  --for TERMINAL   a terminal-key.ini or its folder; once for each. A HOTP token\n" \
	"                   can be for one terminal only\n" DELIVERY_HELP \
	"  --again          seals tokens anew that people have already: with new recovery\n" \
	"                   codes, and the terminal forgets what it remembers of them.\n" \
	"                   Otherwise they stay as they are\n" \
	"  --from DATE, --until DATE   the days on which they count, such as 2027-04-01,\n" \
	"                   or none; as those of the person before, if not given\n" \
	"  --new-key        the terminal has made a new key, and tokens.ini begins anew\n" \
	"  --tier TIER      as in tokens.ini, or in site.ini of the tier's folder\n" \
	"  --not-after DATE such as 2027-04-30; as in tokens.ini, or in 400 days\n" \
	"  --serial N       the next one if not given\n"

void token_bought_begin(struct token_bought *ret);

/*
 * Reads the options of a table with those above and one of the command's own, whose letter is
 * TOKEN_BOUGHT_OWN and whose value *ret_own becomes. EXIT_DONE, or EXIT_UNKNOWN after complaining.
 */
#define TOKEN_BOUGHT_OWN 'O'
int token_bought_read_options(int argc, char **argv, const struct option *table, const char *usage,
	struct token_bought *bought, const char **ret_own);

/*
 * Gives tokens of the file at bought->path to the people, or where people is NULL to those whom the
 * file names: all of them, or where anything is wrong none. people_path: for what is said of them.
 * EXIT_DONE, EXIT_NO, EXIT_UNKNOWN after complaining.
 */
int token_bought_run(
	struct token_bought *bought, const struct delivery *people, const char *people_path);
