/*
 * HMAC-SHA256 (RFC 2104, FIPS 180-4) for sekisho-verify alone, which starts at every login and
 * links no libcrypto; everybody else uses that. No branch and no index depends on what is hashed.
 * Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/code_kind.h"
#include "policy/ocra.h"

void hmac_sha256(
	const uint8_t *key, size_t key_size, const uint8_t *message, size_t size, uint8_t ret[32]);

/* The same as an ocra_hmac; -EINVAL for another hash. */
int ocra_hmac_small(enum code_hash hash, const uint8_t *key, size_t key_size,
	const uint8_t *message, size_t size, uint8_t ret[OCRA_HMAC_MAX], size_t *ret_size);
