/*
 * Recovery codes that grow out of a token's secret: whoever has the secret open, the desk that made
 * it and later the terminal, comes to the same ten, so that the desk need not print them. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/code_text.h"

/*
 * The code of that number, from 1, of the token (its number in the ledger) of an account:
 * HMAC-SHA-256 of a label, the account, the token's number and that number, with the secret as key
 * (RFC 2104; a label longer than the 8 bytes of RFC 4226, so that no one-time code tells of it). 0
 * and RECOVERY_CODE_SYMBOLS symbols in ret, a secret; -EINVAL: a line feed in a name, or names too
 * long; -EIO where libcrypto fails.
 */
int recovery_code_derive(const uint8_t *secret, size_t secret_size, const char *user,
	const char *token, unsigned number, char ret[CODE_SYMBOLS_SIZE]);
