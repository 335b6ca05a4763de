/*
 * Canonical form, checked on the raw bytes before any INI reader sees them: what a person reads in
 * the file, every reader reads. Knows no section and no key.
 *
 * The rules: UTF-8 without BOM; LF ends every line, the last one too; at most 160 bytes a line; no
 * control, bidirectional or zero-width character, percent-decoded values included; no space at
 * either end of a line, full-width ones included; a line is empty, a comment that starts with "#",
 * "[type]", "[type name]" or "key = value"; words are of a-z 0-9 -; no ";" or "#" in a value; no
 * section and no key twice.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/problem.h"

#define CANONICAL_LINE_MAX    160 /* bytes without LF; libinih 55 splits lines over 199 */
#define CANONICAL_SECTION_MAX 48  /* bytes between the brackets; libinih 55 cuts at 49 */
#define CANONICAL_KEY_MAX     48

struct canonical_entry {
	size_t key_at, key_size; /* offset into the text */
	size_t value_at, value_size;
	unsigned line, value_column; /* from 1, in characters; the key's column is 1 unless the line
					is damaged */
	bool is_damaged;             /* something of it is already among the problems */
};

struct canonical_section {
	size_t type_at, type_size;
	size_t name_at, name_size; /* size 0: "[type]" */
	unsigned line;
	bool is_damaged;
	size_t first_entry, n_entries;
};

struct canonical {
	struct canonical_section *sections;
	size_t n_sections;
	struct canonical_entry *entries;
	size_t n_entries;
	unsigned end_line, end_column; /* behind the last character: where something is missing */
};

/*
 * Checks text and finds its sections and entries. Adds every breach of a rule to problems and still
 * finds what can be made out, so that the next reader can report its errors in the same run: who
 * asks whether the text is canonical asks problems. Returns 0 and *ret (for canonical_clear()), or
 * -ENOMEM.
 */
int canonical_scan(const char *text, size_t size, struct problems *problems, struct canonical *ret);

void canonical_clear(struct canonical *canonical);
