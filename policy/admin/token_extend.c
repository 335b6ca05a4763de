#include "policy/admin/token_extend.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/shell_quote.h"
#include "policy/admin/token_options.h"
#include "policy/admin/token_period.h"
#include "policy/admin/token_terminal.h"
#include "policy/cleanup.h"
#include "policy/option.h"

#define SHOWN_MAX 20 /* that are named of a terminal: its document says the rest */

struct extension {
	char **terminals; /* as many as were said: a tier may have 2,000 */
	size_t n_terminals;
	char *const *users;
	size_t n_users; /* 0: all who have an end */
	bool is_for_all;
	struct token_dates dates;
	struct token_time time;
};

static void print_help(void)
{
	printf("usage: sekisho-admin " TOKEN_EXTEND_USAGE "\n\n"
	       "Changes from when until when tokens count. Secrets and recovery codes stay, and "
	       "people\n"
	       "notice nothing. The documents must then be signed by a token officer.\n"
	       "  USER             an account that has a token at each TERMINAL\n"
	       "  --all            everybody whose token has an end that is before --until; who\n"
	       "                   has none gets none\n"
	       "  --for TERMINAL   a terminal-key.ini or its folder; once for each\n"
	       "  --until DATE     such as 2028-03-31, to its end; or none\n"
	       "  --from DATE      such as 2027-04-01, from 00:00; or none\n"
	       "  --not-after DATE of the document; as it was if not given\n"
	       "  --serial N       the next one if not given\n"
	       "Exit status: 0 done, 1 there are mistakes, 2 could not be tried.\n");
}

static int take_option(struct extension *extension, int option)
{
	switch (option) {
	case 'f': extension->terminals[extension->n_terminals++] = optarg; return EXIT_DONE;
	case 'A': extension->is_for_all = true; return EXIT_DONE;
	default:
		return token_option_take(
			option, TOKEN_EXTEND_USAGE, &extension->dates, &extension->time);
	}
}

static int check(const struct extension *extension)
{
	const struct token_dates *dates = &extension->dates;

	if (extension->n_terminals == 0)
		return admin_misused(TOKEN_EXTEND_USAGE, "which terminal is it for? Say --for");
	if (extension->is_for_all == (extension->n_users > 0))
		return admin_misused(TOKEN_EXTEND_USAGE, "whose token is it? Say who, or --all");
	if (dates->from_s == 0 && dates->until_s == 0)
		return admin_misused(TOKEN_EXTEND_USAGE, "until when does it count? Say --until");
	/* In bulk only longer: nobody is to lose an end, or a day, by a word too many. */
	if (extension->is_for_all && (dates->from_s != 0 || dates->until_s <= 0))
		return admin_misused(TOKEN_EXTEND_USAGE, "--all needs --until and a date");
	return EXIT_DONE;
}

static int read_options(int argc, char **argv, struct extension *extension)
{
	static const struct option table[] = {
		{"for", required_argument, NULL, 'f'},
		{"all", no_argument, NULL, 'A'},
		TOKEN_OPTIONS_DATES,
		{"not-after", required_argument, NULL, 'a'},
		{"serial", required_argument, NULL, 'S'},
		{0},
	};
	int option, code = EXIT_DONE;

	extension->time.now_s = admin_now(&extension->time.offset_minutes);
	while (code == EXIT_DONE && (option = option_next(argc, argv, "", table, NULL)) >= 0)
		code = take_option(extension, option);
	extension->users = argv + optind;
	extension->n_users = (size_t)(argc - optind);
	return code == EXIT_DONE ? check(extension) : code;
}

/* Of one terminal: what was, beside what is, to be told once it is written. */
struct change {
	struct token_dates before[TOKENS_MAX]; /* of each entry */
	size_t n;                              /* of those that are others now */
};

static bool is_meant(const struct extension *extension, const struct token_entry *entry)
{
	for (size_t i = 0; i < extension->n_users; i++)
		if (strcmp(extension->users[i], entry->user) == 0)
			return true;
	return extension->is_for_all && entry->dates.until_s != 0 &&
	       entry->dates.until_s < extension->dates.until_s;
}

static bool is_other(const struct token_dates *a, const struct token_dates *b)
{
	return a->from_s != b->from_s || a->until_s != b->until_s;
}

static int check_users(const struct extension *extension, const struct token_terminal *terminal)
{
	for (size_t i = 0; i < extension->n_users; i++)
		if (!token_terminal_find(terminal, extension->users[i])) {
			admin_complain(
				"%s has no token of %s", terminal->path, extension->users[i]);
			return EXIT_NO;
		}
	return EXIT_DONE;
}

