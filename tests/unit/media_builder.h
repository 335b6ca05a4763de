/* Registered media for tests: the lines of shards in, shards with their index out. */
#pragma once

#include "policy/media.h"

#define MEDIA_BUILDER_SITE "tosu"
#define MEDIA_BUILDER_TIER "my-number"

struct media_builder {
	struct media_index index;
	char *bytes[MEDIA_SHARDS_MAX];
	size_t sizes[MEDIA_SHARDS_MAX];
};

/* A medium of "NUMBER VVVV:PPPP SERIAL". Fails the running cmocka test on anything else. */
struct medium media_builder_medium(const char *text);

/* Puts the media into n_shards shards and names these in the index. */
void media_builder_start(struct media_builder *builder, unsigned n_shards,
	const struct medium *media, size_t n_media);
/* Replaces one shard by these bytes, and its hash in the index. */
void media_builder_replace(
	struct media_builder *builder, unsigned shard, const char *bytes, size_t size);
void media_builder_clear(struct media_builder *builder);

/* media_add_shard() of one shard of the index. */
int media_builder_add(const struct media_builder *builder, unsigned shard, struct media *media,
	struct problems *problems);
/* Adds all shards of the index to a new table; fails the test where that fails. */
struct media *media_builder_load(const struct media_builder *builder);
