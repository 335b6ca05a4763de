#include "policy/admin/token_list.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/day.h"
#include "policy/admin/options.h"
#include "policy/admin/register_difference.h"
#include "policy/admin/register_load.h"
#include "policy/admin/register_settle.h"
#include "policy/admin/register_stage.h"
#include "policy/cleanup.h"

struct options {
	const char *folder;
	bool is_csv;
	char *const *users;
	size_t n_users; /* 0: all */
};

static void print_help(void)
{
	printf("usage: sekisho-admin " TOKEN_LIST_USAGE "\n\n"
	       "Says who has which token at which terminal, and whether it counts.\n"
	       "  USER           these accounts alone\n"
	       "  --csv          the register (利用者登録簿) as CSV, with its columns of tokens as "
	       "they are\n"
	       "                 today; needs register.csv\n"
	       "  --folder TIER  the tier's folder, with terminals/; this one if not given\n"
	       "Exit status: 0 done, 1 there are mistakes, 2 could not be tried.\n");
}

static int read_options(int argc, char **argv, struct options *options)
{
	const struct admin_option table[] = {
		{"folder", &options->folder, NULL},
		{"csv", NULL, &options->is_csv},
	};
	int code = admin_read_options(
		argc, argv, table, sizeof(table) / sizeof(table[0]), TOKEN_LIST_USAGE, print_help);

	if (code != EXIT_DONE)
		return code;
	options->users = argv + optind;
	options->n_users = (size_t)(argc - optind);
	if (options->is_csv && options->n_users > 0)
		return admin_misused(TOKEN_LIST_USAGE, "--csv is the whole register");
	return EXIT_DONE;
}

static bool is_meant(const struct options *options, const char *account)
{
	for (size_t i = 0; i < options->n_users; i++)
		if (strcmp(options->users[i], account) == 0)
			return true;
	return options->n_users == 0;
}

/* As the document says it: listing changes nothing. */
static void print_token(const struct register_job *job, const struct register_token *token)
{
	static const char *const states[] = {
		[TOKEN_NOT_YET] = "開始前 not yet",
		[TOKEN_EXPIRED] = "期限切れ ended",
		[TOKEN_COUNTS] = "有効 counts",
	};
	const struct token_dates *dates = &token->before;
	char from[REGISTER_TIME_SIZE], until[REGISTER_TIME_SIZE];

	printf("  %s  %s  %s  %s", job->fleet.terminals[token->terminal].name, token->number,
		token_type_name(token->type),
		states[token_dates_judge(dates, job->now_s, job->now_s)]);
	if (dates->from_s != 0)
		printf("  from %s", register_time_text(job, dates->from_s, from));
	if (dates->until_s != 0)
		printf("  until %s", register_time_text(job, dates->until_s, until));
	printf("\n");
}

static size_t print_tokens_of(const struct register_job *job, const char *account)
{
	const struct register_token *tokens = job->fleet.tokens;
	size_t n = 0;

	for (uint32_t at = register_fleet_first(&job->fleet, account); at != REGISTER_NO_TOKEN;
		at = tokens[at].next, n++)
		print_token(job, &tokens[at]);
	return n;
}

static void print_row(const struct register_job *job, const struct register_row *row)
{
	const char *account = register_cell(row, REGISTER_ACCOUNT);

	printf("%s  %s  %s  %s", account, register_cell(row, REGISTER_NUMBER),
		register_cell(row, REGISTER_NAME), register_cell(row, REGISTER_SECTION));
	if (row->disabled != DAY_NONE)
		printf("  抹消 disabled %s", register_cell(row, REGISTER_DISABLED));
	printf("\n");
	/* Of several rows the last one holds. */
	if (register_book_find(&job->book, register_cell(row, REGISTER_NUMBER)) == row &&
		print_tokens_of(job, account) == 0)
		printf("  トークンなし no token\n");
}

static void print_list(const struct options *options, const struct register_job *job)
{
	for (size_t i = 0; i < job->book.n_rows; i++)
		if (is_meant(options, register_cell(&job->book.rows[i], REGISTER_ACCOUNT)))
			print_row(job, &job->book.rows[i]);
	for (size_t i = 0; i < job->fleet.n_tokens; i++) {
		const char *account = job->fleet.tokens[i].user;

		/* Once, at the first of them. */
		if (register_fleet_first(&job->fleet, account) != i ||
			register_book_find_account(&job->book, account) ||
			!is_meant(options, account))
			continue;
		printf("%s%s\n", account,
			job->book.n_rows > 0 ? "  登録簿にない not in the register" : "");
		print_tokens_of(job, account);
	}
}

/* Whoever is asked for and has nothing is a word mistyped, or the answer. */
static int check_users(const struct options *options, const struct register_job *job)
{
	int code = EXIT_DONE;

	for (size_t i = 0; i < options->n_users; i++) {
		const char *user = options->users[i];

		if (register_fleet_first(&job->fleet, user) != REGISTER_NO_TOKEN ||
			register_book_find_account(&job->book, user))
			continue;
		admin_complain("%s has no token in %s", user, options->folder);
		code = EXIT_NO;
	}
	return code;
}

static int print_csv(struct register_job *job)
{
	if (job->book.n_rows == 0) {
		admin_complain("there is no %s yet: \"token register\" makes it", REGISTER_FILE);
		return EXIT_NO;
	}
	if (register_settle(job) < 0 || register_book_write(&job->book, stdout) < 0)
		return admin_no_memory();
	return EXIT_DONE;
}

int admin_token_list(int argc, char **argv)
{
	CLEANUP(register_job_clear) struct register_job job = {.by = ""};
	struct options options = {.folder = "."};
	int code = read_options(argc, argv, &options);

	if (code != EXIT_DONE)
		return code == ADMIN_HELPED ? EXIT_DONE : code;
	job.now_s = admin_now(&job.offset_minutes);
	job.today = day_of(job.now_s, job.offset_minutes);
	code = register_check_unfinished(options.folder);
	if (code == EXIT_DONE)
		code = register_load(&(struct register_paths){.folder = options.folder}, &job);
	if (code != EXIT_DONE)
		return code;
	if (options.is_csv)
		return print_csv(&job);
	print_list(&options, &job);
	return check_users(&options, &job);
}
