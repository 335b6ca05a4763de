/* The line behind the password: has sekisho-verify decide. Knows PAM. */
#pragma once

#include "pam/login_ask.h"

/* PAM_SUCCESS only for its "in"; never PAM_IGNORE or PAM_USER_UNKNOWN. */
int login_judge(pam_handle_t *pamh, const struct login_options *options);
