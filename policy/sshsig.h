/*
 * SSH signatures (PROTOCOL.sshsig of OpenSSH) with libcrypto: the subset that this project accepts,
 * which is version 1, hash sha512, reserved empty, keys ssh-ed25519, sk-ssh-ed25519@openssh.com and
 * sk-ecdsa-sha2-nistp256@openssh.com. Knows nothing of who may sign what.
 * Programs initialise libcrypto with OPENSSL_INIT_NO_LOAD_CONFIG before the first call.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/root.h"

enum sshsig_fault {
	SSHSIG_REFUSED = 0, /* zero: nothing was verified */
	SSHSIG_GOOD,
	SSHSIG_BAD_ARMOUR, /* not exactly what ssh-keygen would write: lines, base64, padding */
	SSHSIG_BAD_FORM,   /* truncated, trailing bytes, another version, reserved not empty */
	SSHSIG_OTHER_HASH,
	SSHSIG_OTHER_KEY_TYPE,
	SSHSIG_OTHER_NAMESPACE,
	SSHSIG_WRONG_SIGNATURE,  /* does not fit the text */
	SSHSIG_NO_USER_PRESENCE, /* a hardware key nobody touched */
	SSHSIG_NO_MEMORY,        /* could not be checked: says nothing of the signature */
	SSHSIG_FAULT_COUNT,
};

const char *sshsig_fault_name(enum sshsig_fault fault);

struct sshsig {
	enum sshsig_fault fault;
	char fingerprint[FINGERPRINT_LENGTH + 1]; /* of the key inside; empty unless SSHSIG_GOOD */
	bool is_hardware_key;
	bool has_user_verification;
};

/*
 * Verifies one armoured signature over text. Cannot fail: ret->fault says what it is, and only
 * SSHSIG_GOOD is good. The caller compares the fingerprint with the keys that it trusts.
 */
void sshsig_verify(const char *armour, size_t armour_size, const char *name_space, const char *text,
	size_t text_size, struct sshsig *ret);
