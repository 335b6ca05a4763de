/*
 * A canonical text as sections and entries, read by two readers that must agree: the canonical scan
 * and libinih. Knows no word of any document.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/problem.h"

struct ini_entry {
	const char *key, *value; /* value as written, not percent-decoded */
	unsigned line, column;   /* of the value */
	bool is_damaged;         /* a problem of this line is known: do not read the value */
};

struct ini_section {
	const char *type, *name; /* "[type name]"; name is NULL in "[type]" */
	unsigned line;
	bool is_damaged; /* its header is a problem: do not read its entries */
	const struct ini_entry *entries;
	size_t n_entries;
};

struct ini_document {
	struct ini_section *sections;
	size_t n_sections;
	unsigned end_line, end_column; /* behind the last character */
	struct ini_entry *entries;
	char *strings;
};

/*
 * Reads text; every error of form goes to problems, and what could be made out is in *ret all the
 * same, so that values are checked in the same run. Only a caller who finds no new problem may
 * believe the document. Returns 0 and *ret (for ini_document_free()), or -ENOMEM.
 */
int ini_document_read(
	const char *text, size_t size, struct problems *problems, struct ini_document **ret);

void ini_document_free(struct ini_document *document);
/* For CLEANUP(). */
void ini_document_cleanup(struct ini_document **document);

/* Where a key that is missing in the section would stand: behind its last line. */
void ini_section_end(const struct ini_section *section, unsigned *ret_line, unsigned *ret_column);

/* The entry with that key, or NULL. */
const struct ini_entry *ini_section_find(const struct ini_section *section, const char *key);
