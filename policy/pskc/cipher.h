/*
 * The cryptography that RFC 6030 names and this reader takes: AES-CBC, HMAC and PBKDF2, by the
 * names that documents have for them. Bytes in, bytes out; knows no XML.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define PSKC_KEY_MAX        32      /* bytes of AES-256 */
#define PSKC_MAC_KEY_MAX    128     /* a block of SHA-512 */
#define PSKC_MAC_MAX        64      /* of SHA-512 */
#define PSKC_ITERATIONS_MAX 5000000 /* seconds of work, and a bomb beyond */
#define PSKC_BLOCK          16

enum pskc_digest { PSKC_DIGEST_NONE = 0, PSKC_SHA1, PSKC_SHA256, PSKC_SHA384, PSKC_SHA512 };

/* The bytes of the key of an EncryptionMethod's Algorithm (16, 24, 32), or 0: none that is read. */
size_t pskc_cipher_key_size(const char *algorithm);

/* The digest of an HMAC that a MACMethod or a PRF names, or PSKC_DIGEST_NONE. */
enum pskc_digest pskc_digest_from_uri(const char *algorithm);

/*
 * Decrypts AES-CBC as XML Encryption writes it (section 5.2: the IV in front, the last byte says
 * how many are padding). key_size is 16, 24 or 32; ret has room for size bytes. 0 and *ret_size;
 * -EINVAL: not whole blocks; -EBADMSG: no such padding; -EIO: libcrypto.
 */
int pskc_decrypt(const uint8_t *key, size_t key_size, const uint8_t *bytes, size_t size,
	uint8_t *ret, size_t *ret_size);

/* HMAC (RFC 2104). 0 and *ret_size, or -EIO. */
int pskc_mac(enum pskc_digest digest, const uint8_t *key, size_t key_size, const uint8_t *bytes,
	size_t size, uint8_t ret[PSKC_MAC_MAX], size_t *ret_size);

/* PBKDF2 (RFC 8018) into size bytes; iterations from 1 to PSKC_ITERATIONS_MAX. 0, or -EIO. */
int pskc_derive(enum pskc_digest digest, const char *password, size_t password_size,
	const uint8_t *salt, size_t salt_size, unsigned iterations, uint8_t *ret, size_t size);

/*
 * Does all of the above once with zeros, so that libcrypto has opened whatever it opens before the
 * process shuts itself in. 0, or -EIO.
 */
int pskc_cipher_warm_up(void);
