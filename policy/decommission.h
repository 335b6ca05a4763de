/*
 * The certificate of a terminal that was taken out of service: what it was, how far its records go,
 * and when. Signed by its key just before that was wiped. Canonical INI, and a signature where it
 * had a key. Pure.
 *
 *	[decommission]
 *	kind = decommission
 *	format = 1
 *	site, tier, terminal         as far as site.ini said them
 *	machine = 16 hexadecimal digits of a hash
 *	key = SHA256:…               of the key that signed it; absent: it had none
 *	public-key = the key, as the middle word of a line of authorized_keys
 *	issued = 2026-11-23T10:00:00+09:00
 *	record-sequence = 4711       the last record
 *	record-sha256 = 64 hexadecimal digits of its line
 *	agent = 0.1.0
 */
#pragma once

#include <stdint.h>

#include "policy/document.h"
#include "policy/root.h"
#include "policy/site.h"
#include "policy/sshsig_write.h"

#define DECOMMISSION_SIZE_MAX (4 * 1024)

struct decommission {
	const struct site *site;                /* its names may be empty */
	const char *machine, *key, *public_key; /* each may be NULL */
	int64_t issued;
	uint64_t record_sequence;
	uint8_t record_sha256[SHA256_SIZE];
	const char *agent;
};

/* The text, for free(). 0 or -ENOMEM. */
int decommission_write(const struct decommission *certificate, char **ret);
