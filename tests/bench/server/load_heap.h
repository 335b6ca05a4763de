/*
 * Who is due next, of many.
 */
#pragma once

#include <stdint.h>

struct load_heap {
	uint64_t *due_us; /* of each, by its number */
	unsigned *items, n;
};

/* 0 or -ENOMEM. */
int load_heap_init(struct load_heap *ret, unsigned room);

/* With due_us[number] set; nobody is in it twice. */
void load_heap_push(struct load_heap *heap, unsigned number);

/* The number of who is due first, who is taken out; there must be one. */
unsigned load_heap_pop(struct load_heap *heap);

/* When that is; UINT64_MAX where there is nobody. */
uint64_t load_heap_due_us(const struct load_heap *heap);
