/*
 * Whether a code from paper is one of those whose hashes are kept: yescrypt, by libcrypt. The only
 * file of the login that calls it: a login by token does not.
 */
#pragma once

#include <stddef.h>

#include "policy/tokens.h"

/*
 * Looks for the code with these symbols (code_text.h) among n hashes: "$y$…" as crypt(5) says, each
 * with its NUL. Hashes with the same setting cost one computation together; what is computed and
 * compared depends on the hashes only. Returns the index of the last that it is; -ENOENT: it is
 * none of them; -EBADMSG: it is none of those that can be read, and one cannot; -ENOMEM.
 */
int code_hash_find(const char *symbols, const char (*hashes)[CODE_HASH_TEXT_SIZE], size_t n);
