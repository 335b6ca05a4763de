#include "policy/admin/register_fleet.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/parse.h"
#include "policy/cleanup.h"

#define FOLDERS_MAX 100000 /* of terminals, and more than any tier has */

static int grow(void **items, size_t *room, size_t n, size_t size)
{
	size_t more = *room > 0 ? 2 * *room : 256;
	void *grown;

	if (n < *room)
		return 0;
	grown = reallocarray(*items, more, size);
	if (!grown)
		return -ENOMEM;
	*items = grown;
	*room = more;
	return 0;
}

static int add_terminal(struct register_fleet *fleet, const char *name, char *folder, uint32_t *ret)
{
	struct register_terminal *terminal;

	if (grow((void **)&fleet->terminals, &fleet->room_terminals, fleet->n_terminals,
		    sizeof(*terminal)) < 0)
		return -ENOMEM;
	terminal = &fleet->terminals[fleet->n_terminals];
	*terminal = (struct register_terminal){.folder = folder};
	memcpy(terminal->name, name, strnlen(name, TERMINAL_NAME_MAX));
	*ret = (uint32_t)fleet->n_terminals++;
	return 0;
}

/* Names point into the table of terminals, which moves while it grows. */
static int index_terminals(struct register_fleet *fleet)
{
	name_index_clear(&fleet->by_name);
	for (size_t i = 0; i < fleet->n_terminals; i++)
		if (name_index_put(&fleet->by_name, fleet->terminals[i].name, (uint32_t)i) < 0)
			return -ENOMEM;
	return 0;
}

int register_fleet_add(struct register_fleet *fleet, const char *name, uint32_t *ret)
{
	const struct register_terminal *before = fleet->terminals;
	int r = add_terminal(fleet, name, NULL, ret);

	if (r == 0 && fleet->terminals != before)
		return index_terminals(fleet);
	return r == 0 ? name_index_put(&fleet->by_name, fleet->terminals[*ret].name, *ret) : r;
}

static int add_tokens(struct register_fleet *fleet, uint32_t terminal, const struct tokens *tokens)
{
	for (size_t i = 0; i < tokens->n_entries; i++) {
		const struct token_entry *entry = &tokens->entries[i];
		struct register_token *token;

		if (grow((void **)&fleet->tokens, &fleet->room_tokens, fleet->n_tokens,
			    sizeof(*token)) < 0)
			return admin_no_memory();
		token = &fleet->tokens[fleet->n_tokens++];
		*token = (struct register_token){.type = entry->type,
			.terminal = terminal,
			.before = entry->dates,
			.after = entry->dates,
			.next = REGISTER_NO_TOKEN};
		memcpy(token->user, entry->user, sizeof(token->user));
		memcpy(token->number, entry->number, sizeof(token->number));
	}
	return EXIT_DONE;
}

static int read_tokens(struct register_fleet *fleet, uint32_t terminal, const char *path)
{
	CLEANUP(admin_document_clear) struct admin_document document = {0};
	int code = admin_parse(path, &document);

	if (code != EXIT_DONE)
		return code;
	if (!document.tokens) {
		admin_complain("%s is no tokens document", path);
		return EXIT_NO;
	}
	fleet->terminals[terminal].is_unsigned = document.parts.n_signatures == 0;
	return add_tokens(fleet, terminal, document.tokens);
}

/* A folder without key and tokens is none of a terminal's. */
static int read_terminal(struct register_fleet *fleet, const char *terminals, const char *name)
{
	CLEANUP(cleanup_free) char *folder = admin_format("%s/%s", terminals, name);
	CLEANUP(cleanup_free) char *key = admin_format("%s/%s/terminal-key.ini", terminals, name);
	CLEANUP(cleanup_free) char *path = admin_format("%s/%s/tokens.ini", terminals, name);
	bool has_tokens = path && access(path, F_OK) == 0;
	uint32_t terminal;

	if (!folder || !key || !path)
		return admin_no_memory();
	if (!has_tokens && access(key, F_OK) < 0)
		return EXIT_DONE;
	if (strlen(name) > TERMINAL_NAME_MAX || name[strcspn(name, " ,;")] != '\0') {
		admin_complain("%s: a terminal's name has at most %d letters, and no space, comma "
			       "or semicolon",
			folder, TERMINAL_NAME_MAX);
		return EXIT_NO;
	}
	if (add_terminal(fleet, name, folder, &terminal) < 0)
		return admin_no_memory();
	folder = NULL;
	return has_tokens ? read_tokens(fleet, terminal, path) : EXIT_DONE;
}

/* From the last to the first, so that each account's tokens are in the order of the terminals. */
static int index_tokens(struct register_fleet *fleet)
{
	for (size_t i = fleet->n_tokens; i-- > 0;) {
		struct register_token *token = &fleet->tokens[i];

		token->next = register_fleet_first(fleet, token->user);
		if (name_index_put(&fleet->by_account, token->user, (uint32_t)i) < 0)
			return admin_no_memory();
	}
	return index_terminals(fleet) < 0 ? admin_no_memory() : EXIT_DONE;
}

static int is_name(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **left, const struct dirent **right)
{
	return strcmp((*left)->d_name, (*right)->d_name);
}

int register_fleet_read(const char *folder, struct register_fleet *ret)
{
	CLEANUP(cleanup_free) char *terminals = admin_format("%s/terminals", folder);
	struct dirent **names = NULL;
	int n, code = EXIT_DONE;

	if (!terminals)
		return admin_no_memory();
	if (admin_check_path(terminals) < 0)
		return EXIT_UNKNOWN;
	n = scandir(terminals, &names, is_name, by_bytes);
	if (n < 0) {
		admin_complain("%s cannot be read: %s; say --folder, a tier's", terminals,
			strerror(errno));
		return EXIT_UNKNOWN;
	}
	for (int i = 0; i < n; i++) {
		if (code == EXIT_DONE && i < FOLDERS_MAX)
			code = read_terminal(ret, terminals, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return code == EXIT_DONE ? index_tokens(ret) : code;
}

void register_fleet_clear(struct register_fleet *fleet)
{
	for (size_t i = 0; i < fleet->n_terminals; i++)
		free(fleet->terminals[i].folder);
	free(fleet->terminals);
	free(fleet->tokens);
	name_index_clear(&fleet->by_name);
	name_index_clear(&fleet->by_account);
	*fleet = (struct register_fleet){0};
}

uint32_t register_fleet_first(const struct register_fleet *fleet, const char *account)
{
	uint32_t first;

	return name_index_find(&fleet->by_account, account, &first) ? first : REGISTER_NO_TOKEN;
}

struct register_token *register_fleet_find(
	const struct register_fleet *fleet, const char *account, uint32_t terminal)
{
	for (uint32_t at = register_fleet_first(fleet, account); at != REGISTER_NO_TOKEN;
		at = fleet->tokens[at].next)
		if (fleet->tokens[at].terminal == terminal && !fleet->tokens[at].is_removed)
			return &fleet->tokens[at];
	return NULL;
}

bool register_token_is_other(const struct register_token *token)
{
	return token->is_removed || token->before.from_s != token->after.from_s ||
	       token->before.until_s != token->after.until_s;
}
