#include "policy/terminal_key.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/base64.h"
#include "policy/cleanup.h"
#include "policy/ini_document.h"
#include "policy/root.h"
#include "policy/schema.h"
#include "policy/value.h"

#define FIELD(field) \
	.offset = offsetof(struct terminal_key, field), \
	.size = sizeof(((struct terminal_key *)0)->field)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void read_key(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	uint8_t bytes[SEAL_KEY_SIZE];
	size_t size;

	if (base64_decode(entry->value, strlen(entry->value), bytes, sizeof(bytes), &size) == 0 &&
		size == sizeof(bytes))
		memcpy(ret, bytes, size);
	else
		value_problem(problems, entry, "%d bytes in base64", SEAL_KEY_SIZE);
}

static void read_fingerprint(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	if (fingerprint_is_valid(entry->value))
		memcpy(ret, entry->value, SEAL_FINGERPRINT_SIZE);
	else
		value_problem(problems, entry, "\"SHA256:\" and 43 letters of base64");
}

static const struct schema_key keys[] = {
	{.key = "terminal", .read = value_read_word, FIELD(terminal)},
	{.key = "key", .read = read_key, .is_required = true, FIELD(key)},
	{.key = "fingerprint", .read = read_fingerprint, .is_required = true, FIELD(fingerprint)},
};

static const struct schema_section sections[] = {
	{.type = "terminal-key", .is_required = true, .keys = keys, .n_keys = COUNT(keys)},
};

/* Only of a file without mistakes. */
static int check_fingerprint(const struct ini_document *document, struct problems *problems,
	const struct terminal_key *key)
{
	const struct ini_entry *entry = ini_section_find(document->sections, "fingerprint");
	char own[SEAL_FINGERPRINT_SIZE];
	int r = seal_fingerprint(key->key, own);

	if (r < 0)
		return r;
	if (strcmp(own, key->fingerprint) == 0)
		return 0;
	value_problem(
		problems, entry, "%s, which is that of the key above; is the file whole?", own);
	return -EBADMSG;
}

int terminal_key_parse(
	const char *text, size_t size, struct problems *problems, struct terminal_key *ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	size_t found_before = problems_found(problems);
	struct terminal_key key = {0};
	int r;

	if (size > TERMINAL_KEY_SIZE_MAX) {
		problems_add(problems, 0, 0, "", 0, "at most %d bytes, not %zu",
			TERMINAL_KEY_SIZE_MAX, size);
		return -EBADMSG;
	}
	r = ini_document_read(text, size, problems, &document);
	if (r < 0)
		return r;
	schema_read(document, sections, COUNT(sections), problems, &key);
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	r = check_fingerprint(document, problems, &key);
	if (r < 0)
		return r;
	*ret = key;
	return 0;
}

int terminal_key_format(
	const uint8_t key[SEAL_KEY_SIZE], const char *terminal, char ret[TERMINAL_KEY_TEXT_SIZE])
{
	char fingerprint[SEAL_FINGERPRINT_SIZE], text[BASE64_SIZE(SEAL_KEY_SIZE) + 1];
	int r = seal_fingerprint(key, fingerprint);

	if (r < 0)
		return r;
	base64_encode(key, SEAL_KEY_SIZE, text);
	snprintf(ret, TERMINAL_KEY_TEXT_SIZE,
		"[terminal-key]\n%s%.*s%skey = %s\nfingerprint = %s\n",
		terminal[0] ? "terminal = " : "", TERMINAL_NAME_MAX, terminal,
		terminal[0] ? "\n" : "", text, fingerprint);
	return 0;
}
