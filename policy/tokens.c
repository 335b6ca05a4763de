#include "policy/tokens.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/characters.h"
#include "policy/cleanup.h"
#include "policy/code_hashes.h"
#include "policy/document_header.h"
#include "policy/ini_document.h"
#include "policy/names.h"
#include "policy/schema.h"
#include "policy/sealed_read.h"
#include "policy/token_dates_read.h"
#include "policy/token_ticket_read.h"
#include "policy/tokens_check.h"
#include "policy/value.h"
#include "policy/login_name.h"

#define FIELD(field) \
	.offset = offsetof(struct tokens, field), .size = sizeof(((struct tokens *)0)->field)
#define ENTRY_FIELD(field) \
	.offset = offsetof(struct token_entry, field), \
	.size = sizeof(((struct token_entry *)0)->field)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define RECOVERY_KEY "recovery-"
#define ENVELOPE_KEY "envelope-"

static const struct code_keys recovery_keys = {RECOVERY_KEY, "recovery-salt", RECOVERY_CODES_MAX};
static const struct code_keys envelope_keys = {ENVELOPE_KEY, "salt", ENVELOPES_MAX};

static const char *const types[] = {[CODE_TOTP] = "totp", [CODE_HOTP] = "hotp"};
static const char *const hashes[] = {
	[CODE_SHA1] = "sha1", [CODE_SHA256] = "sha256", [CODE_SHA512] = "sha512"};

const char *token_type_name(enum code_kind type)
{
	return names_get(types, COUNT(types), type);
}

const char *token_hash_name(enum code_hash hash)
{
	return names_get(hashes, COUNT(hashes), hash);
}

int token_type_from_name(const char *name, enum code_kind *ret)
{
	int found = names_find(types, COUNT(types), name);

	if (found < 0)
		return found;
	*ret = (enum code_kind)found;
	return 0;
}

int token_hash_from_name(const char *name, enum code_hash *ret)
{
	int found = names_find(hashes, COUNT(hashes), name);

	if (found < 0)
		return found;
	*ret = (enum code_hash)found;
	return 0;
}

bool token_number_is_valid(const char *number)
{
	size_t size = strlen(number);

	if (size == 0 || size > TOKEN_NUMBER_MAX || number[0] == ' ' || number[size - 1] == ' ')
		return false;
	for (size_t i = 0; i < size; i++)
		if (number[i] < ' ' || number[i] > '~')
			return false;
	return true;
}

static void read_number(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	char number[TOKEN_NUMBER_MAX + 1];
	const char *why;
	size_t at;

	if (percent_decode(entry->value, number, sizeof(number), &at, &why) == 0 &&
		token_number_is_valid(number))
		memcpy(ret, number, strlen(number) + 1);
	else
		value_problem(problems, entry, "a token's number: 1 to %d of printable ASCII",
			TOKEN_NUMBER_MAX);
}

/* What begin_token() reads already, because it stands beside others. */
static void pass_over(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
}

static const struct schema_key token_keys[] = {
	{.key = "account", .read = pass_over},
	{.key = "number", .read = read_number, .is_required = true, ENTRY_FIELD(number)},
	{.key = "type",
		.read = value_read_enum,
		.words = types,
		.n_words = COUNT(types),
		.is_required = true,
		ENTRY_FIELD(type)},
	{.key = "hash",
		.read = value_read_enum,
		.words = hashes,
		.n_words = COUNT(hashes),
		.is_required = true,
		ENTRY_FIELD(hash)},
	{.key = "digits",
		.read = value_read_number,
		.min = CODE_DIGITS_MIN,
		.max = CODE_DIGITS_MAX,
		.is_required = true,
		ENTRY_FIELD(digits)},
	{.key = "period",
		.read = value_read_number,
		.min = TOKEN_PERIOD_MIN_S,
		.max = TOKEN_PERIOD_MAX_S,
		ENTRY_FIELD(period_s)},
	{.key = "count", .read = value_read_number, .max = TOKEN_COUNT_MAX, ENTRY_FIELD(count)},
	{.key = "reset",
		.read = value_read_number,
		.max = UINT32_MAX,
		.is_required = true,
		ENTRY_FIELD(reset)},
	{.key = "unlock", .read = value_read_number, .max = UINT16_MAX, ENTRY_FIELD(unlock)},
	{.key = "from", .read = token_dates_read, ENTRY_FIELD(dates.from_s)},
	{.key = "until", .read = token_dates_read, ENTRY_FIELD(dates.until_s)},
	{.key = "ticket", .read = token_ticket_read, ENTRY_FIELD(ticket.hash)},
	{.key = "ticket-until", .read = token_dates_read, ENTRY_FIELD(ticket.until_s)},
	{.key = "temporary", .read = token_ticket_read, ENTRY_FIELD(temporary.hash)},
	{.key = "temporary-until", .read = token_dates_read, ENTRY_FIELD(temporary.until_s)},
	{.key = "sealed-key", .read = sealed_read_key, .is_required = true, ENTRY_FIELD(secret)},
	{.key = "sealed-secret",
		.read = sealed_read_secret,
		.min = CODE_SECRET_MIN,
		.max = CODE_SECRET_MAX,
		.is_required = true,
		ENTRY_FIELD(secret)},
	{.key = "recovery-salt", .read = pass_over},
};

