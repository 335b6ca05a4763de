/* Any text as the document fresh: either problems, or names of documents that a terminal can ask
 * for. */
#include "tests/fuzz/fuzzed_text.h"

#include "policy/document_header.h"
#include "policy/fresh.h"

/* What is not named must not look as if it were. */
static void check_entry(const struct fresh_entry *entry)
{
	static const uint8_t nothing[SHA256_SIZE];

	assert(entry->is_named == (entry->serial > 0));
	assert(entry->serial <= SERIAL_MAX);
	assert(entry->is_named || memcmp(entry->sha256, nothing, sizeof(nothing)) == 0);
}

static void check_fresh(const struct fresh *fresh)
{
	check_header(&fresh->header, DOCUMENT_FRESH);
	assert(fresh->root.is_named && fresh->policy.is_named);
	check_entry(&fresh->root);
	check_entry(&fresh->policy);
	check_entry(&fresh->media);
	check_entry(&fresh->revocations);
}

static void check_text(const char *text, size_t size)
{
	struct fresh *fresh = fuzz_read(&fresh_reader, text, size);

	if (fresh)
		check_fresh(fresh);
	fresh_free(fresh);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, check_text);
}
