/*
 * What signing and verifying an SSH signature have in common (PROTOCOL.sshsig of OpenSSH): the
 * bytes that a key signs, and a key's fingerprint. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/root.h"
#include "policy/ssh_wire.h"

#define SSHSIG_MAGIC         "SSHSIG" /* without its NUL */
#define SSHSIG_VERSION       1
#define SSHSIG_HASH_NAME     "sha512"
#define SSHSIG_NAMESPACE_MAX 64
#define SSHSIG_SIGNED_MAX    (6 + 4 + SSHSIG_NAMESPACE_MAX + 4 + 4 + 6 + 4 + 64)

/* Writes what the key signs: the envelope with the text's SHA-512 in it. False: memory is short, or
 * the writer's room. */
bool sshsig_envelope_write(
	struct ssh_writer *writer, const char *name_space, const char *text, size_t text_size);

/* Of an encoded public key, as ssh-keygen -l prints it. 0 or -ENOMEM. */
int ssh_key_fingerprint(struct ssh_string key, char ret[FINGERPRINT_LENGTH + 1]);
