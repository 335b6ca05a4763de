/*
 * What a PSKC document is encrypted with (RFC 6030, section 6), and what is behind it. Only what
 * has a MAC that fits is let out: AES-CBC by itself does not tell when it was changed.
 */
#pragma once

#include <libxml/tree.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/problem.h"
#include "policy/pskc/cipher.h"

#define PSKC_PASSWORD_MAX  256
#define PSKC_LOCK_NAME_MAX 64

enum pskc_lock_kind {
	PSKC_LOCK_UNREADABLE = 0, /* by a certificate, or by nothing that is known here */
	PSKC_LOCK_NONE,           /* nothing is encrypted */
	PSKC_LOCK_KEY,            /* a pre-shared key, figure 6 */
	PSKC_LOCK_PASSWORD,       /* one that a key is derived from, figure 7 */
};

/* What somebody holds; kind NONE: nothing. */
struct pskc_key_material {
	enum pskc_lock_kind kind;
	uint8_t bytes[PSKC_PASSWORD_MAX];
	size_t size;
};

struct pskc_lock {
	enum pskc_lock_kind kind;
	char name[PSKC_LOCK_NAME_MAX + 1]; /* what the document calls the key; may be empty */
	uint8_t key[PSKC_KEY_MAX];
	size_t key_size;
	enum pskc_digest digest; /* of its MACs, or NONE */
	uint8_t mac_key[PSKC_MAC_KEY_MAX];
	size_t mac_key_size;
};

/* What the document's KeyContainer is locked with, and its name. Nothing is opened. Problems are
 * added where it is unreadable. */
enum pskc_lock_kind pskc_lock_find(
	const xmlNode *container, struct problems *problems, char ret_name[PSKC_LOCK_NAME_MAX + 1]);

/*
 * Fits what somebody holds into the document's lock, which is of the same kind. 0 and *ret, to be
 * wiped by its owner; -EBADMSG after adding problems; -ENOMEM, -EIO.
 */
int pskc_lock_fit(const xmlNode *container, const struct pskc_key_material *material,
	struct problems *problems, struct pskc_lock *ret);

/*
 * Opens the EncryptedValue in element, whose ValueMAC must be beside it. 0 with *ret, for free()
 * after wiping, and *ret_size; otherwise as above.
 */
int pskc_lock_open(const struct pskc_lock *lock, const xmlNode *element, struct problems *problems,
	uint8_t **ret, size_t *ret_size);
