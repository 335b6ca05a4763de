#include "policy/media_table.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define STEP _Alignof(struct medium) /* places count in these */

int media_table_init(struct media_table *table, size_t room)
{
	size_t n_slots = 8;

	*table = (struct media_table){.room = room};
	if (room > MEDIA_MAX)
		return -ENOMEM;
	while (n_slots < 2 * room)
		n_slots *= 2;
	table->mask = n_slots - 1;
	while (room * sizeof(struct medium) / STEP >> table->place_bits != 0)
		table->place_bits++;
	/* One more than needed, so that the size is never 0. */
	table->arena = calloc(room + 1, sizeof(struct medium));
	table->places = calloc(room + 1, sizeof(*table->places));
	table->slots = calloc(n_slots, sizeof(*table->slots));
	return table->arena && table->places && table->slots ? 0 : -ENOMEM;
}

void media_table_clear(struct media_table *table)
{
	free(table->arena);
	free(table->places);
	free(table->slots);
	*table = (struct media_table){0};
}

static const struct medium *medium_in(const struct media_table *table, uint32_t place)
{
	return (const void *)((const char *)table->arena + (size_t)place * STEP);
}

const struct medium *media_table_at(const struct media_table *table, size_t index)
{
	return medium_in(table, table->places[index]);
}

static bool is_same(const struct medium_identity *a, const struct medium_identity *b)
{
	return a->vendor == b->vendor && a->product == b->product &&
	       strcmp(a->serial, b->serial) == 0;
}

/* Where to begin to look, and the bits of the hash that a slot holds. Not of its first bytes: all
 * media of a shard share those. */
static size_t begin_at(
	const struct media_table *table, const uint8_t sha256[SHA256_SIZE], uint32_t *ret_tag)
{
	uint32_t at, tag;

	memcpy(&at, &sha256[SHA256_SIZE - sizeof(at)], sizeof(at));
	memcpy(&tag, &sha256[SHA256_SIZE - sizeof(at) - sizeof(tag)], sizeof(tag));
	*ret_tag = tag >> table->place_bits << table->place_bits;
	return at & table->mask;
}

const struct medium *media_table_find(const struct media_table *table,
	const struct medium_identity *identity, const uint8_t sha256[SHA256_SIZE])
{
	uint32_t place_mask = ((uint32_t)1 << table->place_bits) - 1, tag;
	size_t at = begin_at(table, sha256, &tag);

	for (; table->slots[at] != 0; at = (at + 1) & table->mask) {
		const struct medium *medium;

		if ((table->slots[at] & ~place_mask) != tag)
			continue;
		medium = medium_in(table, (table->slots[at] & place_mask) - 1);
		if (is_same(&medium->identity, identity))
			return medium;
	}
	return NULL;
}

void media_table_add(
	struct media_table *table, const struct medium *medium, const uint8_t sha256[SHA256_SIZE])
{
	size_t size =
		offsetof(struct medium, identity.serial) + strlen(medium->identity.serial) + 1;
	uint32_t place = (uint32_t)(table->used / STEP), tag;
	size_t at = begin_at(table, sha256, &tag);

	while (table->slots[at] != 0)
		at = (at + 1) & table->mask;
	memcpy((char *)table->arena + table->used, medium, size);
	table->used += (size + STEP - 1) / STEP * STEP;
	table->places[table->n_media++] = place;
	table->slots[at] = tag | (place + 1);
}

/* None was moved when later ones were added, so taking these out leaves no gap in a probe. */
void media_table_truncate(struct media_table *table, size_t n_media)
{
	uint32_t place_mask = ((uint32_t)1 << table->place_bits) - 1, first;

	if (n_media >= table->n_media)
		return;
	first = table->places[n_media];
	for (size_t at = 0; at <= table->mask; at++)
		if ((table->slots[at] & place_mask) > first)
			table->slots[at] = 0;
	table->used = (size_t)first * STEP;
	table->n_media = n_media;
}
