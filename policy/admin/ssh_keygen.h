/* The one program that sekisho-admin runs: ssh-keygen, by an argument vector and never by a shell.
 */
#pragma once

#include <stddef.h>

#include "policy/root.h"

#define SSH_KEYGEN_OUTPUT_MAX (16 * 1024)

/*
 * Signs text in name_space with the key file (a private key, or a public one whose private half an
 * ssh-agent holds). ssh-keygen asks for passphrase, PIN or touch on the terminal by itself. Returns
 * 0 with the armoured signature in *ret (a string; for free()), or a negative errno: -ENOENT where
 * there is no ssh-keygen, -EPERM where it refused, having said why.
 */
int ssh_keygen_sign(
	const char *key, const char *name_space, const char *text, size_t size, char **ret);

/*
 * The fingerprint of the key in the text of a public key file ("ssh-ed25519 AAAA… comment").
 * Returns 0 and ret, -EBADMSG when it is no public key, -EOPNOTSUPP when it is of a type that no
 * document accepts.
 */
int public_key_fingerprint(const char *text, char ret[FINGERPRINT_LENGTH + 1]);
