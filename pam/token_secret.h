/* The secret of somebody's token, opened when the machine started. Touches disk. */
#pragma once

#include "pam/code.h"

/*
 * Reads it into token->secret, for whoever calls to wipe. folder_fd: of SECRETS_FOLDER, or the
 * negative errno that opening it gave. 0; -ENOENT: it could not be opened; -EPERM: others may touch
 * it; -EBADMSG: it has no such size; or another negative errno.
 */
int token_secret_read(int folder_fd, const char *user, struct code_token *token);
