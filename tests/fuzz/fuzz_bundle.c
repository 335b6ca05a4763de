/* Any bytes as a file of several documents: the parts make the whole, and each with a signature is
 * cut in two as it is alone. And any bytes as the list of what was revoked: read, it is written
 * as it was. */
#include "tests/fuzz/fuzzed_text.h"

#include "agent/revoked.h"
#include "policy/bundle.h"

static void check_revoked(const char *text, size_t size)
{
	struct revoked_list list = {0};
	char *file = malloc(size + 1), *again;
	size_t again_size;

	if (!file)
		return;
	memcpy(file, text, size);
	file[size] = '\0';
	if (revoked_decode(file, size, &list) == 0) {
		assert(revoked_encode(&list, &again, &again_size) == 0);
		assert(again_size == size && memcmp(again, file, size) == 0);
		free(again);
	}
	revoked_clear(&list);
	free(file);
}

static void check_text(const char *text, size_t size)
{
	struct bundle bundle = {.bytes = text, .size = size};
	struct bundle_document document;
	size_t at = 0;

	while (bundle_next(&bundle, &document)) {
		struct problems problems = {0};
		struct signed_document parts = {0};

		assert(document.slice.bytes == text + at && document.slice.size > 0);
		at += document.slice.size;
		if (document_split(document.slice.bytes, document.slice.size, &problems, &parts) ==
			0)
			assert(parts.n_signatures > 0 || at == size);
		problems_clear(&problems);
	}
	assert(at == size);
	check_revoked(text, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, check_text);
}
