/* sekisho-admin token: one-time codes for people, sealed to the terminals where they count. */
#include "policy/admin/admin.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/ledger.h"
#include "policy/admin/media_header.h"
#include "policy/admin/token_csv.h"
#include "policy/admin/token_extend.h"
#include "policy/admin/token_job.h"
#include "policy/admin/token_period.h"
#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/value.h"
#include "policy/login_name.h"

#define ISSUE_USAGE \
	"token issue [USER...] --for TERMINAL... [--type totp|hotp] [--digits N] [--hash HASH] " \
	"[--period S] [--number NUMBER] [--from DATE] [--until DATE] [--reset USER]... " \
	"[--remove USER]... [--envelopes N] [--new-key] [--tier TIER] [--not-after DATE] " \
	"[--serial N]"
#define IMPORT_USAGE \
	"token import CSV --for TERMINAL... [--seed hex|base32] [--from DATE] [--until DATE] " \
	"[--new-key] [--tier TIER] [--not-after DATE] [--serial N]"
#define KEY_USAGE    "token key TERMINAL..."
#define CSV_SIZE_MAX (16 * 1024 * 1024)
#define NAMES_MAX    TOKENS_MAX

struct options {
	struct token_job job;
	struct token_handout kind; /* of what is issued */
	const char *number;
	enum seed_form form;
	const char *resets[NAMES_MAX], *removes[NAMES_MAX];
	bool is_for_import;
};

static void print_help(void)
{
	printf("usage: sekisho-admin " ISSUE_USAGE "\n"
	       "       sekisho-admin " IMPORT_USAGE "\n"
	       "       sekisho-admin " TOKEN_EXTEND_USAGE "\n"
	       "       sekisho-admin " KEY_USAGE "\n\n"
	       "Writes tokens.ini beside the terminal-key.ini that was carried from a terminal:\n"
	       "who may log in there with which one-time codes. Secrets are sealed to the "
	       "terminal's\n"
	       "key. They and the ten recovery codes of each person are shown once and kept "
	       "nowhere.\n"
	       "The document must then be signed by a token officer.\n"
	       "  issue   a fresh secret for each USER (an account)\n"
	       "  import  tokens that were bought: a CSV with the columns 職員番号 (account),\n"
	       "          トークン番号 (serial) and 秘密鍵 (seed), and where needed 種別 (type),\n"
	       "          ハッシュ (hash), 桁数 (digits), 間隔 (period), カウンタ (counter).\n"
	       "          Nothing is imported where there is a mistake\n"
	       "  extend  another end for tokens that are there, of USERs or of all that have one\n"
	       "  key     prints the fingerprints of terminals' keys, to be compared with their\n"
	       "          screens\n"
	       "  --for TERMINAL   a terminal-key.ini or its folder, such as\n"
	       "                   my-number/terminals/desk-17; once for each. A HOTP token can\n"
	       "                   be for one terminal only\n"
	       "  --type totp|hotp, --digits 6..8, --hash sha1|sha256|sha512, --period S\n"
	       "                   totp, 6, sha1 and 30 if not given, as most programs want it\n"
	       "  --number NUMBER  what the ledger calls the token; a new one if not given\n"
	       "  --from DATE, --until DATE   the days on which they count, such as 2027-04-01,\n"
	       "                   or none; as those of the person before, if not given\n"
	       "  --reset USER     the terminal forgets what it remembers of that token: wrong\n"
	       "                   codes, lock, clock, used codes\n"
	       "  --remove USER    that token counts no longer\n"
	       "  --envelopes N    N sealed-envelope codes for each terminal, in place of those\n"
	       "                   of before\n"
	       "  --new-key        the terminal has made a new key, and tokens.ini begins anew;\n"
	       "                   without a USER, everybody gets a fresh secret of the same kind\n"
	       "  --seed hex|base32  how secrets are written, where a cell could be both\n"
	       "  --tier TIER      as in tokens.ini, or in site.ini of the tier's folder\n"
	       "  --not-after DATE such as 2027-04-30; as in tokens.ini, or in 400 days\n"
	       "  --serial N       the next one if not given\n"
	       "Exit status: 0 done, 1 there are mistakes, 2 could not be tried.\n");
}

static int take_number(const char *option, uint64_t min, uint64_t max, uint64_t *ret)
{
	if (number_parse(optarg, min, max, ret) == 0)
		return EXIT_DONE;
	admin_complain("--%s needs a number from %llu to %llu", option, (unsigned long long)min,
		(unsigned long long)max);
	return EXIT_UNKNOWN;
}

static int take_name(const char *option, const char **names, size_t *n, size_t max)
{
	if (*n == max) {
		admin_complain("--%s can be said %zu times", option, max);
		return EXIT_UNKNOWN;
	}
	names[(*n)++] = optarg;
	return EXIT_DONE;
}

static int take_word(const char *option, int r)
{
	if (r == 0)
		return EXIT_DONE;
	admin_complain("--%s: %s is none of its words; see --help", option, optarg);
	return EXIT_UNKNOWN;
}

