/*
 * SSH public keys and their signatures, verified with libcrypto: ssh-ed25519 (RFC 8709) and the two
 * hardware kinds of OpenSSH's PROTOCOL.u2f. Knows nothing of SSHSIG or of who holds a key.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/ssh_wire.h"

enum ssh_key_type {
	SSH_KEY_NONE = 0,
	SSH_KEY_ED25519,
	SSH_KEY_SK_ED25519,
	SSH_KEY_SK_ECDSA_P256,
	SSH_KEY_COUNT,
};

/* The type that the encoded key names, or SSH_KEY_NONE. */
enum ssh_key_type ssh_key_type_of(struct ssh_string key);

/* Whether the encoded key is of a type above and is a key: no byte too few or too many, and a point
 * on its curve. */
bool ssh_key_is_whole(struct ssh_string key);

enum ssh_check {
	SSH_CHECK_REFUSED = 0, /* not a key that it can be checked with */
	SSH_CHECK_GOOD,
	SSH_CHECK_BAD_FORM,
	SSH_CHECK_WRONG,
	SSH_CHECK_NO_MEMORY, /* could not be checked */
};

/* Of hardware keys: what the key says about the person in front of it. */
struct ssh_sk_flags {
	bool is_hardware_key, has_user_presence, has_user_verification;
};

/*
 * Checks signature, by key, over data (at most SSH_SIGNED_MAX bytes). Cannot fail. *ret is set
 * where SSH_CHECK_GOOD is returned.
 */
enum ssh_check ssh_key_verify(struct ssh_string key, struct ssh_string signature,
	struct ssh_string data, struct ssh_sk_flags *ret);
