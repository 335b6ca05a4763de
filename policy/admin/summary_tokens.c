#include "policy/admin/summary_tokens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/token_period.h"
#include "policy/admin/token_terminal.h"
#include "policy/cleanup.h"
#include "policy/timestamp.h"

#define SHOWN_MAX 20 /* that are named: the summary is to stay on a screen */

char *tokens_terminal_name(const struct tokens *tokens, const char *path)
{
	CLEANUP(cleanup_free) char *key_path = admin_beside(path, "terminal-key.ini");
	CLEANUP(token_terminal_clear) struct token_terminal terminal = {0};

	if (!key_path || access(key_path, F_OK) < 0 ||
		token_terminal_read_key(key_path, &terminal) != EXIT_DONE ||
		strcmp(terminal.key.fingerprint, tokens->key) != 0)
		return NULL;
	return strdup(terminal.name);
}

static void print_entry(const struct token_entry *entry)
{
	char period[TOKEN_PERIOD_TEXT_MAX], until[TIMESTAMP_SIZE];

	token_period_words(&entry->dates, period);
	printf("    %s: token %s, %s, %u digits%s", entry->user, entry->number,
		token_type_name(entry->type), entry->digits, period);
	if (entry->ticket.hash[0]) {
		timestamp_format(entry->ticket.until_s, JAPAN_MINUTES, until);
		printf(", ticket until %s", until);
	}
	if (entry->reset > 0)
		printf(", reset %u time%s", entry->reset, entry->reset == 1 ? "" : "s");
	printf("\n");
}

void summary_print_tokens(const struct tokens *tokens, const char *path)
{
	CLEANUP(cleanup_free) char *name = tokens_terminal_name(tokens, path);

	printf("  terminal   %s%s%s%s\n", name ? name : "", name ? " (" : "", tokens->key,
		name ? ")" : "");
	printf("  tokens     %zu, and %zu sealed envelope%s\n", tokens->n_entries,
		tokens->n_envelopes, tokens->n_envelopes == 1 ? "" : "s");
	for (size_t i = 0; i < tokens->n_entries && i < SHOWN_MAX; i++)
		print_entry(&tokens->entries[i]);
	if (tokens->n_entries > SHOWN_MAX)
		printf("    and %zu more\n", tokens->n_entries - SHOWN_MAX);
}
