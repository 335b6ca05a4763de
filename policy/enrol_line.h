/*
 * What sekisho-enrol says to `sekisho enrol`, a line each, of words with blanks between:
 *
 *	closed WORD                  nothing is to be enrolled: a word of enum enrol_closed
 *	secret TYPE HASH DIGITS PERIOD COUNT USER BASE32
 *	codes                        the secret was shown before: two codes are to be typed
 *	judged REASON SECONDS        what became of a line that was typed: login_reason_name()
 *	recovery CODE...             the end: none to ten codes of RECOVERY_CODE_SYMBOLS
 *
 * Lines with secrets are wiped by whoever has them. Pure.
 */
#pragma once

#include <stdint.h>

#include "policy/code_text.h"
#include "policy/login_event.h"
#include "policy/otpauth.h"
#include "policy/tokens.h"

#define ENROL_LINE_SIZE 512 /* of either side, with its LF */

/* Why there is nothing to enrol. */
enum enrol_closed {
	ENROL_CLOSED_FAULT = 0, /* something does not work as it should */
	ENROL_CLOSED_NO_TICKET, /* no token here, or none that was given out by a ticket */
	ENROL_CLOSED_UNUSED,    /* log in by the ticket first */
	ENROL_CLOSED_OVER,      /* the ticket's time has passed */
	ENROL_CLOSED_DONE,
	ENROL_CLOSED_NO_SECRET, /* it could not be opened when the machine started */
	ENROL_CLOSED_CLOCK,     /* nobody knows what time it is: no code can be judged */
};

enum enrol_word {
	ENROL_NONE = 0,
	ENROL_CLOSED,
	ENROL_SECRET,
	ENROL_CODES,
	ENROL_JUDGED,
	ENROL_RECOVERY
};

struct enrol_line {
	enum enrol_word word;
	enum enrol_closed closed;
	struct otpauth token; /* of SECRET; without texts */
	char user[ACCOUNT_NAME_MAX + 1];
	char secret[BASE32_TEXT_SIZE];
	enum login_reason reason; /* of JUDGED */
	int64_t wait_s;
	char recovery[RECOVERY_CODES_MAX][CODE_SYMBOLS_SIZE];
	size_t n_recovery;
};

/* Writes a line with its LF. Its size, or -EINVAL. */
int enrol_line_write(const struct enrol_line *line, char ret[ENROL_LINE_SIZE]);
/* Reads one without its LF, size bytes. 0 and *ret, or -EBADMSG: any other line. */
int enrol_line_read(const char *text, size_t size, struct enrol_line *ret);
