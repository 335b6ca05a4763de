/* One question to sekisho-operator, over its socket. Knows nothing of people. */
#pragma once

#include "policy/operator.h"

/*
 * root: "" or the folder that stands for /. Waits for the answer, for half a minute at most. 0 and
 * *ret; -ENOENT or -ECONNREFUSED: nobody listens there; -EMSGSIZE: a text is too long; -EBADMSG: no
 * answer that makes sense, or none; or another negative errno.
 */
int operator_ask(
	const char *root, const struct operator_request *request, struct operator_answer *ret);
