/*
 * A CSV file as rows of cells, as a spreadsheet shows them: with or without byte order mark, lines
 * ended by CRLF or LF, and without the guards that keep a spreadsheet from reading a cell as a
 * formula. libcsv knows the format; this knows what office programs make of it. Knows no heading.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "policy/problem.h"

#define CSV_CELLS_MAX       128 /* in a row; more are a problem */
#define CSV_BYTE_ORDER_MARK "\xef\xbb\xbf"

struct csv_row {
	unsigned number; /* as a spreadsheet counts, from 1 */
	char *const *cells;
	size_t n_cells;
};

/* Called for each row that is not empty; the cells are valid until it returns. Returns 0 to go on,
 * or a negative errno. */
typedef int (*csv_row_handler)(const struct csv_row *row, void *user);

/*
 * Reads a file, with a NUL behind its size bytes. A cell that is guarded by ' before = + - @ or ',
 * or by ="…", comes without its guard. Returns 0; -EBADMSG when a problem was added (line is the
 * row, column the cell, both from 1; 0: unknown), with all rows before it handled; what the handler
 * returned; -ENOMEM.
 */
int csv_table_read(const char *bytes, size_t size, csv_row_handler handler, void *user,
	struct problems *problems);

/* Whether the first line is parted by TAB or semicolon, as some programs export it; adds a problem
 * then, that says how to save it. There is a NUL behind bytes. */
bool csv_is_parted_wrongly(const char *bytes, struct problems *problems);

/* Writes one cell, quoted, so that a spreadsheet shows it as it is and csv_table_read() gives it
 * back. 0, or -ENOMEM. */
int csv_write_cell(FILE *to, const char *text);
