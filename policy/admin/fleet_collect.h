/* Records of many terminals, put together from pieces that overlap. Knows no files. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/json/json_line.h"
#include "policy/site.h"

struct collected_line {
	char terminal[TERMINAL_NAME_MAX + 1];
	uint64_t sequence; /* of the record; of a line that is none, of the record before it */
	uint32_t behind;   /* how many lines behind that record it stands */
	char *text;        /* without its LF; for free() */
	size_t size;
};

struct collected {
	struct json_line_reader reader;
	struct collected_line *items;
	size_t n, room;
};

/* 0 and *ret, for collected_clear(); or -ENOMEM. */
int collected_init(struct collected *ret);
void collected_clear(struct collected *collected);

/* Takes whole lines of a terminal, in order. 0, or -ENOMEM. */
int collected_take(
	struct collected *collected, const char *terminal, const char *lines, size_t size);

/* Sorts by terminal and sequence, and drops what came twice. */
void collected_sort(struct collected *collected);
