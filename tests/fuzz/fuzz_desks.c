/* Any text as a desks document: either problems, or names of desks, each once, and no key opens. */
#include "tests/fuzz/fuzzed_text.h"

#include "policy/desks.h"
#include "policy/value.h"

static void check_entry(const struct desks *desks, const struct desk_entry *entry)
{
	static const uint8_t private_key[SEAL_KEY_SIZE] = {1};
	uint8_t opened[PHONE_KEY_SIZE];

	assert(word_is_valid(entry->name));
	assert(entry->secret.size == PHONE_KEY_SIZE + SEAL_TAG_SIZE);
	assert(desk_open(desks, entry, private_key, opened) == -EBADMSG);
	assert(desks_find(desks, entry->name) == entry);
}

static void check_text(const char *text, size_t size)
{
	struct desks *desks = fuzz_read(&desks_reader, text, size);

	if (!desks)
		return;
	check_header(&desks->header, DOCUMENT_DESKS);
	assert(word_is_valid(desks->terminal));
	assert(strncmp(desks->key, "SHA256:", 7) == 0 && strlen(desks->key) == 50);
	assert(desks->n_entries <= DESKS_MAX);
	for (size_t i = 0; i < desks->n_entries; i++)
		check_entry(desks, &desks->entries[i]);
	desks_free(desks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, check_text);
}