static int take_seed(struct options *options)
{
	bool is_hex = strcmp(optarg, "hex") == 0;

	options->form = is_hex ? SEED_HEX : SEED_BASE32;
	return take_word("seed", is_hex || strcmp(optarg, "base32") == 0 ? 0 : -1);
}

static int take_time(struct token_time *time)
{
	if (media_header_parse_end(optarg, time->offset_minutes, &time->not_after) == 0)
		return EXIT_DONE;
	admin_complain("--not-after needs a date such as 2027-04-30");
	return EXIT_UNKNOWN;
}

static int take_option(struct options *options, int option)
{
	struct token_handout *kind = &options->kind;
	struct token_job *job = &options->job;
	uint64_t number = 0;
	int code = EXIT_DONE;

	switch (option) {
	case 'f': return take_name("for", job->terminals, &job->n_terminals, TOKEN_TERMINALS_MAX);
	case 'R': return take_name("reset", options->resets, &job->n_resets, NAMES_MAX);
	case 'x': return take_name("remove", options->removes, &job->n_removes, NAMES_MAX);
	case 't': return take_word("type", token_type_from_name(optarg, &kind->type));
	case 'H': return take_word("hash", token_hash_from_name(optarg, &kind->hash));
	case 'd':
		code = take_number("digits", CODE_DIGITS_MIN, CODE_DIGITS_MAX, &number);
		kind->digits = (uint8_t)number;
		return code;
	case 'p':
		code = take_number("period", TOKEN_PERIOD_MIN_S, TOKEN_PERIOD_MAX_S, &number);
		kind->period_s = (uint16_t)number;
		return code;
	case 'E':
		code = take_number("envelopes", 1, ENVELOPES_MAX, &number);
		job->n_envelopes = number;
		return code;
	case 'n': options->number = optarg; return code;
	case 'K': job->is_key_new = true; return code;
	case 's': return take_seed(options);
	case 'F':
		return token_date_take(
			"from", optarg, job->time.offset_minutes, &job->dates.from_s);
	case 'U':
		return token_date_take(
			"until", optarg, job->time.offset_minutes, &job->dates.until_s);
	case 'T': job->time.tier = optarg; return code;
	case 'a': return take_time(&job->time);
	case 'S': return take_number("serial", 1, SERIAL_MAX, &job->time.serial);
	default: return admin_usage(options->is_for_import ? IMPORT_USAGE : ISSUE_USAGE);
	}
}

static const struct option issue_table[] = {
	{"for", required_argument, NULL, 'f'},
	{"type", required_argument, NULL, 't'},
	{"hash", required_argument, NULL, 'H'},
	{"digits", required_argument, NULL, 'd'},
	{"period", required_argument, NULL, 'p'},
	{"number", required_argument, NULL, 'n'},
	{"from", required_argument, NULL, 'F'},
	{"until", required_argument, NULL, 'U'},
	{"reset", required_argument, NULL, 'R'},
	{"remove", required_argument, NULL, 'x'},
	{"envelopes", required_argument, NULL, 'E'},
	{"new-key", no_argument, NULL, 'K'},
	{"tier", required_argument, NULL, 'T'},
	{"not-after", required_argument, NULL, 'a'},
	{"serial", required_argument, NULL, 'S'},
	{0},
};

static const struct option import_table[] = {
	{"for", required_argument, NULL, 'f'},
	{"seed", required_argument, NULL, 's'},
	{"from", required_argument, NULL, 'F'},
	{"until", required_argument, NULL, 'U'},
	{"new-key", no_argument, NULL, 'K'},
	{"tier", required_argument, NULL, 'T'},
	{"not-after", required_argument, NULL, 'a'},
	{"serial", required_argument, NULL, 'S'},
	{0},
};

static int read_options(int argc, char **argv, struct options *options)
{
	const struct option *table = options->is_for_import ? import_table : issue_table;
	const char *usage = options->is_for_import ? IMPORT_USAGE : ISSUE_USAGE;
	int option, code = EXIT_DONE;

	options->job.time.now_s = admin_now(&options->job.time.offset_minutes);
	options->job.resets = options->resets;
	options->job.removes = options->removes;
	while (code == EXIT_DONE && (option = getopt_long(argc, argv, "", table, NULL)) >= 0)
		code = take_option(options, option);
	if (code == EXIT_DONE && options->job.n_terminals == 0)
		return admin_misused(usage, "which terminal is it for? Say --for");
	return code;
}

/* What belongs to one type only. */
static int check_kind(struct options *options)
{
	struct token_handout *kind = &options->kind;

	if (kind->type == CODE_HOTP && kind->period_s > 0) {
		admin_complain("a HOTP token has no --period");
		return EXIT_UNKNOWN;
	}
	if (kind->type == CODE_HOTP && kind->hash != CODE_SHA1) {
		admin_complain("a HOTP token is of --hash sha1 (RFC 4226)");
		return EXIT_UNKNOWN;
	}
	if (kind->type == CODE_TOTP && kind->period_s == 0)
		kind->period_s = 30;
	return EXIT_DONE;
}

