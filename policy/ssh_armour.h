/* The armour around an SSH signature: two marker lines and base64 in lines of 70 (PROTOCOL.sshsig).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define SSH_ARMOUR_BEGIN "-----BEGIN SSH SIGNATURE-----\n"
#define SSH_ARMOUR_END   "-----END SSH SIGNATURE-----\n"

/* Bytes of a signature inside the armour: an RSA key of 8192 bits with its signature fits, so that
 * it is refused by its name. */
#define SSH_BLOB_MAX 4096

/*
 * Takes the armour off. Only the bytes that ssh-keygen would write for this blob are accepted: the
 * blob is armoured again and compared, so no bit of the armour can differ. Returns 0 with *ret_size
 * bytes in blob, or -EBADMSG; blob may be written on failure.
 */
int ssh_armour_decode(
	const char *armour, size_t size, uint8_t blob[SSH_BLOB_MAX], size_t *ret_size);
