/*
 * Runs sekisho-verify for a login program, whatever that does with signals and children. Touches
 * processes.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "pam/answer.h"

struct helper_call {
	const char *program; /* path */
	const char *verb;    /* "serve" or "judge" */
	const char *service, *user;
};

struct helper;

/*
 * Starts it; by a program with root's effective id as root, so that it may answer for anybody. 0
 * and *ret, or a negative errno. One that could not be executed is started as well, and says
 * nothing.
 */
int helper_start(const struct helper_call *call, struct helper **ret);

/*
 * Waits for one line of it: *ret_size bytes with the LF, ANSWER_SIZE at most. 0; -EPIPE: it ended
 * without; -ETIMEDOUT, -E2BIG, or another negative errno.
 */
int helper_read_line(struct helper *helper, char ret[ANSWER_SIZE], size_t *ret_size);

/*
 * Gives it input, which it did not get before, and nothing more. 0; -ESRCH: it is gone, or its pipe
 * is, and not a byte was given; or another negative errno.
 */
int helper_give(struct helper *helper, const void *input, size_t size);

/* Waits for its end, and for all it says until then. As helper_read_line(), but 0 without any. */
int helper_read_rest(struct helper *helper, char ret[ANSWER_SIZE], size_t *ret_size);

/* It ends by itself when nobody can give it anything any more; what is stuck is left. */
void helper_end(struct helper *helper);
