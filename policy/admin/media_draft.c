#include "policy/admin/media_draft.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "policy/admin/document_write.h"
#include "policy/cleanup.h"
#include "policy/media_shard.h"

#define SHARD_MEDIA 256 /* more than that on average, and there are more shards */

struct bucket {
	const struct medium **media;
	size_t n_media, room;
};

struct buckets {
	struct bucket of[MEDIA_SHARDS_MAX];
};

static void free_buckets(struct buckets **buckets)
{
	for (unsigned shard = 0; *buckets && shard < MEDIA_SHARDS_MAX; shard++)
		free((*buckets)->of[shard].media);
	free(*buckets);
}

static int add(struct bucket *bucket, const struct medium *medium)
{
	if (bucket->n_media == bucket->room) {
		size_t more = bucket->room == 0 ? 16 : bucket->room * 2;
		void *grown = reallocarray(bucket->media, more, sizeof(*bucket->media));

		if (!grown)
			return -ENOMEM;
		bucket->media = grown;
		bucket->room = more;
	}
	bucket->media[bucket->n_media++] = medium;
	return 0;
}

static int fill(struct buckets *buckets, unsigned n_shards, const struct medium *const *media,
	size_t n_media)
{
	for (size_t i = 0; i < n_media; i++) {
		uint8_t sha256[SHA256_SIZE];

		if (!medium_identity_hash(&media[i]->identity, sha256) ||
			add(&buckets->of[media_shard_of(sha256, n_shards)], media[i]) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int write_shards(const struct document_header *header, const struct buckets *buckets,
	struct media_draft *draft)
{
	CLEANUP(cleanup_free) char *buffer = malloc(MEDIA_SHARD_SIZE_MAX);

	if (!buffer)
		return -ENOMEM;
	for (unsigned shard = 0; shard < draft->n_shards; shard++) {
		const struct bucket *bucket = &buckets->of[shard];
		size_t size = 0;
		int r;

		if (bucket->n_media == 0)
			continue;
		r = media_shard_format(header->site, header->tier, (uint8_t)shard, bucket->media,
			bucket->n_media, buffer, &size);
		if (r < 0)
			return r;
		draft->shards[shard] = malloc(size);
		if (!draft->shards[shard])
			return -ENOMEM;
		memcpy(draft->shards[shard], buffer, size);
		draft->shard_sizes[shard] = size;
	}
	return 0;
}

/* Without libcrypto it writes nothing, and read_again() finds that out. */
static void write_hash(FILE *to, const struct media_draft *draft, unsigned shard)
{
	uint8_t sha256[SHA256_SIZE];
	char key[3];

	if (EVP_Digest(draft->shards[shard], draft->shard_sizes[shard], sha256, NULL, EVP_sha256(),
		    NULL) != 1)
		return;
	snprintf(key, sizeof(key), "%02x", (uint8_t)shard);
	document_write_sha256(to, key, sha256);
}

static int write_index(const struct document_header *header, int offset_minutes, size_t n_media,
	struct media_draft *draft)
{
	FILE *to = open_memstream(&draft->index, &draft->index_size);

	if (!to)
		return -ENOMEM;
	fprintf(to, "# The registered media. Made by \"sekisho-admin media import\" from the "
		    "ledger.\n");
	document_write_header(to, header, offset_minutes);
	fprintf(to,
		"media = %zu\n"
		"\n"
		"# The SHA-256 of each file media/00, media/01 and so on.\n"
		"[shards]\n"
		"count = %u\n",
		n_media, draft->n_shards);
	for (unsigned shard = 0; shard < draft->n_shards; shard++)
		if (draft->shards[shard])
			write_hash(to, draft, shard);
	return fclose(to) == 0 ? 0 : -ENOMEM;
}

/* As a terminal would. */
static int read_again(const struct media_draft *draft, size_t n_media)
{
	CLEANUP(media_index_cleanup) struct media_index *index = NULL;
	CLEANUP(media_cleanup) struct media *media = NULL;
	struct problems problems = {0};
	int r = media_index_parse(draft->index, draft->index_size, &problems, &index);

	if (r == 0)
		r = media_new(n_media, &media);
	for (unsigned shard = 0; r == 0 && shard < draft->n_shards; shard++)
		if (draft->shards[shard])
			r = media_add_shard(media, index, shard, draft->shards[shard],
				draft->shard_sizes[shard], &problems);
	problems_clear(&problems);
	if (r < 0)
		return r == -ENOMEM ? -ENOMEM : -EBADMSG;
	return media_count(media) == n_media ? 0 : -EBADMSG;
}

static int make(const struct document_header *header, unsigned n_shards,
	const struct medium *const *media, size_t n_media, struct media_draft *draft)
{
	CLEANUP(free_buckets) struct buckets *buckets = calloc(1, sizeof(*buckets));
	int r = buckets ? fill(buckets, n_shards, media, n_media) : -ENOMEM;

	media_draft_clear(draft);
	draft->n_shards = n_shards;
	return r == 0 ? write_shards(header, buckets, draft) : r;
}

int media_draft_make(const struct document_header *header, int offset_minutes,
	const struct medium *const *media, size_t n_media, struct media_draft *ret)
{
	struct media_draft draft = {0};
	int r = -EFBIG;

	for (unsigned n_shards = 1; n_shards <= MEDIA_SHARDS_MAX && r == -EFBIG; n_shards *= 16)
		if (n_media <= (size_t)n_shards * SHARD_MEDIA || n_shards == MEDIA_SHARDS_MAX)
			r = make(header, n_shards, media, n_media, &draft);
	if (r == 0)
		r = write_index(header, offset_minutes, n_media, &draft);
	if (r == 0)
		r = read_again(&draft, n_media);
	if (r < 0) {
		media_draft_clear(&draft);
		return r;
	}
	*ret = draft;
	return 0;
}

void media_draft_clear(struct media_draft *draft)
{
	for (unsigned shard = 0; shard < MEDIA_SHARDS_MAX; shard++)
		free(draft->shards[shard]);
	free(draft->index);
	*draft = (struct media_draft){0};
}
