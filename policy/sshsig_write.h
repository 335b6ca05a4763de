/*
 * SSH signatures by an ssh-ed25519 key (RFC 8709, PROTOCOL.sshsig of OpenSSH), with libcrypto: what
 * a terminal signs with its own key. Byte for byte what ssh-keygen -Y sign writes with that key,
 * since Ed25519 draws no random numbers. Knows nothing of where a key is kept. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/root.h"
#include "policy/ssh_armour.h"
#include "policy/sshsig_envelope.h"

#define ED25519_KEY_SIZE 32
/* The encoded public key: its type and 32 bytes, each behind its length. */
#define ED25519_BLOB_SIZE (4 + 11 + 4 + ED25519_KEY_SIZE)
#define ED25519_TEXT_SIZE (BASE64_SIZE(ED25519_BLOB_SIZE) + 1)
#define SSHSIG_BLOB_MAX \
	(6 + 4 + 4 + ED25519_BLOB_SIZE + 4 + SSHSIG_NAMESPACE_MAX + 4 + 4 + 6 + 4 + 4 + 11 + 4 + 64)
#define SSHSIG_ARMOUR_SIZE (SSH_ARMOUR_SIZE(SSHSIG_BLOB_MAX) + 1)

/* A new key pair; the private half is for the caller to wipe. 0, -ENOMEM or -EIO. */
int ed25519_make_key(uint8_t ret_private[ED25519_KEY_SIZE], uint8_t ret_public[ED25519_KEY_SIZE]);
/* 0, -ENOMEM or -EIO. */
int ed25519_public_key(const uint8_t private_key[ED25519_KEY_SIZE], uint8_t ret[ED25519_KEY_SIZE]);

/* As ssh-keygen -l prints it. 0 or -ENOMEM. */
int ed25519_fingerprint(
	const uint8_t public_key[ED25519_KEY_SIZE], char ret[FINGERPRINT_LENGTH + 1]);

/* The middle word of a line of authorized_keys: the encoded key in base64. */
void ed25519_text(const uint8_t public_key[ED25519_KEY_SIZE], char ret[ED25519_TEXT_SIZE]);
/* Reads that. 0 and ret, or -EINVAL: no whole key of that type. */
int ed25519_parse(const char *text, uint8_t ret[ED25519_KEY_SIZE]);

/*
 * Signs text in a namespace of at most SSHSIG_NAMESPACE_MAX bytes. 0 and the armour with a NUL, as
 * it stands behind the text of a document; -ENOMEM, -EIO where libcrypto fails, -EINVAL for a
 * namespace that is too long.
 */
int sshsig_write(const uint8_t private_key[ED25519_KEY_SIZE], const char *name_space,
	const char *text, size_t size, char ret[SSHSIG_ARMOUR_SIZE]);
