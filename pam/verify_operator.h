/*
 * Whether what was typed makes somebody the operator of a session that another account has open at
 * a counter PC. A code alone, under a budget of its own: wrong ones lock nobody out of his logins.
 * Touches disk.
 */
#pragma once

#include "pam/verify_login.h"
#include "policy/login_event.h"

/*
 * Cannot fail: what is not known refuses. *ret: LOGIN_OPERATOR_RIGHT, which is recorded nowhere
 * yet, for the caller to tell sekishod; or why not, and that is in the spool. request->caller:
 * whose session it is.
 */
void verify_operator(
	const char *root, const struct verify_request *request, struct login_event *ret);
