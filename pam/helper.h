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
	const char *verb;    /* "ask" or "judge" */
	const char *service, *user;
	const void *input; /* for its stdin */
	size_t input_size;
};

/*
 * Gives it input, waits for its end and takes what it said: *ret_size bytes, ANSWER_SIZE at most. A
 * program with root's effective id starts it as root, so that it may answer for anybody. 0;
 * -ETIMEDOUT, -E2BIG: it said more; or another negative errno. Whether the answer makes sense is
 * for the caller to see: one that could not start says nothing.
 */
int helper_run(const struct helper_call *call, char ret[ANSWER_SIZE], size_t *ret_size);
