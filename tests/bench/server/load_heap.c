#include "tests/bench/server/load_heap.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

int load_heap_init(struct load_heap *ret, unsigned room)
{
	ret->due_us = calloc(room, sizeof(*ret->due_us));
	ret->items = calloc(room, sizeof(*ret->items));
	ret->n = 0;
	return ret->due_us && ret->items ? 0 : -ENOMEM;
}

static void swap(struct load_heap *heap, unsigned a, unsigned b)
{
	unsigned other = heap->items[a];

	heap->items[a] = heap->items[b];
	heap->items[b] = other;
}

static bool is_sooner(const struct load_heap *heap, unsigned a, unsigned b)
{
	return heap->due_us[heap->items[a]] < heap->due_us[heap->items[b]];
}

void load_heap_push(struct load_heap *heap, unsigned number)
{
	unsigned at = heap->n++;

	heap->items[at] = number;
	for (; at > 0 && is_sooner(heap, at, (at - 1) / 2); at = (at - 1) / 2)
		swap(heap, at, (at - 1) / 2);
}

unsigned load_heap_pop(struct load_heap *heap)
{
	unsigned first = heap->items[0], at = 0, child;

	heap->items[0] = heap->items[--heap->n];
	while ((child = 2 * at + 1) < heap->n) {
		if (child + 1 < heap->n && is_sooner(heap, child + 1, child))
			child++;
		if (!is_sooner(heap, child, at))
			break;
		swap(heap, at, child);
		at = child;
	}
	return first;
}

uint64_t load_heap_due_us(const struct load_heap *heap)
{
	return heap->n > 0 ? heap->due_us[heap->items[0]] : UINT64_MAX;
}
