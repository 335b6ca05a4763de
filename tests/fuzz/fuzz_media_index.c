/* Any text as the index of registered media: either problems, or shards that can be fetched and
 * hold as many media as it says. */
#include "tests/fuzz/fuzzed_text.h"

#include "policy/media_index.h"

static void check_shards(const struct media_index *index)
{
	static const uint8_t nothing[SHA256_SIZE];
	uint32_t n_named = 0;

	assert(index->n_shards == 1 || index->n_shards == 16 || index->n_shards == 256);
	for (unsigned i = 0; i < MEDIA_SHARDS_MAX; i++) {
		n_named += index->has_shard[i];
		assert(!index->has_shard[i] || i < index->n_shards);
		assert(index->has_shard[i] ||
			memcmp(index->sha256[i], nothing, sizeof(nothing)) == 0);
	}
	assert(index->n_media <= MEDIA_MAX && index->n_media >= n_named);
	assert(n_named > 0 || index->n_media == 0);
}

static void check_text(const char *text, size_t size)
{
	struct media_index *index = fuzz_read(&media_index_reader, text, size);

	if (index) {
		check_header(&index->header, DOCUMENT_MEDIA);
		check_shards(index);
	}
	media_index_free(index);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, check_text);
}
