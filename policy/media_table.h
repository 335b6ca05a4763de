/*
 * Media in as little memory as holds them, found by the hash of their identity. For media.c alone,
 * which knows what may be in it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/media.h"

struct media_table {
	/*
	 * The media one after the other, each only up to the end of its serial: a third of a whole
	 * one, so this is no array. There is room for whole ones, so that none ever moves and
	 * whoever copies one whole stays inside; what is not written costs no memory.
	 */
	struct medium *arena;
	size_t used;      /* bytes of it */
	uint32_t *places; /* of each medium in the arena, in steps of its alignment */
	size_t n_media, room;
	/* Open addressing. 0: free; else the place plus one, and above it bits of the hash, so that
	 * hardly ever another medium is looked at. At most half of the slots are taken. */
	uint32_t *slots;
	size_t mask; /* their number, a power of two, less one */
	unsigned place_bits;
};

/* Room for up to MEDIA_MAX media. 0, or -ENOMEM; for media_table_clear() in both cases. */
int media_table_init(struct media_table *table, size_t room);
void media_table_clear(struct media_table *table);

/* The medium with the identity, whose hash is given, or NULL. */
const struct medium *media_table_find(const struct media_table *table,
	const struct medium_identity *identity, const uint8_t sha256[SHA256_SIZE]);

/* Adds a medium that is not in the table yet; there must be room. */
void media_table_add(
	struct media_table *table, const struct medium *medium, const uint8_t sha256[SHA256_SIZE]);

/* Takes back all that were added after the first n_media: the table is then as it was before. */
void media_table_truncate(struct media_table *table, size_t n_media);

/* index from 0, in the order of adding; below n_media. */
const struct medium *media_table_at(const struct media_table *table, size_t index);
