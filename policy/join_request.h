/*
 * A request to join: a terminal's public keys, authenticated by a ticket whose secret it does not
 * hold, and signed by the very key that it names. Canonical INI and one signature in the namespace
 * report@sekisho. Whoever reads it believes nothing before both fit. Pure.
 *
 *	[join]
 *	kind = join
 *	format = 1
 *	site = tosu
 *	tier = my-number
 *	terminal = desk-17
 *	issued = 2026-11-23T10:00:00+09:00
 *	machine = 16 hexadecimal digits of a hash
 *	key = the ssh-ed25519 key, as the middle word of a line of authorized_keys
 *	seal-key = the X25519 key that secrets are sealed to: 32 bytes in base64; absent where the
 *		terminal has none
 *	certificate = 40 hexadecimal digits, as in terminal.ini; absent where its source is a folder
 *	agent = 0.1.0
 *	ticket = T-7K3M9Q2X
 *	mac = HMAC-SHA256 by the ticket's key over all lines before this one, which is the last
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/document.h"
#include "policy/join_ticket.h"
#include "policy/problem.h"
#include "policy/seal.h"
#include "policy/sshsig_write.h"
#include "policy/terminal_entry.h"

#define JOIN_REQUEST_SIZE_MAX (4 * 1024) /* bytes, text and signature */
#define JOIN_REQUEST_SPACE    "report@sekisho"
#define AGENT_VERSION_MAX     32

struct join_request {
	char site[SITE_NAME_MAX + 1], tier[TIER_NAME_MAX + 1];
	char terminal[TERMINAL_NAME_MAX + 1];
	int64_t issued;
	char machine[MACHINE_TEXT_SIZE];
	uint8_t key[ED25519_KEY_SIZE];
	bool has_seal_key;
	uint8_t seal_key[SEAL_KEY_SIZE];
	char certificate[CERTIFICATE_SIZE]; /* empty: none */
	char agent[AGENT_VERSION_MAX + 1];
	char ticket[TICKET_ID_SIZE];
};

/* The text without a signature, for free(). 0; -EINVAL: it could not be read again; -ENOMEM, -EIO.
 */
int join_request_write(
	const struct join_request *request, const uint8_t ticket_key[TICKET_KEY_SIZE], char **ret);

/*
 * Reads a whole request: its form, and that the key in it signed it. Every mistake goes to
 * problems. 0, *ret and in ret_key the fingerprint of its key; -EBADMSG when problems were added;
 * -ENOMEM. Whether the ticket's holder sent it says join_request_is_from().
 */
int join_request_read(const char *bytes, size_t size, struct problems *problems,
	struct join_request *ret, char ret_key[FINGERPRINT_LENGTH + 1]);

/* Whether the bytes of a request that was read were made with that ticket. */
bool join_request_is_from(
	const char *bytes, size_t size, const uint8_t ticket_key[TICKET_KEY_SIZE]);
