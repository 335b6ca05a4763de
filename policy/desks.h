/*
 * The desks document of one terminal: who may approve by telephone there. Holds, for each desk, the
 * key that the terminal shares with it (phone_key.h), sealed to the key of the terminal (seal.h).
 * What a desk may grant says the policy.
 *
 *	[desks]
 *	kind = desks … issued, not-before, not-after as everywhere
 *	terminal = desk-17
 *	terminal-key = SHA256:…      of the terminal that can open it
 *
 *	[desk front-desk]            as the policy calls it
 *	login = on                   may give same-day codes for logins, too; may be absent: off
 *	sealed-key = BASE64          32 bytes
 *	sealed-secret = BASE64       32 bytes and 16 more
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/document.h"
#include "policy/phone_code.h"
#include "policy/policy.h"
#include "policy/problem.h"
#include "policy/seal.h"
#include "policy/site.h"

#define DESKS_MAX POLICY_DESKS_MAX

struct desk_entry {
	char name[DESK_NAME_MAX + 1];
	bool may_login;
	struct sealed secret;
	unsigned line;
};

struct desks {
	struct document_header header;
	char terminal[TERMINAL_NAME_MAX + 1];
	char key[SEAL_FINGERPRINT_SIZE];      /* of the terminal */
	struct desk_entry entries[DESKS_MAX]; /* in the order of the document; no name twice */
	size_t n_entries;
};

/* As policy_parse(). */
int desks_parse(const char *text, size_t size, struct problems *problems, struct desks **ret);
void desks_free(struct desks *desks);
/* For CLEANUP(). */
void desks_cleanup(struct desks **desks);

/* NULL where there is none. */
const struct desk_entry *desks_find(const struct desks *desks, const char *name);

/*
 * What is sealed with a key, beside it: the site, the terminal, the desk, and whether it may give
 * codes for logins. So none of them can be changed without whoever sealed it.
 */

/* Opens what a desk shares with the terminal. As seal_open(); what is no key is -EBADMSG too. */
int desk_open(const struct desks *desks, const struct desk_entry *entry,
	const uint8_t private_key[SEAL_KEY_SIZE], uint8_t ret[PHONE_KEY_SIZE]);
/* Seals it into entry->secret; name and may_login are already there. As seal_to(). */
int desk_seal(const uint8_t public_key[SEAL_KEY_SIZE], const uint8_t secret[PHONE_KEY_SIZE],
	const char *site, const char *terminal, struct desk_entry *entry);
