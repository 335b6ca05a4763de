/* The armour around an SSH signature: two marker lines and base64 in lines of 70 (PROTOCOL.sshsig).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/base64.h"

#define SSH_ARMOUR_BEGIN "-----BEGIN SSH SIGNATURE-----\n"
#define SSH_ARMOUR_END   "-----END SSH SIGNATURE-----\n"

/* Bytes of a signature inside the armour: an RSA key of 8192 bits with its signature fits, so that
 * it is refused by its name. */
#define SSH_BLOB_MAX 4096

#define SSH_ARMOUR_COLUMNS 70
#define SSH_ARMOUR_MARKERS (sizeof(SSH_ARMOUR_BEGIN) - 1 + sizeof(SSH_ARMOUR_END) - 1)
/* At most so many bytes are an armour of n bytes, without a NUL. */
#define SSH_ARMOUR_SIZE(n) \
	(SSH_ARMOUR_MARKERS + BASE64_SIZE(n) + BASE64_SIZE(n) / SSH_ARMOUR_COLUMNS + 1)

/* Writes what ssh-keygen writes around base64. Returns the size; no NUL is written. */
size_t ssh_armour_wrap(const char *base64, size_t size, char *ret);

/*
 * Takes the armour off. Only the bytes that ssh-keygen would write for this blob are accepted: the
 * blob is armoured again and compared, so no bit of the armour can differ. Returns 0 with *ret_size
 * bytes in blob, or -EBADMSG; blob may be written on failure.
 */
int ssh_armour_decode(
	const char *armour, size_t size, uint8_t blob[SSH_BLOB_MAX], size_t *ret_size);
