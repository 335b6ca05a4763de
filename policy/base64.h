/* Base64 (RFC 4648) in its canonical form only: what encodes in one way decodes in one way. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The encoded size of n bytes, with padding. */
#define BASE64_SIZE(n) (((n) + 2) / 3 * 4)

/*
 * Decodes size characters with their padding; no white space. Returns 0 with *ret_size, or -EINVAL
 * for anything that an encoder would not write (unused bits that are set, wrong padding), or
 * -ENOBUFS when buffer is too small. The buffer may be written on failure.
 */
int base64_decode(
	const char *text, size_t size, uint8_t *buffer, size_t buffer_size, size_t *ret_size);

/* Encodes with padding and a final NUL; buffer has BASE64_SIZE(size) + 1 bytes. */
void base64_encode(const uint8_t *bytes, size_t size, char *buffer);

/* Whether the string is 32 bytes in base64 without padding, as fingerprints are written. */
bool base64_is_sha256(const char *text);

/* Decodes such a string into 32 bytes. Returns 0, or -EINVAL with ret left alone. */
int base64_decode_sha256(const char *text, uint8_t ret[32]);
