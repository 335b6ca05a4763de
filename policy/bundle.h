/*
 * Several signed documents in one file, one behind the other: a text, its signatures, the next
 * text. exemptions.ini of a terminal and revocations.ini of a site are such files. Each document is
 * judged by itself, so what is wrong with one changes nothing for the others. Pure; parses no text.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/document.h"

#define BUNDLE_SIZE_MAX        (1024 * 1024) /* bytes */
#define BUNDLE_EXEMPTIONS_MAX  64
#define BUNDLE_REVOCATIONS_MAX 4095 /* of one epoch: with one more no exemption counts */

/* How many documents of the kind a bundle may hold, of revocations those of one epoch; 0: the kind
 * has no bundles. */
size_t bundle_documents_max(enum document_kind kind);

/* Where one is in a bundle; begin with its bytes and zeros. */
struct bundle {
	const char *bytes;
	size_t size;
	size_t at;
	unsigned line; /* lines before at */
};

struct bundle_document {
	struct document_slice slice; /* text and signatures; points into the bundle */
	unsigned line;               /* how many lines of the bundle come before it */
};

/*
 * Cuts off the next document: all up to the last of the signatures that follow its text without
 * anything between. A signature that does not end, and a text that has none, reach to the end of
 * the bundle; whoever judges the document refuses it. Returns false at the end.
 */
bool bundle_next(struct bundle *bundle, struct bundle_document *ret);

/* How many documents there are. */
size_t bundle_count(const char *bytes, size_t size);
