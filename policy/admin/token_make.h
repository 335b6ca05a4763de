/*
 * Fresh secrets and codes at the token officer's desk, and the sheet that is handed over with them:
 * the only place where they are shown. Nothing here writes a file.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/code_text.h"
#include "policy/tokens.h"

/* Between two pieces of paper. */
#define TOKEN_CUT \
	"- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -\n"

/* What a person is given. */
struct token_handout {
	char user[ACCOUNT_NAME_MAX + 1];
	char number[TOKEN_NUMBER_MAX + 1];
	enum code_kind type;
	enum code_hash hash;
	uint8_t digits;
	uint16_t period_s;
	uint64_t count;
	struct token_dates dates;          /* for the sheet */
	int64_t ends_s;                    /* what its vendor says; 0: nothing */
	uint64_t kept_at;                  /* bit i: terminal i of the job has it already */
	char before[TOKEN_NUMBER_MAX + 1]; /* the number of what it takes the place of, or "" */
	uint8_t secret[CODE_SECRET_MAX];
	size_t secret_size;
	char recovery[RECOVERY_CODES_MAX][CODE_SYMBOLS_SIZE];
	char ticket[CODE_SYMBOLS_SIZE]; /* empty: the secret is handed over instead */
	struct token_ticket hashed_ticket;
	char recovery_hashes[RECOVERY_CODES_MAX][CODE_HASH_TEXT_SIZE];
};

/* What an office locks away. */
struct token_envelopes {
	char codes[ENVELOPES_MAX][CODE_SYMBOLS_SIZE];
	char hashes[ENVELOPES_MAX][CODE_HASH_TEXT_SIZE];
	size_t n;
};

struct token_handouts {
	struct token_handout *rows; /* with room for TOKENS_MAX */
	size_t n;
};

/* Makes room. EXIT_DONE, or EXIT_UNKNOWN after complaining. */
int token_handouts_begin(struct token_handouts *ret);
/* Wipes the secrets, and frees. */
void token_handouts_clear(struct token_handouts *handouts);

/* Each returns EXIT_DONE, or EXIT_UNKNOWN after complaining: no randomness, or no yescrypt. */

/* A secret of 20 bytes. */
int token_make_secret(struct token_handout *ret);
/* A number such as T-7XQ09KTM. */
int token_make_number(char ret[TOKEN_NUMBER_MAX + 1]);
/* Whether a number has that form. Any other is what a vendor, or the desk, wrote on a token. */
bool token_number_was_made(const char *number);
int token_make_recovery(struct token_handout *ret);
/* The recovery codes that grow out of its secret (recovery_codes.h), which its terminals can show.
 */
int token_derive_recovery(struct token_handout *ret);
/* A ticket until then, since 1970. */
int token_make_ticket(int64_t until_s, struct token_handout *ret);
/* A same-day code that counts until then. As above; ret_code is a secret. */
int token_make_temporary(
	int64_t until_s, char ret_code[CODE_SYMBOLS_SIZE], struct token_ticket *ret);
int token_make_envelopes(size_t n, struct token_envelopes *ret);

/* The sheet of a person; is_secret_shown: the secret too, which a token of plastic has already. */
void token_print_handout(const struct token_handout *handout, const char *site,
	const char *terminals, int is_secret_shown);
void token_print_envelopes(const struct token_envelopes *envelopes, const char *terminal);
