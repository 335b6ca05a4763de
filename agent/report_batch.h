/*
 * The next records that go up: whole lines as they stand in the files, from a cursor on. Reads the
 * files of records; knows no record but by its sequence number.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "agent/report_state.h"

#define REPORT_BATCH_MAX (48 * 1024) /* bytes of lines */

struct report_batch {
	char *lines; /* for free() */
	size_t size;
	uint64_t first;              /* sequence of the first record; 0: it has none */
	struct report_cursor cursor; /* behind the last line */
};

/*
 * Reads the lines behind the cursor, up to the record last and not into the file behind it. Lines
 * that are no records are taken along, as they stand in the chain. 1 and *ret; 0: there is none (a
 * cursor at the end of a file moves on to the next one by itself); or a negative errno.
 */
int report_batch_read(
	int logs_fd, const struct report_cursor *cursor, uint64_t last, struct report_batch *ret);
