/*
 * The lines of a file, read forward with a fixed amount of memory. Touches disk, only reads. Knows
 * nothing of what is in a line.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/record.h"
#include "policy/document.h"

struct cli_line {
	const char *bytes; /* until the next line is asked for; no NUL behind them */
	size_t size;       /* without the LF; of a longer line RECORD_LINE_MAX */
	bool has_lf;
	uint64_t number, offset;     /* number from 1 */
	uint8_t sha256[SHA256_SIZE]; /* of the whole line, one LF included in any case */
};

struct cli_lines {
	int fd;          /* borrowed; read by offset, its position does not matter */
	bool is_growing; /* somebody may be just writing the last line: then it is waited for */
	uint64_t number, offset; /* of the next line; offset of start */
	size_t start, end;       /* what is read and not given yet */
	char buffer[8 * RECORD_LINE_MAX];
};

/* From the line that begins at offset; number is that of the line before it. */
void cli_lines_begin(struct cli_lines *lines, int fd, uint64_t offset, uint64_t number);

/* 1 and *ret; 0 at the end; or a negative errno. */
int cli_lines_next(struct cli_lines *lines, struct cli_line *ret);
