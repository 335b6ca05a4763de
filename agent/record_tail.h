/*
 * How a file of records ends: found from behind, so that the cost does not grow with the file.
 * Touches disk, only reads. Knows that a record is a line and how it begins, nothing else of it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/document.h"

struct record_tail {
	bool is_empty;   /* no byte: the rest says nothing */
	bool is_cut;     /* the last line has no LF; sha256 counts one */
	bool is_damaged; /* the last line, or those before it too, are no records */
	bool has_sequence;
	uint64_t sequence; /* of the last line, by counting on from the last record before it */
	uint64_t size;
	uint8_t sha256[SHA256_SIZE]; /* of the last line, LF included */
};

/* fd is open for reading. Returns 0 and *ret, or a negative errno. */
int record_tail_read(int fd, struct record_tail *ret);

/* The sequence number of a line with its LF, where it is a whole record; else false. */
bool record_line_sequence(const char *line, size_t size, uint64_t *ret);
