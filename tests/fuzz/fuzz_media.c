/* Any bytes as a shard of registered media: refused without a trace, or every medium of it is found
 * and the shard can be written again. */
#include "tests/fuzz/fuzzed_text.h"

#include <openssl/evp.h>

#include "policy/media.h"
#include "policy/media_shard.h"
#include "policy/medium_text.h"

#define ROOM 600

static void check_medium(const struct media *media, const struct medium *medium)
{
	assert(!medium_number_fault(medium->number));
	assert(!medium_serial_fault(medium->identity.serial));
	assert(media_find(media, &medium->identity) == medium);
}

/* Written sorted, what was read is read again. */
static void check_again(const struct media_shard *shard)
{
	static char buffer[MEDIA_SHARD_SIZE_MAX];
	const struct medium **list = calloc(shard->n_entries, sizeof(*list));
	struct problems problems = {0};
	struct media_shard *again = NULL;
	size_t size;

	assert(list);
	for (size_t i = 0; i < shard->n_entries; i++)
		list[i] = &shard->entries[i].medium;
	assert(media_shard_format(shard->site, shard->tier, shard->shard, list, shard->n_entries,
		       buffer, &size) == 0);
	assert(media_shard_parse(buffer, size, &problems, &again) == 0);
	assert(again->n_entries == shard->n_entries && again->shard == shard->shard);
	for (size_t i = 1; i < again->n_entries; i++)
		assert(medium_compare(&again->entries[i - 1].medium, &again->entries[i].medium) <=
			0);
	media_shard_free(again);
	free(list);
}

static void check_table(struct media_index *index, unsigned number, const char *text, size_t size)
{
	struct problems problems = {0};
	struct media *media = NULL;
	size_t count;
	int r;

	assert(media_new(ROOM, &media) == 0);
	r = media_add_shard(media, index, number, text, size, &problems);
	assert(r == 0 || r == -EBADMSG || r == -EOVERFLOW);
	assert((r == -EBADMSG) == problems_any(&problems));
	problems_clear(&problems);
	count = media_count(media);
	assert((r == 0) == (count > 0));
	for (size_t i = 0; i < count; i++)
		check_medium(media, media_at(media, i));
	if (count > 0 && 2 * count <= ROOM) {
		assert(media_add_shard(media, index, number, text, size, &problems) == -EBADMSG);
		assert(media_count(media) == count);
		problems_clear(&problems);
	}
	media_free(media);
}

/* The index that names the shard, as if there were so many shards. */
static void check_tables(const struct media_shard *shard, const char *text, size_t size)
{
	static const unsigned counts[] = {1, 16, 256};
	static struct media_index index;
	unsigned number = shard ? shard->shard : 0;

	memset(&index, 0, sizeof(index));
	if (shard) {
		memcpy(index.header.site, shard->site, sizeof(index.header.site));
		memcpy(index.header.tier, shard->tier, sizeof(index.header.tier));
	}
	index.n_media = ROOM;
	index.has_shard[number] = true;
	assert(EVP_Digest(text, size, index.sha256[number], NULL, EVP_sha256(), NULL) == 1);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		index.n_shards = counts[i];
		if (number < index.n_shards)
			check_table(&index, number, text, size);
	}
}

static void check_text(const char *text, size_t size)
{
	struct media_shard *shard = fuzz_read(&media_shard_reader, text, size);

	check_tables(shard, text, size);
	if (shard && size <= MEDIA_SHARD_SIZE_MAX / 2)
		check_again(shard);
	media_shard_free(shard);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_text(data, size, check_text);
}
