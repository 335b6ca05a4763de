/*
 * The index of registered media: a signed document that names the SHA-256 of each shard, so that
 * one new medium moves two small files. Knows nothing of signatures or files.
 *
 *	[media]
 *	kind = media
 *	…                       the header that every document has
 *	tier = my-number
 *	media = 100000          how many entries all shards have together
 *	[shards]
 *	count = 256             1, 16 or 256
 *	00 = 43 letters of base64, of the whole file "media/00"
 *	01 = …                  a shard without media has no line, and no file
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/document.h"
#include "policy/problem.h"

#define MEDIA_SHARDS_MAX 256
#define MEDIA_MAX        1000000 /* entries: more than all shards could hold */

struct media_index {
	struct document_header header;
	uint32_t n_media;
	unsigned n_shards; /* 1, 16 or 256 */
	bool has_shard[MEDIA_SHARDS_MAX];
	uint8_t sha256[MEDIA_SHARDS_MAX][SHA256_SIZE];
};

/*
 * Reads the text. Problems also where a shard is not below count, or where media cannot be right:
 * there are at least as many as shards, and none where there is no shard. Returns 0 and *ret (for
 * media_index_free()), -EBADMSG when problems were added, -ENOMEM.
 */
int media_index_parse(
	const char *text, size_t size, struct problems *problems, struct media_index **ret);
void media_index_free(struct media_index *index);
/* For CLEANUP(). */
void media_index_cleanup(struct media_index **index);

/* The shard that two hexadecimal digits name, "00" to "ff", or -EINVAL. */
int media_shard_number(const char *text);
