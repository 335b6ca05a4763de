/*
 * The two questions of the module: what is to be asked at this login, and whether what was typed
 * lets the person in. Every answer but an open door is recorded before it is given. Touches disk.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "pam/answer.h"

struct verify_request {
	const char *service, *user; /* as the caller says, of any content */
	const char *typed;          /* UTF-8 */
	const char *terminal, *host;
	uid_t caller;
};

/* Cannot fail: what is not known is asked for. */
void verify_ask(const char *root, const struct verify_request *request, struct answer_ask *ret);

/* Cannot fail: what is not known refuses. */
void verify_judge(const char *root, const struct verify_request *request, struct answer_judge *ret);
