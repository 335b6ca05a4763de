/* Whether the code from an envelope is that of an exemption. Computes a slow hash by libcrypt: a
 * tenth of a second. */
#pragma once

#include "policy/code_hashes.h"

/*
 * typed: as a person types it, with hyphens, in any case. 0: it is; -ENOENT: it is another, or
 * none at all; -EBADMSG: the hash cannot be computed; -ENOMEM. What was typed is in no memory
 * afterwards but the caller's.
 */
int exemption_code_judge(const char *typed, const char hash[CODE_HASH_TEXT_SIZE]);
