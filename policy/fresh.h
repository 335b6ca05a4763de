/*
 * The document fresh: which root, policy and list of media are the newest, said by a host that is
 * not the web server, and when. Knows nothing of signatures, files or the clock.
 *
 *	[fresh]
 *	kind = fresh
 *	…                       the header that every document has; issued is the time it speaks
 *	                        of, and serial is not above its seconds since 1970
 *	tier = my-number        it names the policy of one tier
 *	root-serial = 3
 *	root-sha256 = 43 letters of base64: document_text_sha256()
 *	policy-serial = 42
 *	policy-sha256 = …
 *	media-serial = 7        the last two pairs may be absent together: there are no registered
 *	media-sha256 = …        media, or no revocations, at this site
 *	revocations-serial = 1
 *	revocations-sha256 = …
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/document.h"
#include "policy/ini_document.h"
#include "policy/problem.h"

struct fresh_entry {
	bool is_named;
	uint64_t serial;
	uint8_t text_sha256[SHA256_SIZE];
};

struct fresh {
	struct document_header header;
	struct fresh_entry root, policy, media, revocations;
};

/* Reads the text. Problems also where a serial stands without its hash, and where the document's
 * own is above issued. Returns 0 and *ret (for fresh_free()), -EBADMSG when problems were added,
 * -ENOMEM. */
int fresh_parse(const char *text, size_t size, struct problems *problems, struct fresh **ret);
void fresh_free(struct fresh *fresh);
/* For CLEANUP(). */
void fresh_cleanup(struct fresh **fresh);

/* Names the document where both keys stand in the section, or neither: a serial without its hash is
 * a problem, and the other way round. Its values were read before. */
void fresh_entry_check(const struct ini_section *section, const char *serial_key,
	const char *sha256_key, struct problems *problems, struct fresh_entry *ret);
