/* Texts that differ from a right one in one place, and what a reader says of each. */
#pragma once

#include "tests/unit/reader.h"

struct reader_row {
	const char *name, *old, *new; /* the one change */
	unsigned line;
	const char *expected; /* how a problem of that line begins; NULL: still right */
};

/* Fails the test at the first row that is read otherwise. */
void reader_check_rows(const struct reader *reader, const char *base, const struct reader_row *rows,
	size_t n_rows);

/* The value of a text without problems, for free() of the reader. Fails the test otherwise. */
void *reader_value(const struct reader *reader, const char *text);
