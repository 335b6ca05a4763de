#include "policy/admin/name_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 64 /* a power of two, as all of them */

struct name_index_slot {
	const char *name; /* NULL: free */
	uint32_t value;
};

/* FNV-1a. Whoever could choose names to meet in one slot could as well write a longer file. */
static size_t hash(const char *name)
{
	uint64_t value = 0xcbf29ce484222325;

	for (; *name != '\0'; name++)
		value = (value ^ (unsigned char)*name) * 0x100000001b3;
	return (size_t)(value ^ value >> 32);
}

/* The slot that has the name, or the free one where it would go. */
static struct name_index_slot *slot_of(struct name_index_slot *slots, size_t room, const char *name)
{
	size_t at = hash(name) & (room - 1);

	while (slots[at].name && strcmp(slots[at].name, name) != 0)
		at = (at + 1) & (room - 1);
	return &slots[at];
}

static int grow(struct name_index *index)
{
	size_t room = index->room > 0 ? 2 * index->room : ROOM_FIRST;
	struct name_index_slot *slots = calloc(room, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < index->room; i++)
		if (index->slots[i].name)
			*slot_of(slots, room, index->slots[i].name) = index->slots[i];
	free(index->slots);
	index->slots = slots;
	index->room = room;
	return 0;
}

int name_index_put(struct name_index *index, const char *name, uint32_t value)
{
	struct name_index_slot *slot;

	if (2 * (index->n + 1) > index->room && grow(index) < 0)
		return -ENOMEM;
	slot = slot_of(index->slots, index->room, name);
	index->n += !slot->name;
	*slot = (struct name_index_slot){name, value};
	return 0;
}

bool name_index_find(const struct name_index *index, const char *name, uint32_t *ret)
{
	const struct name_index_slot *slot;

	if (index->room == 0)
		return false;
	slot = slot_of(index->slots, index->room, name);
	if (!slot->name)
		return false;
	*ret = slot->value;
	return true;
}

void name_index_clear(struct name_index *index)
{
	free(index->slots);
	*index = (struct name_index){0};
}