/* Their values: begin_token() and begin_envelopes(). */
static bool pass_over_recovery(const struct ini_entry *entry, struct problems *problems, void *ret)
{
	return numbered_key_parse(entry->key, RECOVERY_KEY, RECOVERY_CODES_MAX) >= 0;
}

static bool pass_over_envelope(const struct ini_entry *entry, struct problems *problems, void *ret)
{
	return numbered_key_parse(entry->key, ENVELOPE_KEY, ENVELOPES_MAX) >= 0;
}

/* The account that a section is for. */
static bool read_user(const struct tokens *tokens, const struct ini_section *section,
	struct problems *problems, char ret[ACCOUNT_NAME_MAX + 1])
{
	const struct ini_entry *entry = ini_section_find(section, "account");
	const char *user = entry ? entry->value : section->name;
	unsigned line = entry ? entry->line : section->line;
	unsigned column = entry ? entry->column : (unsigned)strlen("[token ") + 1;

	if (entry && entry->is_damaged)
		return false;
	if (!account_name_is_valid(user)) {
		problems_add(problems, line, column, user, strlen(user),
			"an account's name: a-z 0-9 - _, at most %d letters%s", ACCOUNT_NAME_MAX,
			entry ? "" : "; the key \"account\" can say it");
		return false;
	}
	for (size_t i = 0; i < tokens->n_entries; i++)
		if (strcmp(tokens->entries[i].user, user) == 0) {
			problems_add(problems, line, column, user, strlen(user),
				"an account that stands nowhere else (line %u)",
				tokens->entries[i].line);
			return false;
		}
	memcpy(ret, user, strlen(user) + 1);
	return true;
}

static void *begin_token(
	const struct ini_section *section, struct problems *problems, void *document)
{
	struct tokens *tokens = document;
	struct token_entry *entry = &tokens->entries[tokens->n_entries];

	if (tokens->n_entries == TOKENS_MAX) {
		problems_add(problems, section->line, 1, section->name, strlen(section->name),
			"at most %d tokens", TOKENS_MAX);
		return NULL;
	}
	if (!read_user(tokens, section, problems, entry->user))
		return NULL;
	entry->line = section->line;
	tokens->n_entries++;
	code_hashes_read(section, &recovery_keys, problems, entry->recovery, &entry->n_recovery);
	return entry;
}

static void *begin_envelopes(
	const struct ini_section *section, struct problems *problems, void *document)
{
	struct tokens *tokens = document;

	code_hashes_read(
		section, &envelope_keys, problems, tokens->envelopes, &tokens->n_envelopes);
	return tokens;
}

static const struct schema_key tokens_keys[] = {
	DOCUMENT_HEADER_KEYS(struct tokens, "tokens"),
	{.key = "tier", .read = value_read_tier, .is_required = true, FIELD(header.tier)},
	{.key = "terminal-key", .read = sealed_read_fingerprint, .is_required = true, FIELD(key)},
};

static const struct schema_key envelopes_keys[] = {
	{.key = "salt", .read = pass_over},
};

static const struct schema_section sections[] = {
	{.type = "tokens", .is_required = true, .keys = tokens_keys, .n_keys = COUNT(tokens_keys)},
	{.type = "token",
		.is_named = true,
		.keys = token_keys,
		.n_keys = COUNT(token_keys),
		.read_other = pass_over_recovery,
		.other_keys = RECOVERY_KEY "1 to " RECOVERY_KEY "10",
		.begin = begin_token},
	{.type = "envelopes",
		.keys = envelopes_keys,
		.n_keys = COUNT(envelopes_keys),
		.read_other = pass_over_envelope,
		.other_keys = ENVELOPE_KEY "1 to " ENVELOPE_KEY "10",
		.begin = begin_envelopes},
};

static size_t count_tokens(const struct ini_document *document)
{
	size_t n = 0;

	for (size_t i = 0; i < document->n_sections; i++)
		n += strcmp(document->sections[i].type, "token") == 0;
	return n;
}

int tokens_parse(const char *text, size_t size, struct problems *problems, struct tokens **ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	CLEANUP(tokens_cleanup) struct tokens *tokens = NULL;
	size_t found_before = problems_found(problems);
	int r;

	r = ini_document_read(text, size, problems, &document);
	if (r < 0)
		return r;
	tokens = calloc(1, sizeof(*tokens));
	if (!tokens)
		return -ENOMEM;
	tokens->entries = calloc(count_tokens(document) + 1, sizeof(*tokens->entries));
	if (!tokens->entries)
		return -ENOMEM;
	tokens->header.kind = DOCUMENT_TOKENS;
	schema_read(document, sections, COUNT(sections), problems, tokens);
	document_header_check(document, &tokens->header, problems);
	tokens_check(document, tokens, problems);
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	*ret = TAKE(tokens);
	return 0;
}

void tokens_free(struct tokens *tokens)
{
	if (!tokens)
		return;
	free(tokens->entries);
	free(tokens);
}

void tokens_cleanup(struct tokens **tokens)
{
	tokens_free(*tokens);
}
