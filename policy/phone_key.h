/*
 * The keys that approvals by telephone rest on: a desk has one of its own, and each terminal
 * another for each desk, made of it by HKDF (RFC 5869). So a terminal that is taken apart gives
 * away its own and nobody else's. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/phone_code.h"

/*
 * HKDF-SHA256 with an output of one block. 0; -EIO where libcrypto fails; -EINVAL for an info
 * longer than 255 bytes.
 */
int hkdf_sha256(const uint8_t *salt, size_t salt_size, const uint8_t *secret, size_t secret_size,
	const uint8_t *info, size_t info_size, uint8_t ret[32]);

/* What a terminal has of a desk's key. 0; -EINVAL: a name is empty or has a line feed; -EIO. */
int phone_key_of_terminal(const uint8_t desk_key[PHONE_KEY_SIZE], const char *site,
	const char *desk, const char *terminal, uint8_t ret[PHONE_KEY_SIZE]);

/* Of that, what one kind of grants is made with: who judges logins cannot grant exemptions. */
int phone_key_of_kind(
	const uint8_t key[PHONE_KEY_SIZE], enum phone_kind kind, uint8_t ret[PHONE_KEY_SIZE]);
