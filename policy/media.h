/*
 * The registered media as a terminal holds them: one hash probe tells whether a medium is
 * registered. Filled shard by shard, each only after its hash was found in the verified index.
 *
 * A shard is a canonical text without signatures, at most MEDIA_SHARD_SIZE_MAX bytes:
 *
 *	[shard]
 *	kind = media-shard
 *	format = 1
 *	site = tosu
 *	tier = my-number
 *	shard = 3f
 *	[media]
 *	1 = M-00123 0951:1666 001A92053B6A
 *	2 = M-00123 0951:1667 001A92053B6A    the same stick, as it calls itself on another port
 *
 * A medium belongs to the shard that the first bits of its identity hash name: the SHA-256 of
 * "VVVV:PPPP:SERIAL" (lower-case ids, the serial as the device gives it). Serials are
 * percent-encoded where they hold a space, % or anything that is not printable ASCII.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/document.h"
#include "policy/media_index.h"
#include "policy/problem.h"

#define MEDIUM_NUMBER_MAX 32  /* control number (kanri bangou): a-z A-Z 0-9 - _ . */
#define MEDIUM_SERIAL_MAX 126 /* what a USB string descriptor can hold; shards hold up to 110 */

struct medium_identity {
	uint16_t vendor, product;
	char serial[MEDIUM_SERIAL_MAX + 1]; /* decoded; never empty: such media cannot be known */
};

struct medium {
	char number[MEDIUM_NUMBER_MAX + 1]; /* several entries of one medium share it */
	struct medium_identity identity;
};

/* The SHA-256 of an identity. False only where libcrypto fails. */
bool medium_identity_hash(const struct medium_identity *identity, uint8_t ret_sha256[SHA256_SIZE]);
/* 0 to n_shards - 1. */
unsigned media_shard_of(const uint8_t identity_sha256[SHA256_SIZE], unsigned n_shards);

struct media; /* the table */

/* An empty table with room for n_media. 0 and *ret (for media_free()), or -ENOMEM. */
int media_new(size_t n_media, struct media **ret);
void media_free(struct media *media);
/* For CLEANUP(). */
void media_cleanup(struct media **media);

/*
 * Adds the media of one shard of the index: its bytes must have the hash that the index names for
 * it. Returns 0; -ESTALE where the hash is another (nothing was parsed); -EBADMSG when problems
 * were added (a medium in the wrong shard, an identity twice, another site, a text that is not
 * canonical …), then nothing of it was added; -ENOMEM; -EOVERFLOW where there are more media than
 * the index says.
 */
int media_add_shard(struct media *media, const struct media_index *index, unsigned shard,
	const char *bytes, size_t size, struct problems *problems);

/* The registered medium with exactly this identity, or NULL; valid as long as the table is. Behind
 * the end of its serial there may be anything. */
const struct medium *media_find(const struct media *media, const struct medium_identity *identity);

/* Whether a medium with this identity was struck: it, or NULL. */
const struct medium *media_find_struck(
	const struct media *media, const struct medium_identity *identity);

/* Whoever has this number is found no more. Returns 1, 0 where it was struck already, or -ENOMEM.
 */
int media_strike(struct media *media, const char *number);

size_t media_count(const struct media *media);
/* index from 0, in the order of adding; NULL beyond the last. */
const struct medium *media_at(const struct media *media, size_t index);
/* Whether a medium is registered under this number, struck off or not. media may be NULL. Looks
 * through all of them. */
bool media_has_number(const struct media *media, const char *number);
