/*
 * What a person is told when a session begins: the last login, wrong codes since, and what is due.
 * Decides nothing. Touches disk.
 */
#pragma once

#include "pam/session_answer.h"
#include "pam/verify_login.h"

#define TOKEN_ENDS_SOON_S  (30 * 86400)
#define RECOVERY_CODES_FEW 4 /* fewer are told */

/*
 * Tells of the login before, and remembers this one. Asked by root, who opens sessions, or by the
 * owner of the records; to others nothing is told. root: as verify_judge(). What cannot be found
 * out is left out.
 */
void verify_session(
	const char *root, const struct verify_request *request, struct session_answer *ret);

/* A code of that person did not count: told at the next login. */
void verify_session_count_wrong(int state_fd, const struct verify_request *request);
