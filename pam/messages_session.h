/* What people read when their session begins, in Japanese or English. Knows nothing of PAM. */
#pragma once

#include "pam/messages.h"
#include "pam/session_answer.h"

#define SESSION_MESSAGES 5

/*
 * Fills ret with what is to be told, a message each, and returns how many: none where there is
 * nothing. terminal: the one of now, as for the other messages.
 */
size_t messages_session(const struct session_answer *answer, const char *terminal,
	char ret[SESSION_MESSAGES][MESSAGE_SIZE]);
