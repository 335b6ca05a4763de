/*
 * One shard of the registered media as a text, read and written; the form stands in media.h. Knows
 * nothing of the index, of hashes, or of which shard a medium belongs to.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/media.h"
#include "policy/problem.h"

struct media_shard_entry {
	struct medium medium;
	unsigned line; /* of the text */
};

struct media_shard {
	char site[SITE_NAME_MAX + 1];
	char tier[TIER_NAME_MAX + 1];
	uint8_t shard;
	struct media_shard_entry *entries;
	size_t n_entries; /* at least one */
};

/*
 * Reads the text of a shard. Every error of it goes to problems. Returns 0 and *ret (for
 * media_shard_free()) when there was none, -EBADMSG when problems were added, -ENOMEM.
 */
int media_shard_parse(
	const char *text, size_t size, struct problems *problems, struct media_shard **ret);
void media_shard_free(struct media_shard *shard);
/* For CLEANUP(). */
void media_shard_cleanup(struct media_shard **shard);

/*
 * Writes the shard with these media. They are sorted by number, ids and serial, so that the same
 * media give the same bytes in whatever order they come. Returns 0 with *ret_size; -EFBIG when they
 * need more than MEDIA_SHARD_SIZE_MAX bytes; -EINVAL when a medium is none that media_shard_parse()
 * would read; -ENOMEM. The buffer may be written on failure.
 */
int media_shard_format(const char *site, const char *tier, uint8_t shard,
	const struct medium *const *media, size_t n_media, char buffer[MEDIA_SHARD_SIZE_MAX],
	size_t *ret_size);
