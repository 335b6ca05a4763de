#include "policy/admin/diff.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/token_period.h"
#include "policy/timestamp.h"

static const struct token_entry *find(const struct tokens *tokens, const char *user)
{
	for (size_t i = 0; i < tokens->n_entries; i++)
		if (strcmp(tokens->entries[i].user, user) == 0)
			return &tokens->entries[i];
	return NULL;
}

static bool is_same_secret(const struct sealed *a, const struct sealed *b)
{
	return a->size == b->size && memcmp(a->key, b->key, sizeof(a->key)) == 0 &&
	       memcmp(a->bytes, b->bytes, a->size) == 0;
}

static bool is_same_kind(const struct token_entry *a, const struct token_entry *b)
{
	return a->type == b->type && a->hash == b->hash && a->digits == b->digits &&
	       a->period_s == b->period_s && a->count == b->count;
}

static bool are_same_codes(const struct token_entry *a, const struct token_entry *b)
{
	if (a->n_recovery != b->n_recovery)
		return false;
	for (size_t i = 0; i < a->n_recovery; i++)
		if (strcmp(a->recovery[i], b->recovery[i]) != 0)
			return false;
	return true;
}

static size_t diff_date(const char *user, const char *what, int64_t old_s, int64_t new_s)
{
	char old[TIMESTAMP_SIZE], new[TIMESTAMP_SIZE];

	if (old_s == new_s)
		return 0;
	timestamp_format(old_s, JAPAN_MINUTES, old);
	timestamp_format(new_s, JAPAN_MINUTES, new);
	if (new_s == 0)
		printf("%s: the token no longer %s on %s\n", user, what, old);
	else
		printf("%s: the token %s on %s%s%s\n", user, what, new,
			old_s ? " in place of " : "", old_s ? old : "");
	return 1;
}

/* One line for each thing that is another. */
static size_t diff_entry(const struct token_entry *old, const struct token_entry *new)
{
	bool is_other = strcmp(old->number, new->number) != 0;
	const struct {
		bool holds;
		const char *words;
	} rows[] = {
		{!is_other && !is_same_kind(old, new), "the token is of another kind"},
		{!is_other && !is_same_secret(&old->secret, &new->secret),
			"the secret of the token was sealed anew"},
		{!is_other && old->reset != new->reset,
			"the terminal forgets what it remembers of the token"},
		{!is_other && old->unlock != new->unlock,
			"the terminal forgets wrong codes and the lock"},
		{!are_same_codes(old, new), "other recovery codes"},
	};
	size_t n = 0;

	if (is_other) {
		printf("%s: token %s (%s) in place of %s\n", new->user, new->number,
			token_type_name(new->type), old->number);
		n++;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].holds) {
			printf("%s: %s\n", new->user, rows[i].words);
			n++;
		}
	if (strcmp(old->ticket.hash, new->ticket.hash) != 0) {
		printf("%s: %s\n", new->user,
			new->ticket.hash[0] ? "another ticket to enrol with"
					    : "the ticket counts no more");
		n++;
	}
	n += diff_date(new->user, "begins", old->dates.from_s, new->dates.from_s);
	return n + diff_date(new->user, "ends", old->dates.until_s, new->dates.until_s);
}

static void print_gets(const struct token_entry *entry)
{
	char period[TOKEN_PERIOD_TEXT_MAX];

	token_period_words(&entry->dates, period);
	printf("%s: gets the token %s (%s)%s%s\n", entry->user, entry->number,
		token_type_name(entry->type), period, entry->ticket.hash[0] ? ", by a ticket" : "");
}

static size_t diff_envelopes(const struct tokens *old, const struct tokens *new)
{
	bool is_same = old->n_envelopes == new->n_envelopes;

	for (size_t i = 0; is_same && i < old->n_envelopes; i++)
		is_same = strcmp(old->envelopes[i], new->envelopes[i]) == 0;
	if (!is_same)
		printf("sealed envelopes: %zu other ones in place of %zu\n", new->n_envelopes,
			old->n_envelopes);
	return !is_same;
}

size_t diff_tokens(const struct tokens *old, const struct tokens *new)
{
	size_t n = 0;

	if (strcmp(old->key, new->key) != 0) {
		printf("terminal: %s in place of %s\n", new->key, old->key);
		n++;
	}
	for (size_t i = 0; i < old->n_entries; i++)
		if (!find(new, old->entries[i].user)) {
			printf("%s: loses the token %s\n", old->entries[i].user,
				old->entries[i].number);
			n++;
		}
	for (size_t i = 0; i < new->n_entries; i++) {
		const struct token_entry *entry = &new->entries[i], *before;

		before = find(old, entry->user);
		if (before) {
			n += diff_entry(before, entry);
			continue;
		}
		print_gets(entry);
		n++;
	}
	return n + diff_envelopes(old, new);
}
