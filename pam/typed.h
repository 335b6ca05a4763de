/*
 * What was typed at the code prompt, as people type it: with an input method switched on, in small
 * letters, with the spaces and hyphens that stand on the paper. Says which form it has, not whether
 * it is right. Pure.
 */
#pragma once

#include <stddef.h>

#include "policy/code_text.h"

enum typed_form {
	TYPED_NOTHING = 0, /* nothing that could be right */
	TYPED_CODE,        /* 6 to 8 digits: of a token */
	TYPED_TEMPORARY,   /* 8 of Crockford's base32, not all digits: a same-day code */
	TYPED_RECOVERY,    /* 10 symbols of Crockford's base32: a recovery code */
	TYPED_TICKET,      /* 12 of them: a ticket of the desk */
	TYPED_ENVELOPE,    /* 16 of them: from a sealed envelope */
	TYPED_PHONE,       /* "phone" or 電話: whoever has no code, and a telephone */
};

struct typed {
	enum typed_form form;
	/* ASCII: digits, or 0-9 A-Z without I L O U. Empty with NOTHING. A secret. */
	char symbols[CODE_SYMBOLS_SIZE];
};

/*
 * Reads UTF-8: full-width letters and digits are ASCII's, spaces and hyphens are dropped (those of
 * an input method too), small letters are capitals; in the long forms I and L are 1, and O is 0.
 * Bytes that are not UTF-8 are NOTHING.
 */
void typed_read(const char *text, struct typed *ret);

/*
 * Takes apart what was typed into one box: a password and behind it a code, of so many digits
 * (ASCII or full-width, nothing between them), or behind a blank a whole recovery code, ticket,
 * envelope code or same-day code without blanks in it, or the word for the telephone. Where both
 * fit, it is the digits: a hyphen as on the paper makes the other unmistakable. Nobody has judged
 * the password yet, so one that ends so, with nothing behind it, is taken apart, too; it would let
 * nobody in without a code. *ret_password_size: so many bytes of text are the password; with
 * NOTHING all of them.
 */
void typed_split_one_box(
	const char *text, unsigned digits, size_t *ret_password_size, struct typed *ret);
