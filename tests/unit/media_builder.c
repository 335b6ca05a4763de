#include "tests/unit/media_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <openssl/evp.h>

#include "policy/media_shard.h"
#include "policy/medium_text.h"
#include "policy/value.h"

struct medium media_builder_medium(const char *text)
{
	const char *space = strchr(text, ' ');
	struct medium medium = {0};

	assert_non_null(space);
	snprintf(medium.number, sizeof(medium.number), "%.*s", (int)(space - text), text);
	assert_int_equal(usb_ids_parse(space + 1, strlen("0951:1666"), &medium.identity.vendor,
				 &medium.identity.product),
		0);
	snprintf(medium.identity.serial, sizeof(medium.identity.serial), "%s",
		space + strlen(" 0951:1666 "));
	return medium;
}

void media_builder_replace(
	struct media_builder *builder, unsigned shard, const char *bytes, size_t size)
{
	char *copy = malloc(size + 1);

	assert_non_null(copy);
	memcpy(copy, bytes, size);
	copy[size] = '\0';
	free(builder->bytes[shard]);
	builder->bytes[shard] = copy;
	builder->sizes[shard] = size;
	builder->index.has_shard[shard] = true;
	assert_int_equal(
		EVP_Digest(bytes, size, builder->index.sha256[shard], NULL, EVP_sha256(), NULL), 1);
}

static size_t collect(const struct medium *media, size_t n_media, unsigned n_shards, unsigned shard,
	const struct medium **ret)
{
	size_t n = 0;

	for (size_t i = 0; i < n_media; i++) {
		uint8_t sha256[SHA256_SIZE];

		assert_true(medium_identity_hash(&media[i].identity, sha256));
		if (media_shard_of(sha256, n_shards) == shard)
			ret[n++] = &media[i];
	}
	return n;
}

void media_builder_start(struct media_builder *builder, unsigned n_shards,
	const struct medium *media, size_t n_media)
{
	const struct medium **found = calloc(n_media + 1, sizeof(*found));

	assert_non_null(found);
	memset(builder, 0, sizeof(*builder));
	builder->index.header = (struct document_header){.kind = DOCUMENT_MEDIA,
		.site = MEDIA_BUILDER_SITE,
		.tier = MEDIA_BUILDER_TIER,
		.epoch = 1,
		.serial = 1};
	builder->index.n_media = (uint32_t)n_media;
	builder->index.n_shards = n_shards;
	for (unsigned shard = 0; shard < n_shards; shard++) {
		static char bytes[MEDIA_SHARD_SIZE_MAX];
		size_t size, n = collect(media, n_media, n_shards, shard, found);

		if (n == 0)
			continue;
		assert_int_equal(media_shard_format(MEDIA_BUILDER_SITE, MEDIA_BUILDER_TIER,
					 (uint8_t)shard, found, n, bytes, &size),
			0);
		media_builder_replace(builder, shard, bytes, size);
	}
	free(found);
}

void media_builder_clear(struct media_builder *builder)
{
	for (unsigned shard = 0; shard < MEDIA_SHARDS_MAX; shard++)
		free(builder->bytes[shard]);
	memset(builder, 0, sizeof(*builder));
}

int media_builder_add(const struct media_builder *builder, unsigned shard, struct media *media,
	struct problems *problems)
{
	return media_add_shard(media, &builder->index, shard, builder->bytes[shard],
		builder->sizes[shard], problems);
}

struct media *media_builder_load(const struct media_builder *builder)
{
	struct problems problems = {0};
	struct media *media;

	assert_int_equal(media_new(builder->index.n_media, &media), 0);
	for (unsigned shard = 0; shard < builder->index.n_shards; shard++)
		if (builder->index.has_shard[shard])
			assert_int_equal(media_builder_add(builder, shard, media, &problems), 0);
	assert_false(problems_any(&problems));
	return media;
}
