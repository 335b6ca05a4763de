/* An index of media and its shards as texts, before anything is written. Knows no files. */
#pragma once

#include <stddef.h>

#include "policy/document.h"
#include "policy/media.h"
#include "policy/media_index.h"

struct media_draft {
	unsigned n_shards;
	char *shards[MEDIA_SHARDS_MAX]; /* NULL: no medium belongs there */
	size_t shard_sizes[MEDIA_SHARDS_MAX];
	char *index;
	size_t index_size;
};

/*
 * Puts the media, which are sorted by medium_compare(), into as few shards as keep them small, and
 * writes the index with this header; its dates are written with the offset. The same media always
 * give the same shards. Then all of it is read again as a terminal would. Returns 0 and *ret (for
 * media_draft_clear()); -EFBIG: more media than 256 shards can hold; -EBADMSG: what was written
 * cannot be believed; -ENOMEM.
 */
int media_draft_make(const struct document_header *header, int offset_minutes,
	const struct medium *const *media, size_t n_media, struct media_draft *ret);
void media_draft_clear(struct media_draft *draft);
