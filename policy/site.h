/*
 * site.ini: which site and tier a terminal belongs to. Canonical INI without signatures: it lies on
 * the terminal beside the first root, and belongs to whoever installs it.
 *
 *	[site]
 *	site = tosu
 *	tier = my-number
 *	terminal = desk-17      (may be absent; what percent of a roll-out it belongs to)
 *	ring = 0                (may be absent: 9, the last)
 *	records = up            (may be absent: syslog carries the records on, or nobody does)
 *	source = https://sekisho.example    (may be absent: documents are only handed in)
 *	proxy = http://proxy.example:8080   (may be absent: the server is asked directly)
 *	pin = 43 letters of base64          (may be absent; the SHA-256 of the server's public key,
 *	                                     SubjectPublicKeyInfo of RFC 5280)
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/document.h"
#include "policy/problem.h"
#include "policy/site_source.h"

#define TERMINAL_NAME_MAX 48
#define SITE_RING_LAST    9          /* of the rings 0 to 9 */
#define SITE_SIZE_MAX     (4 * 1024) /* bytes of the file */
#define SITE_SOURCE_MAX   255        /* bytes, decoded */
#define SITE_PROXY_MAX    127
#define SITE_PIN_LENGTH   43

struct site {
	char site[SITE_NAME_MAX + 1];
	char tier[TIER_NAME_MAX + 1];
	char terminal[TERMINAL_NAME_MAX + 1]; /* "terminal = desk-17"; empty: not given */
	uint8_t ring;                         /* "ring = 0" … 9; 9 where it is not given */
	bool sends_records; /* "records = up": to where requests go, where no syslog is used */
	char source[SITE_SOURCE_MAX + 1]; /* of a kind that site_source.h knows,
					     percent-decoded; empty: not given */
	char proxy[SITE_PROXY_MAX + 1];   /* likewise */
	char pin[SITE_PIN_LENGTH + 1];    /* empty: not given */
};

/*
 * Reads the text. Every error of it goes to problems. Returns 0 and *ret when there was none,
 * -EBADMSG when problems were added, -ENOMEM.
 */
int site_parse(const char *text, size_t size, struct problems *problems, struct site *ret);
