/* Any text as a tokens document: either problems, or what a terminal can judge codes by, and no
 * secret opens. */
#include "tests/fuzz/fuzzed_text.h"

#include <errno.h>

#include "policy/document_header.h"
#include "policy/tokens.h"

static void check_codes(const char (*codes)[CODE_HASH_TEXT_SIZE], size_t n, size_t max)
{
	assert(n <= max);
	for (size_t i = 0; i < n; i++) {
		char salt[CODE_HASH_TEXT_SIZE];
		const char *end = strrchr(codes[i], '$');

		assert(end && strlen(end + 1) == CODE_HASH_LETTERS);
		memcpy(salt, codes[i], (size_t)(end - codes[i]));
		salt[end - codes[i]] = '\0';
		assert(code_salt_is_valid(salt));
		/* One crypt() is enough. */
		assert(strncmp(codes[i], codes[0], (size_t)(end - codes[i]) + 1) == 0);
	}
}

static void check_entry(const struct tokens *tokens, const struct token_entry *entry)
{
	static const uint8_t private_key[SEAL_KEY_SIZE] = {1};
	uint8_t secret[CODE_SECRET_MAX];
	size_t size;

	assert(entry->user[0] != '\0' && token_number_is_valid(entry->number));
	assert(entry->digits >= CODE_DIGITS_MIN && entry->digits <= CODE_DIGITS_MAX);
	assert((entry->type == CODE_TOTP) == (entry->period_s > 0));
	assert(entry->type == CODE_TOTP || (entry->hash == CODE_SHA1 && entry->type == CODE_HOTP));
	assert(entry->type == CODE_HOTP || entry->count == 0);
	assert(token_dates_are_valid(&entry->dates));
	assert(entry->secret.size >= CODE_SECRET_MIN + SEAL_TAG_SIZE);
	assert(entry->secret.size <= sizeof(entry->secret.bytes));
	check_codes((const char(*)[CODE_HASH_TEXT_SIZE])entry->recovery, entry->n_recovery,
		RECOVERY_CODES_MAX);
	assert(token_open(tokens, entry, private_key, secret, &size) == -EBADMSG);
	for (const struct token_entry *other = tokens->entries; other != entry; other++) {
		assert(strcmp(other->user, entry->user) != 0);
		assert(strcmp(other->number, entry->number) != 0);
	}
}

static void check_text(const char *text, size_t size)
{
	struct tokens *tokens = fuzz_read(&tokens_reader, text, size);

	if (!tokens)
		return;
	check_header(&tokens->header, DOCUMENT_TOKENS);
	assert(tokens->n_entries <= TOKENS_MAX);
	assert(strncmp(tokens->key, "SHA256:", 7) == 0 && strlen(tokens->key) == 50);
	for (size_t i = 0; i < tokens->n_entries; i++)
		check_entry(tokens, &tokens->entries[i]);
	check_codes((const char(*)[CODE_HASH_TEXT_SIZE])tokens->envelopes, tokens->n_envelopes,
		ENVELOPES_MAX);
	tokens_free(tokens);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, check_text);
}