static int open_and_change(const struct extension *extension, const char *where,
	struct token_terminal *terminal, struct change *change)
{
	int code = token_terminal_open(where, &extension->time, TOKEN_OTHER_KEY_REFUSED, terminal);

	if (code == EXIT_DONE && terminal->is_new) {
		admin_complain("%s is not there: nobody has a token", terminal->path);
		return EXIT_NO;
	}
	if (code == EXIT_DONE)
		code = check_users(extension, terminal);
	for (size_t i = 0; code == EXIT_DONE && i < terminal->tokens->n_entries; i++) {
		struct token_entry *entry = &terminal->tokens->entries[i];

		change->before[i] = entry->dates;
		if (is_meant(extension, entry))
			code = token_period_settle(terminal->path, entry->user, &extension->dates,
				extension->time.now_s, &entry->dates);
		change->n += is_other(&change->before[i], &entry->dates);
	}
	return code;
}

static void print_period(const struct token_dates *dates)
{
	char words[TOKEN_PERIOD_TEXT_MAX];

	token_period_words(dates, words);
	printf("%s", words[0] ? words + strlen(", ") : "always");
}

static void print_change(const struct token_terminal *terminal, const struct change *change)
{
	const struct tokens *tokens = terminal->tokens;
	size_t shown = 0;

	printf("written: %s, serial %" PRIu64 ", %zu of %zu token%s\n", terminal->path,
		tokens->header.serial, change->n, tokens->n_entries,
		tokens->n_entries == 1 ? "" : "s");
	for (size_t i = 0; i < tokens->n_entries && shown < SHOWN_MAX; i++) {
		if (!is_other(&change->before[i], &tokens->entries[i].dates))
			continue;
		printf("  %s counts ", tokens->entries[i].user);
		print_period(&tokens->entries[i].dates);
		printf("; before: ");
		print_period(&change->before[i]);
		printf("\n");
		shown++;
	}
	if (change->n > shown)
		printf("  and %zu more\n", change->n - shown);
}

/* Looks at one terminal; writes it where it is to be. */
static int extend_one(const struct extension *extension, const char *where, bool is_to_write,
	bool *ret_is_written)
{
	CLEANUP(token_terminal_clear) struct token_terminal terminal = {0};
	struct change change = {.n = 0};
	int code = open_and_change(extension, where, &terminal, &change);

	if (code != EXIT_DONE || !is_to_write)
		return code;
	*ret_is_written = change.n > 0;
	if (change.n == 0) {
		printf("as it was: %s\n", terminal.path);
		return EXIT_DONE;
	}
	code = token_terminal_write(&terminal, &extension->time);
	if (code == EXIT_DONE)
		print_change(&terminal, &change);
	return code;
}

static void print_next(const struct extension *extension, const bool *is_written)
{
	bool is_said = false;

	for (size_t i = 0; i < extension->n_terminals; i++) {
		CLEANUP(token_terminal_clear) struct token_terminal terminal = {0};
		CLEANUP(cleanup_free) char *path = NULL;

		if (!is_written[i] ||
			token_terminal_read_key(extension->terminals[i], &terminal) != EXIT_DONE)
			continue;
		path = shell_quote(SHELL_POSIX, terminal.path);
		printf("%s  sekisho-admin sign --key KEY %s\n",
			is_said ? "" : "Next: have each signed by a token officer:\n",
			path ? path : "FILE");
		is_said = true;
	}
}

/* All are looked at before the first is written. */
static int extend(const struct extension *extension, bool *is_written)
{
	int code = EXIT_DONE;
	size_t n = 0;

	for (size_t i = 0; code == EXIT_DONE && i < extension->n_terminals; i++)
		code = extend_one(extension, extension->terminals[i], false, NULL);
	if (code != EXIT_DONE) {
		admin_complain("nothing was written");
		return code;
	}
	for (; code == EXIT_DONE && n < extension->n_terminals; n++)
		code = extend_one(extension, extension->terminals[n], true, &is_written[n]);
	if (code != EXIT_DONE)
		admin_complain("%zu of %zu documents were looked at, and written where that was "
			       "due: the same once more does the rest",
			n - 1, extension->n_terminals);
	print_next(extension, is_written);
	return code;
}

int admin_token_extend(int argc, char **argv)
{
	CLEANUP(cleanup_free) char **terminals = calloc((size_t)argc, sizeof(*terminals));
	CLEANUP(cleanup_free) bool *is_written = calloc((size_t)argc, sizeof(*is_written));
	struct extension extension = {.terminals = terminals};
	int code;

	if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
		print_help();
		return EXIT_DONE;
	}
	if (!terminals || !is_written)
		return admin_no_memory();
	code = read_options(argc, argv, &extension);
	return code == EXIT_DONE ? extend(&extension, is_written) : code;
}
