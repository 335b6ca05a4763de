#include "policy/admin/register_apply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/register_issue.h"
#include "policy/admin/register_load.h"
#include "policy/admin/shell_quote.h"
#include "policy/admin/token_terminal.h"
#include "policy/admin/token_text.h"
#include "policy/cleanup.h"

#define TO_SIGN   "register-to-sign.txt"
#define TO_ISSUE  "register-to-issue.sh"
#define SHOWN_MAX 10

struct changes {
	const struct register_job *job;
	struct register_stage *stage;
	FILE *to_sign;
	size_t n, n_to_sign, n_to_issue; /* documents; people */
};

static int change_entry(const struct register_token *token, struct token_terminal *terminal)
{
	struct token_entry *entry = token_terminal_find(terminal, token->user);

	if (!entry || entry->dates.from_s != token->before.from_s ||
		entry->dates.until_s != token->before.until_s) {
		admin_complain("%s was changed by somebody else meanwhile", terminal->path);
		return EXIT_NO;
	}
	if (token->is_removed)
		token_terminal_remove(terminal, entry);
	else
		entry->dates = token->after;
	return EXIT_DONE;
}

static int stage_document(struct changes *changes, const struct token_terminal *terminal)
{
	const char *folder = changes->stage->folder;
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size = 0;
	int r = token_text_make(terminal->tokens, changes->job->offset_minutes, &text, &size);

	if (r == -ENOMEM)
		return admin_no_memory();
	if (r < 0) {
		admin_complain("%s: what would be written cannot be read again", terminal->path);
		return EXIT_UNKNOWN;
	}
	changes->n++;
	return register_stage_add(changes->stage, terminal->path + strlen(folder) + 1, text, size);
}

/* All of one terminal, whose tokens stand together. */
static int change_terminal(struct changes *changes, size_t first, size_t end)
{
	const struct register_fleet *fleet = &changes->job->fleet;
	CLEANUP(token_terminal_clear) struct token_terminal terminal = {0};
	const struct token_time time = {
		.now_s = changes->job->now_s, .offset_minutes = changes->job->offset_minutes};
	int code = token_terminal_open(fleet->terminals[fleet->tokens[first].terminal].folder,
		&time, TOKEN_OTHER_KEY_REFUSED, &terminal);

	for (size_t i = first; code == EXIT_DONE && i < end; i++)
		if (register_token_is_other(&fleet->tokens[i]))
			code = change_entry(&fleet->tokens[i], &terminal);
	return code == EXIT_DONE ? stage_document(changes, &terminal) : code;
}

/* Each terminal in turn: its tokens stand together, in the same order. */
static int change_terminals(struct changes *changes)
{
	const struct register_fleet *fleet = &changes->job->fleet;
	size_t first = 0, end;

	for (uint32_t at = 0; at < fleet->n_terminals; at++, first = end) {
		const struct register_terminal *terminal = &fleet->terminals[at];
		bool is_other = false;
		int code;

		for (end = first; end < fleet->n_tokens && fleet->tokens[end].terminal == at; end++)
			is_other = is_other || register_token_is_other(&fleet->tokens[end]);
		if (is_other || terminal->is_unsigned) {
			fprintf(changes->to_sign, "%s/tokens.ini\n", terminal->folder);
			changes->n_to_sign++;
		}
		code = is_other ? change_terminal(changes, first, end) : EXIT_DONE;
		if (code != EXIT_DONE)
			return code;
	}
	return EXIT_DONE;
}

/* What people are to be given, as commands: nobody wants 500 secrets printed in passing. */
static int write_issue(struct changes *changes, FILE *to)
{
	CLEANUP(cleanup_free)
	char *to_sign = admin_format("%s/%s", changes->stage->folder, TO_SIGN);

	return to_sign ? register_issue_write(changes->job, to_sign, to, &changes->n_to_issue)
		       : -ENOMEM;
}

static int write_book(struct changes *changes, FILE *to)
{
	return register_book_write(&changes->job->book, to);
}

/* Each write returns 0, or -ENOMEM. */
static int stage_text(
	struct changes *changes, const char *name, int (*write)(struct changes *changes, FILE *to))
{
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	int r;

	if (!to)
		return admin_no_memory();
	r = write(changes, to);
	if (fclose(to) != 0 || r < 0)
		return admin_no_memory();
	return register_stage_add(changes->stage, name, text, size);
}

static char *quoted_path(const struct changes *changes, const char *name)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/%s", changes->stage->folder, name);

	return path ? shell_quote(SHELL_POSIX, path) : NULL;
}

/* The few of a day by name; of 1,700 the file is the better place. */
static void print_few(const struct changes *changes, const char *list)
{
	if (changes->n_to_sign > SHOWN_MAX)
		return;
	for (const char *end; (end = strchr(list, '\n')); list = end + 1)
		printf("       %.*s\n", (int)(end - list), list);
}

static void print_next(const struct changes *changes, const char *list)
{
	CLEANUP(cleanup_free) char *to_sign = quoted_path(changes, TO_SIGN);
	CLEANUP(cleanup_free) char *to_issue = quoted_path(changes, TO_ISSUE);

	printf("\n書き込みました written: %s/%s, %zu tokens.ini\n", changes->stage->folder,
		REGISTER_FILE, changes->n);
	if (changes->n_to_sign + changes->n_to_issue > 0)
		printf("Next:\n");
	if (changes->n_to_issue > 0)
		printf("  sh %s | lp   a ticket for each of %zu who need a token; read it first\n",
			to_issue ? to_issue : TO_ISSUE, changes->n_to_issue);
	if (changes->n_to_sign + changes->n_to_issue > 0)
		printf("  sort -u %s | while read -r file; do sekisho-admin sign --yes --key KEY "
		       "\"$file\"; done\n     as a token officer: %zu tokens.ini\n",
			to_sign ? to_sign : TO_SIGN, changes->n_to_sign);
	print_few(changes, list);
}

int register_apply(const struct register_job *job, const char *folder)
{
	CLEANUP(register_stage_drop) struct register_stage stage = {0};
	CLEANUP(cleanup_free) char *list = NULL;
	size_t size = 0;
	struct changes changes = {.job = job, .stage = &stage};
	int code = register_stage_begin(folder, &stage);

	if (code != EXIT_DONE)
		return code;
	changes.to_sign = open_memstream(&list, &size);
	if (!changes.to_sign)
		return admin_no_memory();
	code = change_terminals(&changes);
	if (fclose(changes.to_sign) != 0)
		code = admin_no_memory();
	if (code == EXIT_DONE)
		code = stage_text(&changes, REGISTER_FILE, write_book);
	if (code == EXIT_DONE)
		code = stage_text(&changes, TO_ISSUE, write_issue);
	if (code == EXIT_DONE)
		code = register_stage_add(&stage, TO_SIGN, list, size);
	if (code != EXIT_DONE) {
		admin_complain("nothing was changed");
		return code;
	}
	code = register_stage_commit(&stage);
	if (code == EXIT_DONE)
		print_next(&changes, list);
	return code;
}
