/*
 * Sealing a short secret to a terminal's key: HPKE (RFC 9180) in base mode, one message a context,
 * with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305, by libcrypto. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define SEAL_KEY_SIZE         32
#define SEAL_TAG_SIZE         16
#define SEAL_PLAIN_MAX        64
#define SEAL_FINGERPRINT_SIZE 51 /* "SHA256:" and 43 of base64, and NUL */

struct sealed {
	uint8_t key[SEAL_KEY_SIZE]; /* the ephemeral public key: "enc" */
	uint8_t bytes[SEAL_PLAIN_MAX + SEAL_TAG_SIZE];
	size_t size;
};

/* Who opens and who seals must say the same info and aad. */
struct seal_context {
	const uint8_t *info;
	size_t info_size;
	const uint8_t *aad;
	size_t aad_size;
};

/* 0, -ENOMEM, or -EIO where libcrypto fails. */
int seal_make_key(uint8_t ret_private[SEAL_KEY_SIZE], uint8_t ret_public[SEAL_KEY_SIZE]);
int seal_public_key(const uint8_t private_key[SEAL_KEY_SIZE], uint8_t ret[SEAL_KEY_SIZE]);
/* As ssh-keygen prints those of its keys, but of these 32 bytes. 0 or -ENOMEM. */
int seal_fingerprint(const uint8_t public_key[SEAL_KEY_SIZE], char ret[SEAL_FINGERPRINT_SIZE]);

/* 0 and *ret; -EINVAL for more than SEAL_PLAIN_MAX bytes or a key of low order, -ENOMEM, -EIO. */
int seal_to(const uint8_t public_key[SEAL_KEY_SIZE], const struct seal_context *context,
	const uint8_t *plain, size_t size, struct sealed *ret);
/* 0, ret and *ret_size; -EBADMSG: not sealed to this key, or not with this context; -ENOMEM, -EIO.
 */
int seal_open(const uint8_t private_key[SEAL_KEY_SIZE], const struct seal_context *context,
	const struct sealed *sealed, uint8_t ret[SEAL_PLAIN_MAX], size_t *ret_size);
