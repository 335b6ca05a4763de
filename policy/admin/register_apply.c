#include "policy/admin/register_apply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/register_load.h"
#include "policy/admin/shell_quote.h"
#include "policy/admin/token_terminal.h"
#include "policy/admin/token_text.h"
#include "policy/cleanup.h"

#define TO_SIGN   "register-to-sign.txt"
#define SHOWN_MAX 10 /* commands; of more documents the list in the file is shorter to work off */

struct changes {
	const struct register_job *job;
	struct register_stage *stage;
	FILE *to_sign;
	size_t n; /* documents */
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
	fprintf(changes->to_sign, "%s\n", terminal->path);
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

static int change_terminals(struct changes *changes)
{
	const struct register_fleet *fleet = &changes->job->fleet;
	int code = EXIT_DONE;

	for (size_t first = 0, end; code == EXIT_DONE && first < fleet->n_tokens; first = end) {
		bool is_other = false;

		for (end = first; end < fleet->n_tokens &&
				  fleet->tokens[end].terminal == fleet->tokens[first].terminal;
			end++)
			is_other = is_other || register_token_is_other(&fleet->tokens[end]);
		if (is_other)
			code = change_terminal(changes, first, end);
	}
	return code;
}

static int stage_book(const struct changes *changes)
{
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	int r;

	if (!to)
		return admin_no_memory();
	r = register_book_write(&changes->job->book, to);
	if (fclose(to) != 0 || r < 0)
		return admin_no_memory();
	return register_stage_add(changes->stage, REGISTER_FILE, text, size);
}

static void print_next(const struct changes *changes, const char *list)
{
	CLEANUP(cleanup_free)
	char *path = admin_format("%s/%s", changes->stage->folder, TO_SIGN);
	CLEANUP(cleanup_free) char *quoted = path ? shell_quote(SHELL_POSIX, path) : NULL;

	printf("\n書き込みました written: %s/%s, %zu tokens.ini\n", changes->stage->folder,
		REGISTER_FILE, changes->n);
	if (changes->n == 0)
		return;
	printf("Next: have each signed by a token officer:\n");
	if (changes->n > SHOWN_MAX) {
		printf("  while read -r file; do sekisho-admin sign --yes --key KEY \"$file\"; "
		       "done < %s\n",
			quoted ? quoted : TO_SIGN);
		return;
	}
	for (const char *end; (end = strchr(list, '\n')); list = end + 1) {
		CLEANUP(cleanup_free) char *one = strndup(list, (size_t)(end - list));
		CLEANUP(cleanup_free) char *file = one ? shell_quote(SHELL_POSIX, one) : NULL;

		printf("  sekisho-admin sign --key KEY %s\n", file ? file : "FILE");
	}
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
		code = stage_book(&changes);
	if (code == EXIT_DONE && changes.n > 0)
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
