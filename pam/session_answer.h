/*
 * What sekisho-verify says when somebody's session begins, a line each:
 *
 *	login unknown                          nothing can be said of the one before
 *	login first                            there was none
 *	login at TIME SERVICE TERMINAL HOST    "-" for what was not said; TIME 0: nobody knew it
 *	wrong NUMBER                           so many wrong codes since
 *	until TIME                             then the token ends, before long
 *	recovery NUMBER                        so few recovery codes are left
 *	enrol                                  a ticket was used, and the enrolment not ended
 *
 * The last four only where there is something to tell. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "pam/answer.h"
#include "pam/last_login.h"

/* Zeroed: nothing is known, and nothing is told. */
enum last_found { LAST_UNKNOWN = 0, LAST_NONE, LAST_FOUND };

struct session_answer {
	enum last_found found;
	struct last_login last; /* FOUND */
	unsigned wrong;
	int64_t until_s; /* since 1970; 0: not before long */
	bool is_short_of_recovery;
	unsigned recovery; /* left, where it is short of them */
	bool has_to_enrol;
};

/* Returns the size; it fits into ANSWER_SIZE. */
size_t session_answer_write(const struct session_answer *answer, char ret[ANSWER_SIZE]);

/* 0 and *ret, or -EBADMSG: anything but the whole of such an answer. */
int session_answer_read(const char *text, size_t size, struct session_answer *ret);