static int check_user(char **users, size_t at)
{
	if (!account_name_is_valid(users[at])) {
		admin_complain("%s is no account: a-z 0-9 - _, no digit first, at most %d letters",
			users[at], ACCOUNT_NAME_MAX);
		return EXIT_UNKNOWN;
	}
	for (size_t i = 0; i < at; i++)
		if (strcmp(users[i], users[at]) == 0) {
			admin_complain("%s is said twice", users[at]);
			return EXIT_UNKNOWN;
		}
	return EXIT_DONE;
}

static int make_handout(const struct options *options, const char *user, struct token_handout *ret)
{
	int code;

	*ret = options->kind;
	snprintf(ret->user, sizeof(ret->user), "%s", user);
	code = token_make_secret(ret);
	if (code != EXIT_DONE)
		return code;
	if (!options->number)
		return token_make_number(ret->number);
	snprintf(ret->number, sizeof(ret->number), "%s", options->number);
	return EXIT_DONE;
}

static int check_issue(const struct options *options, size_t n_users)
{
	const struct token_job *job = &options->job;

	if (n_users == 0 && job->n_resets + job->n_removes + job->n_envelopes == 0 &&
		!job->is_key_new)
		return admin_misused(ISSUE_USAGE, "who gets a token?");
	/* A secret of one terminal is not given to another in passing. */
	if (n_users == 0 && job->is_key_new && job->n_terminals > 1)
		return admin_misused(ISSUE_USAGE,
			"who gets a token? With --new-key and nobody named, say --for "
			"once");
	if (n_users == 0 && !job->is_key_new && (job->dates.from_s || job->dates.until_s))
		return admin_misused(ISSUE_USAGE,
			"whose token has these dates? \"token extend\" changes one that is there");
	if (n_users > TOKENS_MAX) {
		admin_complain("at most %d persons at a terminal", TOKENS_MAX);
		return EXIT_UNKNOWN;
	}
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

static int issue(int argc, char **argv)
{
	struct options options = {
		.kind = {.type = CODE_TOTP, .hash = CODE_SHA1, .digits = CODE_DIGITS_MIN}};
	CLEANUP(token_csv_clear) struct token_csv made = {0};
	int code = read_options(argc, argv, &options);
	size_t n_users = (size_t)(argc - optind);

	if (code == EXIT_DONE)
		code = check_issue(&options, n_users);
	if (code == EXIT_DONE)
		code = check_kind(&options);
	made.rows = calloc(TOKENS_MAX, sizeof(*made.rows));
	if (code == EXIT_DONE && !made.rows)
		return admin_no_memory();
	for (size_t i = 0; code == EXIT_DONE && i < n_users; i++) {
		code = check_user(argv + optind, i);
		if (code == EXIT_DONE)
			code = make_handout(&options, argv[(size_t)optind + i], &made.rows[i]);
	}
	if (code != EXIT_DONE)
		return code;
	options.job.handouts = made.rows;
	options.job.n_handouts = n_users;
	options.job.is_secret_shown = true;
	options.job.is_for_all = n_users == 0 && options.job.is_key_new;
	return token_job_run(&options.job);
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

static int import(int argc, char **argv)
{
	struct options options = {.is_for_import = true};
	CLEANUP(token_csv_clear) struct token_csv csv = {0};
	int code = read_options(argc, argv, &options);

	if (code != EXIT_DONE)
		return code;
	if (argc - optind != 1)
		return admin_usage(IMPORT_USAGE);
	code = read_csv(argv[optind], options.form, &csv);
	if (code != EXIT_DONE)
		return code;
	options.job.handouts = csv.rows;
	options.job.n_handouts = csv.n_rows;
	return token_job_run(&options.job);
}

static int key(int argc, char **argv)
{
	int code = EXIT_DONE;

	if (argc < 2)
		return admin_usage(KEY_USAGE);
	for (int i = 1; i < argc && code == EXIT_DONE; i++) {
		CLEANUP(token_terminal_clear) struct token_terminal terminal = {0};

		code = token_terminal_read_key(argv[i], &terminal);
		if (code == EXIT_DONE)
			printf("%s  %s\n", terminal.key.fingerprint, terminal.name);
	}
	return code;
}

int admin_token(int argc, char **argv)
{
	const char *word = argc >= 2 ? argv[1] : "";
	bool is_help = strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
		       (argc >= 3 && strcmp(argv[2], "--help") == 0);

	if (strcmp(word, "extend") == 0)
		return admin_token_extend(argc - 1, argv + 1);
	if (is_help) {
		print_help();
		return EXIT_DONE;
	}
	if (strcmp(word, "issue") == 0)
		return issue(argc - 1, argv + 1);
	if (strcmp(word, "import") == 0)
		return import(argc - 1, argv + 1);
	if (strcmp(word, "key") == 0)
		return key(argc - 1, argv + 1);
	return admin_usage("token {issue | import | extend | key} ...");
}
