/*
 * What every document has: the first section that says what it is, and the signatures that follow
 * the text. Knows nothing of what the kinds hold.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/problem.h"

#define SITE_NAME_MAX           32
#define TIER_NAME_MAX           32
#define DOCUMENT_SIGNATURES_MAX 8
#define POLICY_SIZE_MAX         (256 * 1024) /* bytes, text and signatures */
#define ROOT_SIZE_MAX           (16 * 1024)
#define MEDIA_SIZE_MAX          (16 * 1024)
#define MEDIA_SHARD_SIZE_MAX    (64 * 1024) /* without signatures: the index has the hash */
#define FRESH_SIZE_MAX          (16 * 1024)
#define TOKENS_SIZE_MAX         (256 * 1024)
#define EXEMPTION_SIZE_MAX      (16 * 1024)
#define REVOCATION_SIZE_MAX     (16 * 1024)
#define DESKS_SIZE_MAX          (16 * 1024)
#define SHA256_SIZE             32
#define TIER_OF_ALL             "all" /* the tier of a root, and of no policy */

enum document_kind {
	DOCUMENT_NONE = 0,
	DOCUMENT_ROOT,
	DOCUMENT_POLICY,
	DOCUMENT_MEDIA,      /* the index of registered media */
	DOCUMENT_FRESH,      /* what is the newest of the others, and when */
	DOCUMENT_TOKENS,     /* the second factors of one terminal */
	DOCUMENT_EXEMPTION,  /* one of a terminal's bundle */
	DOCUMENT_REVOCATION, /* one of the site's bundle */
	DOCUMENT_DESKS,      /* who may approve by telephone at one terminal */
	DOCUMENT_KIND_COUNT
};

/* "root", "policy", "media", "fresh", "tokens", "exemption", "revocation"; NULL out of range. */
const char *document_kind_name(enum document_kind kind);
int document_kind_from_name(const char *name, enum document_kind *ret);
/* "policy@sekisho": the namespace that its signatures must name. */
const char *document_kind_namespace(enum document_kind kind);
size_t document_kind_size_max(enum document_kind kind);
/* Whether only a higher serial follows; else each document of the kind stands for itself. */
bool document_kind_has_serial(enum document_kind kind);

/* Times are seconds since 1970-01-01 UTC. */
struct document_header {
	enum document_kind kind;
	char site[SITE_NAME_MAX + 1];
	char tier[TIER_NAME_MAX + 1]; /* "all" in a root */
	uint32_t epoch;
	uint64_t serial; /* of a root: its number N in the chain 1, 2, 3; 0: the kind has none */
	int64_t issued, not_before, not_after;
};

struct document_slice {
	const char *bytes; /* points into the document */
	size_t size;
};

/* A document cut in two: the text, and the armoured signatures that cover exactly the text. */
struct signed_document {
	struct document_slice text;
	struct document_slice signatures[DOCUMENT_SIGNATURES_MAX];
	size_t n_signatures;
};

/*
 * Cuts a document. The text is everything before the first line that is exactly
 * "-----BEGIN SSH SIGNATURE-----" and ends in LF; after it come whole signatures and nothing else.
 * A document without signatures is cut too (n_signatures is 0). Returns 0 and *ret, or -EBADMSG
 * with problems when something else stands among or after the signatures, or there are too many.
 */
int document_split(
	const char *bytes, size_t size, struct problems *problems, struct signed_document *ret);

/*
 * Which document it is: the SHA-256 of its text, which is everything before the first signature,
 * whatever comes behind. Not of the file: without any key somebody can reorder or double its
 * signatures, or write one of them in another way, and who signs later adds one. Returns 0, or
 * -ENOMEM.
 */
int document_text_sha256(const char *bytes, size_t size, uint8_t ret[SHA256_SIZE]);
