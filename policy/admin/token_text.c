#include "policy/admin/token_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/document_write.h"
#include "policy/base64.h"
#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/timestamp.h"

#define SIGNATURES_ROOM (8 * 1024)
#define NAME_SIZE       48

static bool is_account_of_section(const struct tokens *tokens, const char *name)
{
	for (size_t i = 0; i < tokens->n_entries; i++)
		if (strcmp(tokens->entries[i].user, name) == 0)
			return true;
	return false;
}

/* The account, or where it has "_" another word that no other section has: its place is in it. */
static void section_name(const struct tokens *tokens, size_t at, char ret[NAME_SIZE])
{
	const char *user = tokens->entries[at].user;
	char word[ACCOUNT_NAME_MAX + 1];

	snprintf(ret, NAME_SIZE, "%s", user);
	if (!strchr(user, '_'))
		return;
	snprintf(word, sizeof(word), "%s", user);
	for (char *c = word; *c != '\0'; c++)
		if (*c == '_')
			*c = '-';
	for (size_t n = at; n < at + 1 || is_account_of_section(tokens, ret); n += TOKENS_MAX)
		snprintf(ret, NAME_SIZE, "%s-%zu", word, n);
}

static void write_base64(FILE *to, const char *key, const uint8_t *bytes, size_t size)
{
	char text[BASE64_SIZE(SEAL_PLAIN_MAX + SEAL_TAG_SIZE) + 1];

	base64_encode(bytes, size, text);
	fprintf(to, "%s = %s\n", key, text);
}

/* Hashes of one salt: the salt, and then each without it. */
static void write_codes(FILE *to, const char *salt_key, const char *prefix,
	const char (*codes)[CODE_HASH_TEXT_SIZE], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *end = strrchr(codes[i], '$');

		if (!end)
			continue; /* reading it again finds that out */
		if (i == 0)
			fprintf(to, "%s = %.*s\n", salt_key, (int)(end - codes[i]), codes[i]);
		fprintf(to, "%s%zu = %s\n", prefix, i + 1, end + 1);
	}
}

static void write_date(FILE *to, const char *key, int64_t time_s, int offset_minutes)
{
	char text[TIMESTAMP_SIZE];

	timestamp_format(time_s, offset_minutes, text);
	if (time_s != 0)
		fprintf(to, "%s = %s\n", key, text);
}

static void write_entry(FILE *to, const struct tokens *tokens, size_t at, int offset_minutes)
{
	const struct token_entry *entry = &tokens->entries[at];
	char name[NAME_SIZE], number[3 * TOKEN_NUMBER_MAX + 1];

	section_name(tokens, at, name);
	percent_encode(entry->number, number, sizeof(number));
	fprintf(to, "\n[token %s]\n", name);
	if (strcmp(name, entry->user) != 0)
		fprintf(to, "account = %s\n", entry->user);
	fprintf(to, "number = %s\ntype = %s\nhash = %s\ndigits = %u\n", number,
		token_type_name(entry->type), token_hash_name(entry->hash), entry->digits);
	if (entry->type == CODE_TOTP)
		fprintf(to, "period = %u\n", entry->period_s);
	else
		fprintf(to, "count = %" PRIu64 "\n", entry->count);
	fprintf(to, "reset = %" PRIu32 "\n", entry->reset);
	if (entry->unlock > 0)
		fprintf(to, "unlock = %u\n", entry->unlock);
	write_date(to, "from", entry->dates.from_s, offset_minutes);
	write_date(to, "until", entry->dates.until_s, offset_minutes);
	if (entry->ticket.hash[0])
		fprintf(to, "ticket = %s\n", entry->ticket.hash);
	write_date(to, "ticket-until", entry->ticket.until_s, offset_minutes);
	if (entry->temporary.hash[0])
		fprintf(to, "temporary = %s\n", entry->temporary.hash);
	write_date(to, "temporary-until", entry->temporary.until_s, offset_minutes);
	write_base64(to, "sealed-key", entry->secret.key, sizeof(entry->secret.key));
	write_base64(to, "sealed-secret", entry->secret.bytes, entry->secret.size);
	write_codes(to, "recovery-salt", "recovery-",
		(const char(*)[CODE_HASH_TEXT_SIZE])entry->recovery, entry->n_recovery);
}

/* As a terminal would. */
static int read_again(const char *text, size_t size, size_t n_entries)
{
	CLEANUP(tokens_cleanup) struct tokens *tokens = NULL;
	struct problems problems = {0};
	int r = tokens_parse(text, size, &problems, &tokens);

	problems_clear(&problems);
	if (r < 0)
		return r;
	return tokens->n_entries == n_entries ? 0 : -EBADMSG;
}

int token_text_make(const struct tokens *tokens, int offset_minutes, char **ret, size_t *ret_size)
{
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	int r;

	if (!to)
		return -ENOMEM;
	fprintf(to, "# Whose one-time codes count at this terminal. Made by \"sekisho-admin "
		    "token\".\n");
	document_write_header(to, &tokens->header, offset_minutes);
	fprintf(to, "terminal-key = %s\n", tokens->key);
	for (size_t i = 0; i < tokens->n_entries; i++)
		write_entry(to, tokens, i, offset_minutes);
	if (tokens->n_envelopes > 0)
		fprintf(to, "\n[envelopes]\n");
	write_codes(to, "salt", "envelope-", (const char(*)[CODE_HASH_TEXT_SIZE])tokens->envelopes,
		tokens->n_envelopes);
	if (fclose(to) != 0)
		return -ENOMEM;
	if (size > TOKENS_SIZE_MAX - SIGNATURES_ROOM)
		return -EFBIG;
	r = read_again(text, size, tokens->n_entries);
	if (r < 0)
		return r;
	*ret = TAKE(text);
	*ret_size = size;
	return 0;
}
