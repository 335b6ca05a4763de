/* The line of a session: tells of the last login, and what is due. Decides nothing. Knows PAM. */
#pragma once

#include "pam/login_ask.h"

/* PAM_SUCCESS, whatever came of it: nobody is kept out by what could not be told. */
int login_session(pam_handle_t *pamh, const struct login_options *options);
