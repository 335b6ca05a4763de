#include "policy/admin/token_rewrite.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/parse.h"
#include "policy/admin/shell_quote.h"
#include "policy/cleanup.h"

int token_rewrite_take(struct token_rewrite *rewrite, int letter, const char *usage)
{
	bool is_other = letter == 'e' ? rewrite->places.n > 0 : rewrite->places.is_everywhere;

	if (is_other && (letter == 'e' || letter == 'f'))
		return admin_misused(usage, "--everywhere stands alone");
	switch (letter) {
	case 'f': return token_places_add(&rewrite->places, optarg);
	case 'e': return token_places_find(&rewrite->places, optarg);
	default: return admin_usage(usage);
	}
}

/* What to look for: the at-th of what was said. */
static bool is_meant(
	const struct token_rewrite *rewrite, size_t at, const struct token_entry *entry)
{
	return rewrite->number ? strcmp(rewrite->number, entry->number) == 0
			       : strcmp(rewrite->users[at], entry->user) == 0;
}

static size_t count_meant(const struct token_rewrite *rewrite)
{
	return rewrite->number ? 1 : rewrite->n_users;
}

static struct token_entry *find(
	const struct token_rewrite *rewrite, size_t at, struct tokens *tokens)
{
	for (size_t i = 0; i < tokens->n_entries; i++)
		if (is_meant(rewrite, at, &tokens->entries[i]))
			return &tokens->entries[i];
	return NULL;
}

/* where: a document, or NULL: in none of them. */
static int complain_of_absent(const struct token_rewrite *rewrite, size_t at, const char *where)
{
	if (rewrite->number)
		admin_complain("%s%snobody has the token %s", where ? where : "", where ? ": " : "",
			rewrite->number);
	else if (where)
		admin_complain("%s has no token of %s", where, rewrite->users[at]);
	else
		admin_complain("no terminal has a token of %s", rewrite->users[at]);
	return EXIT_NO;
}

/* What a document says as it is, without a word of its place: *ret_has of what was said. */
static int look(const struct token_rewrite *rewrite, const char *where, bool *has, bool *ret_any)
{
	CLEANUP(admin_document_clear) struct admin_document document = {0};
	CLEANUP(cleanup_free) char *path = admin_format("%s/tokens.ini", where);
	int code = path ? admin_parse(path, &document) : admin_no_memory();

	*ret_any = false;
	if (code != EXIT_DONE)
		return code;
	if (!document.tokens) {
		admin_complain("%s is no tokens document", path);
		return EXIT_NO;
	}
	for (size_t at = 0; at < count_meant(rewrite); at++)
		if (find(rewrite, at, document.tokens))
			has[at] = *ret_any = true;
	return EXIT_DONE;
}

/* Of those found below a folder only the ones that have to do with it stay. */
static int narrow(struct token_rewrite *rewrite)
{
	CLEANUP(cleanup_free) bool *has = calloc(count_meant(rewrite), sizeof(*has));
	struct token_places *places = &rewrite->places;
	size_t n = 0;
	int code = has ? EXIT_DONE : admin_no_memory();

	for (size_t i = 0; i < places->n; i++) {
		bool is_one = false;

		if (code == EXIT_DONE)
			code = look(rewrite, places->paths[i], has, &is_one);
		if (is_one || code != EXIT_DONE)
			places->paths[n++] = places->paths[i];
		else
			free(places->paths[i]);
	}
	places->n = n;
	for (size_t at = 0; code == EXIT_DONE && at < count_meant(rewrite); at++)
		if (!has[at])
			code = complain_of_absent(rewrite, at, NULL);
	return code;
}

static int change_one(
	const struct token_rewrite *rewrite, struct token_terminal *terminal, bool is_written)
{
	int code = EXIT_DONE;

	for (size_t at = 0; code == EXIT_DONE && at < count_meant(rewrite); at++) {
		struct token_entry *entry = find(rewrite, at, terminal->tokens);

		if (entry)
			code = rewrite->change(terminal, entry, is_written);
		else if (!rewrite->places.is_everywhere)
			code = complain_of_absent(rewrite, at, terminal->path);
	}
	return code;
}

static int open_one(const struct token_rewrite *rewrite, size_t at, struct token_terminal *terminal)
{
	int code = token_terminal_open(
		rewrite->places.paths[at], &rewrite->time, TOKEN_OTHER_KEY_REFUSED, terminal);

	if (code != EXIT_DONE || !terminal->is_new)
		return code;
	admin_complain("%s is not there: nobody has a token", terminal->path);
	return EXIT_NO;
}

static int check_one(const struct token_rewrite *rewrite, size_t at)
{
	CLEANUP(token_terminal_clear) struct token_terminal terminal = {0};
	int code = open_one(rewrite, at, &terminal);

	return code == EXIT_DONE ? change_one(rewrite, &terminal, false) : code;
}

static int write_one(const struct token_rewrite *rewrite, size_t at, FILE *next)
{
	CLEANUP(token_terminal_clear) struct token_terminal terminal = {0};
	CLEANUP(cleanup_free) char *path = NULL;
	int code = open_one(rewrite, at, &terminal);

	if (code == EXIT_DONE)
		code = change_one(rewrite, &terminal, true);
	if (code == EXIT_DONE)
		code = token_terminal_write(&terminal, &rewrite->time);
	if (code != EXIT_DONE)
		return code;
	printf("written: %s, serial %" PRIu64 ", %zu token%s\n", terminal.path,
		terminal.tokens->header.serial, terminal.tokens->n_entries,
		terminal.tokens->n_entries == 1 ? "" : "s");
	path = shell_quote(SHELL_POSIX, terminal.path);
	fprintf(next, "  sekisho-admin sign --key KEY %s\n", path ? path : "FILE");
	return EXIT_DONE;
}

static int write_all(const struct token_rewrite *rewrite)
{
	CLEANUP(cleanup_free) char *next = NULL;
	size_t size = 0, n = 0;
	FILE *to = open_memstream(&next, &size);
	int code = to ? EXIT_DONE : admin_no_memory();

	for (; code == EXIT_DONE && n < rewrite->places.n; n++)
		code = write_one(rewrite, n, to);
	if (code != EXIT_DONE && n > 1)
		admin_complain("%zu of %zu documents were written: what those say, sign; the rest "
			       "has to be said once more",
			n - 1, rewrite->places.n);
	if (to && fclose(to) == 0 && size > 0)
		printf("Next: have each signed by a token officer, and let terminals take it:\n%s",
			next);
	return code;
}

static int check_users(const struct token_rewrite *rewrite)
{
	for (size_t i = 0; i < rewrite->n_users; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(rewrite->users[i], rewrite->users[k]) == 0) {
				admin_complain("%s is said twice", rewrite->users[i]);
				return EXIT_UNKNOWN;
			}
	return EXIT_DONE;
}

int token_rewrite_run(struct token_rewrite *rewrite)
{
	int code = check_users(rewrite);

	if (code == EXIT_DONE && rewrite->places.is_everywhere)
		code = narrow(rewrite);
	for (size_t i = 0; code == EXIT_DONE && i < rewrite->places.n; i++)
		code = check_one(rewrite, i);
	if (code != EXIT_DONE) {
		admin_complain("nothing was written");
		return code;
	}
	return write_all(rewrite);
}
