/*
 * What vendors of tokens deliver, as CSV, and whom an office gives them. Columns are found by their
 * headings, in Japanese or English and in any order; others are passed over. A file of secrets may
 * have no headings: then its columns are the serial, the secret and, where they are there, type,
 * digits and time step.
 */
#pragma once

#include <stddef.h>

#include "policy/admin/delivery.h"
#include "policy/problem.h"

/* How the secrets of a file are written. */
enum seed_form {
	SEED_UNKNOWN = 0, /* a cell that could be both is a problem */
	SEED_HEX,
	SEED_BASE32,
};

enum token_csv_kind {
	TOKEN_CSV_ALL = 0,  /* accounts, numbers and secrets */
	TOKEN_CSV_DELIVERY, /* numbers and secrets, and accounts only where there is a column */
	TOKEN_CSV_PEOPLE,   /* accounts and numbers alone */
};

/* What holds where a row says nothing; period_s 0: 30 of TOTP. */
struct token_csv_form {
	enum token_csv_kind kind;
	enum seed_form seed;
	enum code_kind type;
	enum code_hash hash;
	uint8_t digits;
	uint16_t period_s;
};

/*
 * Reads the CSV, which has a NUL behind its size bytes. Every error goes to problems, with row and
 * column in place of line and column; what was read of a secret is in none of them. Returns 0 and
 * *ret (for delivery_clear()), -EBADMSG when problems were added, -ENOMEM.
 */
int token_csv_read(const char *bytes, size_t size, const struct token_csv_form *form,
	struct problems *problems, struct delivery *ret);
