#include "policy/admin/token_import.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/ledger.h"
#include "policy/admin/token_csv.h"
#include "policy/admin/token_job.h"
#include "policy/admin/token_options.h"
#include "policy/cleanup.h"
#include "policy/option.h"

#define CSV_SIZE_MAX (16 * 1024 * 1024)

struct options {
	struct token_job job;
	enum seed_form form;
};

static void print_help(void)
{
	printf("usage: sekisho-admin " TOKEN_IMPORT_USAGE "\n\n"
	       "Writes tokens that were bought into tokens.ini beside the terminal-key.ini that "
	       "was\n"
	       "carried from a terminal, sealed to its key. CSV has the columns 職員番号 "
	       "(account),\n"
	       "トークン番号 (serial) and 秘密鍵 (seed), and where needed 種別 (type),\n"
	       "ハッシュ (hash), 桁数 (digits), 間隔 (period), カウンタ (counter). Nothing is "
	       "imported\n"
	       "where there is a mistake. The document must then be signed by a token officer.\n"
	       "  --for TERMINAL   a terminal-key.ini or its folder; once for each. A HOTP token\n"
	       "                   can be for one terminal only\n"
	       "  --seed hex|base32  how secrets are written, where a cell could be both\n"
	       "  --from DATE, --until DATE   the days on which they count, such as 2027-04-01,\n"
	       "                   or none; as those of the person before, if not given\n"
	       "  --new-key        the terminal has made a new key, and tokens.ini begins anew\n"
	       "  --tier TIER      as in tokens.ini, or in site.ini of the tier's folder\n"
	       "  --not-after DATE such as 2027-04-30; as in tokens.ini, or in 400 days\n"
	       "  --serial N       the next one if not given\n"
	       "Exit status: 0 done, 1 there are mistakes, 2 could not be tried.\n");
}

static int take_seed(struct options *options)
{
	bool is_hex = strcmp(optarg, "hex") == 0;

	options->form = is_hex ? SEED_HEX : SEED_BASE32;
	return token_option_word("seed", is_hex || strcmp(optarg, "base32") == 0 ? 0 : -1);
}

static int take_option(struct options *options, int option)
{
	struct token_job *job = &options->job;

	switch (option) {
	case 'f':
		return token_option_name(
			"for", job->terminals, &job->n_terminals, TOKEN_TERMINALS_MAX);
	case 's': return take_seed(options);
	case 'K': job->is_key_new = true; return EXIT_DONE;
	default: return token_option_take(option, TOKEN_IMPORT_USAGE, &job->dates, &job->time);
	}
}

static int read_options(int argc, char **argv, struct options *options)
{
	static const struct option table[] = {
		{"for", required_argument, NULL, 'f'},
		{"seed", required_argument, NULL, 's'},
		{"new-key", no_argument, NULL, 'K'},
		TOKEN_OPTIONS_DATES,
		TOKEN_OPTIONS_TIME,
		{0},
	};
	int option, code = EXIT_DONE;

	options->job.time.now_s = admin_now(&options->job.time.offset_minutes);
	while (code == EXIT_DONE && (option = option_next(argc, argv, "", table, NULL)) >= 0)
		code = take_option(options, option);
	if (code == EXIT_DONE && options->job.n_terminals == 0)
		return admin_misused(TOKEN_IMPORT_USAGE, "which terminal is it for? Say --for");
	return code;
}

static int read_csv(const char *path, enum seed_form form, struct token_csv *ret)
{
	struct admin_file file = {0};
	struct problems problems = {0};
	int r;

	if (admin_read(path, CSV_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	r = token_csv_read(file.bytes, file.size, form, &problems, ret);
	ledger_print_problems(path, &problems);
	problems_clear(&problems);
	explicit_bzero(file.bytes, file.size);
	admin_file_free(&file);
	if (r == 0)
		return EXIT_DONE;
	if (r != -EBADMSG)
		return admin_no_memory();
	admin_complain("nothing was imported");
	return EXIT_NO;
}

int admin_token_import(int argc, char **argv)
{
	struct options options = {0};
	CLEANUP(token_csv_clear) struct token_csv csv = {0};
	int code;

	if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
		print_help();
		return EXIT_DONE;
	}
	code = read_options(argc, argv, &options);
	if (code != EXIT_DONE)
		return code;
	if (argc - optind != 1)
		return admin_usage(TOKEN_IMPORT_USAGE);
	code = read_csv(argv[optind], options.form, &csv);
	if (code != EXIT_DONE)
		return code;
	options.job.handouts = csv.rows;
	options.job.n_handouts = csv.n_rows;
	return token_job_run(&options.job);
}
