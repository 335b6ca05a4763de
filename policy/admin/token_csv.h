/*
 * What vendors of tokens deliver: accounts, numbers and secrets as CSV. Columns are found by their
 * headings, in Japanese or English and in any order; others are passed over.
 */
#pragma once

#include <stddef.h>

#include "policy/admin/token_make.h"
#include "policy/problem.h"

/* How the secrets of a file are written. */
enum seed_form {
	SEED_UNKNOWN = 0, /* a cell that could be both is a problem */
	SEED_HEX,
	SEED_BASE32,
};

struct token_csv {
	struct token_handout *rows; /* without recovery codes */
	size_t n_rows;
};

/*
 * Reads the CSV, which has a NUL behind its size bytes. Every error goes to problems, with row and
 * column in place of line and column; what was read of a secret is in none of them. Returns 0 and
 * *ret (for token_csv_clear(), which wipes it), -EBADMSG when problems were added, -ENOMEM.
 */
int token_csv_read(const char *bytes, size_t size, enum seed_form form, struct problems *problems,
	struct token_csv *ret);
void token_csv_clear(struct token_csv *csv);
