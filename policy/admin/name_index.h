/* Names and a number for each, found by hash: thousands of people, looked up by their number. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct name_index {
	struct name_index_slot *slots;
	size_t n, room;
};

/* Sets what name stands for, whatever it was. The name must live as long as the index. 0 or
 * -ENOMEM.
 */
int name_index_put(struct name_index *index, const char *name, uint32_t value);
bool name_index_find(const struct name_index *index, const char *name, uint32_t *ret);
void name_index_clear(struct name_index *index);
