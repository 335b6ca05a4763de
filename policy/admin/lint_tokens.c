/* What of a tokens document is legal and to be known before it is signed. */
#include "policy/admin/lint.h"

#include <stdlib.h>
#include <unistd.h>

#include "policy/admin/summary_tokens.h"
#include "policy/cleanup.h"
#include "policy/timestamp.h"

#define ENDS_SOON_S (30 * (int64_t)DAY_S)

/* Dates with which the document cannot be meant, or soon is meant no more. */
static void check_dates(const char *path, const struct document_header *header,
	const struct token_entry *entry, int64_t now_s)
{
	int64_t from_s = entry->dates.from_s, until_s = entry->dates.until_s;
	char until[TIMESTAMP_SIZE];

	timestamp_format(until_s, JAPAN_MINUTES, until);
	if (from_s > header->not_after)
		lint_warn(path, entry->line,
			"the token of %s never counts: it begins after this document's not-after",
			entry->user);
	if (until_s == 0)
		return;
	if (until_s <= header->not_before)
		lint_warn(path, entry->line,
			"the token of %s never counts: it ends on %s, before this document's "
			"not-before",
			entry->user, until);
	else if (until_s <= now_s)
		lint_warn(path, entry->line, "the token of %s ended on %s", entry->user, until);
	else if (until_s - now_s < ENDS_SOON_S)
		lint_warn(path, entry->line,
			"the token of %s ends in %d days, on %s: \"token extend\" makes it longer",
			entry->user, (int)((until_s - now_s) / DAY_S), until);
}

/* Whoever has not enrolled by then needs another. */
static void check_ticket(const char *path, const struct document_header *header,
	const struct token_entry *entry, int64_t now_s)
{
	int64_t until_s = entry->ticket.until_s;
	char until[TIMESTAMP_SIZE];

	if (until_s == 0)
		return;
	timestamp_format(until_s, JAPAN_MINUTES, until);
	if (until_s <= entry->dates.from_s || until_s <= header->not_before)
		lint_warn(path, entry->line,
			"the ticket of %s never counts: it ends on %s, before %s", entry->user,
			until,
			until_s <= header->not_before ? "this document's not-before"
						      : "the token begins");
	else if (until_s <= now_s)
		lint_note(path, entry->line, "the ticket of %s ended on %s", entry->user, until);
}

/* Whoever is on the list makes the terminal ask everybody, and here nobody could answer. */
static void check_anybody(const char *path, const struct tokens *tokens, int64_t now_s)
{
	int64_t begins_s = now_s > tokens->header.not_before ? now_s : tokens->header.not_before;

	for (size_t i = 0; i < tokens->n_entries; i++)
		if (token_dates_judge(&tokens->entries[i].dates, begins_s, begins_s) ==
			TOKEN_COUNTS)
			return;
	if (tokens->n_entries > 0)
		lint_warn(path, 0,
			"nobody's token counts when this document begins: where policy asks for a "
			"code, only a sealed envelope lets in then");
}

void lint_tokens(const char *path, const struct tokens *tokens, int64_t now_s)
{
	CLEANUP(cleanup_free) char *key_path = admin_beside(path, "terminal-key.ini");
	CLEANUP(cleanup_free) char *name = tokens_terminal_name(tokens, path);

	if (key_path && access(key_path, F_OK) == 0 && !name)
		lint_warn(path, 0, "it is sealed to another key than that of %s", key_path);
	for (size_t i = 0; i < tokens->n_entries; i++)
		if (tokens->entries[i].n_recovery == 0)
			lint_note(path, tokens->entries[i].line,
				"%s has no recovery codes: who loses the token needs an envelope",
				tokens->entries[i].user);
	for (size_t i = 0; i < tokens->n_entries; i++) {
		check_dates(path, &tokens->header, &tokens->entries[i], now_s);
		check_ticket(path, &tokens->header, &tokens->entries[i], now_s);
	}
	check_anybody(path, tokens, now_s);
	if (tokens->n_envelopes == 0)
		lint_note(path, 0,
			"no sealed envelopes: make some (--envelopes) for the day on which no "
			"code is at hand");
}
