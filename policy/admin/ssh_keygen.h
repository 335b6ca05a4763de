/* The one program that sekisho-admin runs: ssh-keygen, by an argument vector and never by a shell.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define SSH_KEYGEN_OUTPUT_MAX (16 * 1024)

struct ssh_signer {
	const char *key; /* a private key file, or a public one whose private half an agent holds */
	const char *name_space;
	bool may_ask; /* for passphrase, PIN or touch, on the terminal */
};

/*
 * Signs text. Returns 0 with the armoured signature in *ret (a string; for free()), or a negative
 * errno after complaining: -EPERM where ssh-keygen refused, having said why.
 */
int ssh_keygen_sign(const struct ssh_signer *signer, const char *text, size_t size, char **ret);
