/*
 * The public half of this terminal's key, as sekisho-unseal left it for everybody to read:
 * terminal-key.ini. Touches disk, only reads.
 */
#pragma once

#include "policy/seal.h"

#define TERMINAL_KEY_FILE "terminal-key.ini"

/*
 * The key's fingerprint. 0 and ret; -ENOENT: this terminal has no key; -EBADMSG: the file does not
 * say it; -ENOMEM, or the negative errno of reading.
 */
int terminal_key_file_read(int state_fd, char ret[SEAL_FINGERPRINT_SIZE]);
