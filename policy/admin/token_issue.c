#include "policy/admin/token_issue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/token_person.h"
#include "policy/cleanup.h"
#include "policy/option.h"

struct options {
	struct token_fresh fresh;
	const char *number;
};

static void print_help(void)
{
	printf("usage: sekisho-admin " TOKEN_ISSUE_USAGE "\n\n"
	       "Writes tokens.ini beside the terminal-key.ini that was carried from a terminal, "
	       "with a\n"
	       "fresh secret for each USER (an account). Secrets are sealed to the terminal's key. "
	       "They\n"
	       "and the ten recovery codes of each person are shown once and kept nowhere.\n"
	       "The document must then be signed by a token officer.\n"
	       "  --for TERMINAL   a terminal-key.ini or its folder, such as\n"
	       "                   my-number/terminals/desk-17; once for each. A HOTP token can\n"
	       "                   be for one terminal only\n"
	       "  --type totp|hotp, --digits 6..8, --hash sha1|sha256|sha512, --period S\n"
	       "                   totp, 6, sha1 and 30 if not given, as most programs want it\n"
	       "  --number NUMBER  what the ledger calls the token; a new one if not given\n"
	       "  --from DATE, --until DATE   the days on which they count, such as 2027-04-01,\n"
	       "                   or none; as those of the person before, if not given\n"
	       "  --envelopes N    N sealed-envelope codes for each terminal, in place of those\n"
	       "                   of before\n"
	       "  --new-key        the terminal has made a new key, and tokens.ini begins anew;\n"
	       "                   without a USER, everybody whose number was made here gets a\n"
	       "                   fresh secret of the same kind; bought tokens are imported "
	       "again\n"
	       "  --tier TIER      as in tokens.ini, or in site.ini of the tier's folder\n"
	       "  --not-after DATE such as 2027-04-30; as in tokens.ini, or in 400 days\n"
	       "  --serial N       the next one if not given\n"
	       "Exit status: 0 done, 1 there are mistakes, 2 could not be tried.\n");
}

static int take_option(struct options *options, int option)
{
	uint64_t number = 0;
	int code;

	switch (option) {
	case 'E':
		code = token_option_number("envelopes", 1, ENVELOPES_MAX, &number);
		options->fresh.job.n_envelopes = number;
		return code;
	case 'n': options->number = optarg; return EXIT_DONE;
	default: return token_person_option(option, TOKEN_ISSUE_USAGE, &options->fresh);
	}
}

static int read_options(int argc, char **argv, struct options *options)
{
	static const struct option table[] = {
		{"number", required_argument, NULL, 'n'},
		{"envelopes", required_argument, NULL, 'E'},
		TOKEN_PERSON_OPTIONS,
		{0},
	};
	int option, code = EXIT_DONE;

	token_person_begin(&options->fresh);
	while (code == EXIT_DONE && (option = option_next(argc, argv, "", table, NULL)) >= 0)
		code = take_option(options, option);
	return code;
}

static int check_issue(const struct options *options, size_t n_users)
{
	const struct token_job *job = &options->fresh.job;
	int code = token_person_check_places(&options->fresh, TOKEN_ISSUE_USAGE, n_users);

	if (code != EXIT_DONE)
		return code;
	if (n_users == 0 && job->n_envelopes == 0 && !job->is_key_new)
		return admin_misused(TOKEN_ISSUE_USAGE, "who gets a token?");
	/* A secret of one terminal is not given to another in passing. */
	if (n_users == 0 && job->is_key_new && job->n_terminals > 1)
		return admin_misused(TOKEN_ISSUE_USAGE,
			"who gets a token? With --new-key and nobody named, say --for "
			"once");
	if (n_users == 0 && !job->is_key_new && (job->dates.from_s || job->dates.until_s))
		return admin_misused(TOKEN_ISSUE_USAGE,
			"whose token has these dates? \"token extend\" changes one that is there");
	if (!options->number)
		return EXIT_DONE;
	if (n_users != 1) {
		admin_complain("--number is of one person's token");
		return EXIT_UNKNOWN;
	}
	if (token_number_is_valid(options->number))
		return EXIT_DONE;
	admin_complain("--number: 1 to %d of printable ASCII", TOKEN_NUMBER_MAX);
	return EXIT_UNKNOWN;
}

int admin_token_issue(int argc, char **argv)
{
	struct options options = {0};
	struct token_job *job = &options.fresh.job;
	CLEANUP(token_handouts_clear) struct token_handouts made = {0};
	size_t n_users;
	int code;

	if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
		print_help();
		return EXIT_DONE;
	}
	code = read_options(argc, argv, &options);
	n_users = (size_t)(argc - optind);
	if (code == EXIT_DONE)
		code = check_issue(&options, n_users);
	if (code == EXIT_DONE)
		code = token_person_check_kind(&options.fresh.kind);
	if (code == EXIT_DONE)
		code = token_handouts_begin(&made);
	for (size_t i = 0; code == EXIT_DONE && i < n_users; i++) {
		code = token_person_check(argv + optind, i);
		if (code == EXIT_DONE)
			code = token_person_make(&options.fresh.kind, argv[(size_t)optind + i],
				options.number, &made.rows[i]);
	}
	if (code != EXIT_DONE)
		return code;
	job->handouts = made.rows;
	job->n_handouts = n_users;
	job->is_secret_shown = true;
	job->is_for_all = n_users == 0 && job->is_key_new;
	return token_job_run(job);
}
