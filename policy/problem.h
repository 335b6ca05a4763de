/*
 * What is wrong in a document: every error of a file in one run, each with its place, what was read
 * and what would be right. Knows nothing of how it is shown.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define PROBLEMS_MAX     200 /* further ones are only counted */
#define PROBLEM_TEXT_MAX 320 /* bytes with the final NUL: all class words fit */

struct problem {
	unsigned line, column; /* both from 1; column counts characters; 0: there is no place */
	bool is_missing;       /* nothing stands at the place: something is to be added there */
	char read[PROBLEM_TEXT_MAX];     /* what stands there, printable */
	char expected[PROBLEM_TEXT_MAX]; /* what would be right */
};

struct problems {
	struct problem *items;
	size_t count;
	size_t omitted; /* found but not kept, because of PROBLEMS_MAX or memory */
	size_t moot;    /* found after one that says all, see problems_end(); only counted */
	bool has_ended;
};

/*
 * Adds one. read is what the document says at that place, read_size its bytes (shortened, and made
 * printable, here); expected is a format. Never fails: without memory, omitted is counted up.
 */
void problems_add(struct problems *problems, unsigned line, unsigned column, const char *read,
	size_t read_size, const char *expected, ...) __attribute__((format(printf, 6, 7)));

/* Adds one about something that should be there and is not: the place is where it would belong. */
void problems_add_missing(struct problems *problems, unsigned line, unsigned column,
	const char *expected, ...) __attribute__((format(printf, 4, 5)));

/* The last one says all about the text; those that follow from it are only counted. */
void problems_end(struct problems *problems);

/* Puts them in the order of the document, and what is missing last. */
void problems_sort(struct problems *problems);

/* Whether anything was found. */
bool problems_any(const struct problems *problems);

/* How many were found, omitted and moot ones too: a reader compares it before and after. */
size_t problems_found(const struct problems *problems);

/* "read 'READ', expected EXPECTED" into buffer; returns what snprintf returns. */
int problem_text(const struct problem *problem, char *buffer, size_t size);

/* "NAME:LINE:COLUMN: read 'READ', expected EXPECTED" into buffer; returns what snprintf returns. */
int problem_format(const struct problem *problem, const char *name, char *buffer, size_t size);

/* Frees the items; problems itself belongs to the caller and is empty afterwards. */
void problems_clear(struct problems *problems);
