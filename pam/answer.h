/*
 * What sekisho-verify says to the module, one line of words with blanks between:
 *
 *	boxes 0|1|2 DIGITS         to ask; 0: nothing is to be asked, DIGITS: of the code in one box
 *	in|out REASON REFERENCE SECONDS   to judge
 *	date TIME                  follows "out" where a token counts from then, or until then
 *	phone CHALLENGE TERMINAL DAY   follows "out phone-shown …"
 *	envelope NUMBER TIME       may follow "in", once for each that was used since: tell
 *
 * Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pam/judge_phone.h"
#include "policy/login_event.h"

#define ANSWER_SIZE          1024
#define ANSWER_ENVELOPES_MAX 16

/* Zeroed: two boxes are asked for, nobody is let in. */
struct answer_ask {
	unsigned boxes, digits;
};

struct answer_envelope {
	unsigned number;
	int64_t used_s;
};

struct answer_judge {
	bool is_let_in;
	enum login_reason reason;
	char reference[LOGIN_REFERENCE_SIZE];
	int64_t wait_s;
	struct phone_shown shown; /* PHONE_SHOWN */
	int64_t date_s; /* NOT_YET, EXPIRED, TICKET_OVER, TEMPORARY_OVER: since 1970; else 0 */
	struct answer_envelope envelopes[ANSWER_ENVELOPES_MAX];
	size_t n_envelopes;
};

size_t answer_write_ask(const struct answer_ask *answer, char ret[ANSWER_SIZE]);
size_t answer_write_judge(const struct answer_judge *answer, char ret[ANSWER_SIZE]);

/* 0 and *ret, or -EBADMSG: anything but the whole of such an answer. */
int answer_read_ask(const char *text, size_t size, struct answer_ask *ret);
int answer_read_judge(const char *text, size_t size, struct answer_judge *ret);
