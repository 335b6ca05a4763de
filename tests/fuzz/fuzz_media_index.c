/* Any text as the index of registered media: either problems, or shards that can be fetched and
 * hold as many media as it says. */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/media_index.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

static void check_header(const struct document_header *header)
{
	assert(header->kind == DOCUMENT_MEDIA);
	assert(header->site[0] != '\0' && memchr(header->site, '\0', sizeof(header->site)));
	assert(header->tier[0] != '\0' && memchr(header->tier, '\0', sizeof(header->tier)));
	assert(strcmp(header->tier, TIER_OF_ALL) != 0);
	assert(header->epoch >= 1 && header->serial >= 1);
	assert(header->not_before < header->not_after && header->issued < header->not_after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct problems problems = {0};
	struct media_index *index = NULL;
	int r;

	if (!text)
		return 0;
	/* Not at its start, so that a read before it is seen. */
	memcpy(text + 1, data, size);
	r = media_index_parse(text + 1, size, &problems, &index);
	assert(r == 0 || r == -EBADMSG);
	assert((r == 0) == (index != NULL) && (r == 0) == !problems_any(&problems));
	if (index) {
		check_header(&index->header);
		check_shards(index);
	}
	media_index_free(index);
	problems_clear(&problems);
	free(text);
	return 0;
}
