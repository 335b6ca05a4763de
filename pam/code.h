/*
 * One-time codes: whether what was typed is a code that a token may show now, and what has to be
 * remembered of it (RFC 4226, RFC 6238). Pure: no clock, no files. The HMACs are liboath's, through
 * calls that take the time and the number of digits.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/code_kind.h"

#define CODE_WINDOW_MAX 50
#define CODE_SEARCH_MAX 1000
#define CODE_FAR_MAX    172800 /* steps: 30 days of the shortest period, 15 s */

struct code_token {
	enum code_kind kind;
	enum code_hash hash;
	uint8_t digits;
	uint16_t period_s; /* TOTP */
	uint8_t secret[CODE_SECRET_MAX];
	size_t secret_size;
};

/* Where codes are looked for: numbers of steps (TOTP) or counts (HOTP). */
struct code_window {
	uint16_t behind, ahead; /* of the step that is expected; HOTP: only ahead */
	uint16_t drift_max;     /* TOTP: further than this no clock is followed */
	/* For two codes in a row. HOTP: so many beyond it; TOTP: to either side of the clock, 0:
	 * none. */
	uint16_t search;
};

/* Of all codes up to here none counts any more. */
struct code_memory {
	uint64_t next;    /* the first step or count that may still count */
	int32_t drift;    /* TOTP: so many steps the token's clock is ahead */
	uint64_t awaited; /* a far code was right if this one comes next; 0: none */
};

enum code_verdict {
	CODE_WRONG = 0,
	CODE_USED, /* right once, or passed over by a later one */
	CODE_FAR,  /* the first of two in a row; TOTP: used up */
	CODE_RIGHT,
};

/*
 * Judges what was typed, which is WRONG unless it has the token's number of ASCII digits. now_s is
 * the time since 1970 and unused for HOTP. The same steps are taken for every verdict, so that
 * their time tells nothing. *memory becomes what is to be remembered, whatever the verdict. Returns
 * 0 and *ret; -EINVAL for a token, window, memory or time out of bounds, -EIO where liboath fails:
 * then *memory is as it was.
 */
int code_judge(const struct code_token *token, const struct code_window *window, const char *typed,
	int64_t now_s, struct code_memory *memory, enum code_verdict *ret);

/*
 * Where the clock is not known: all steps from first to last that show what was typed, of a TOTP
 * token. The same steps are taken whatever is found. 0, ret_steps in order and *ret_n, at most max
 * of them; -EINVAL: no TOTP token, last before first, or more than CODE_FAR_MAX; -EIO as above.
 */
int code_search(const struct code_token *token, const char *typed, uint64_t first, uint64_t last,
	uint64_t *ret_steps, size_t max, size_t *ret_n);
