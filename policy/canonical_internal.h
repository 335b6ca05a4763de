/* A text while its lines are looked through. For canonical.c and canonical_line.c. */
#pragma once

#include "policy/canonical.h"
#include "policy/text_form.h"

struct text_scan {
	const char *text;
	size_t size;
	struct problems *problems;
	struct canonical *out;
	struct text_form form;
	bool has_foreign_line; /* one was named; it speaks for the others */
	bool has_stray_key;    /* likewise, before the first section */
};

struct text_line {
	const char *bytes;
	size_t at, size; /* in the text; without LF, and CR where every line ends in CR LF */
	size_t next_at;  /* of the line behind it; the end of the text at the last one */
	unsigned number;
	bool is_foreign; /* in another encoding; what stands there is not to be read */
};

/* The column of a byte of the line, as editors count it. */
unsigned text_line_column(const struct text_line *line, size_t at);

/* Checks one line, and adds the section or entry that it is. Returns 0 or -ENOMEM. */
int canonical_scan_line(struct text_scan *scan, struct text_line *line);
