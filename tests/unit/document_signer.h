/*
 * Documents of every kind that are made and signed while a test runs, by libcrypto with keys that
 * grow from their names: no file, no program. Every failure ends the test.
 */
#pragma once

#include <stdbool.h>

#include "policy/document.h"
#include "policy/verify.h"

/*
 * Documents of one site and one epoch. "@NAME@" stands for the fingerprint of the key NAME. In the
 * root suzuki and tanaka have the role root, with sato the role policy, clock the role fresh and
 * matsuo the role token-officer, yoshida and kondo the role approver.
 */
extern const char text_root[], text_policy[], text_media[], text_fresh[], text_tokens[];
extern const char text_exemption[], text_revocation[], text_desks[];

/* By kind: its text, and who must sign it. */
struct document_source {
	const char *text, *keys;
};

extern const struct document_source document_sources[DOCUMENT_KIND_COUNT];

/* Hashes of these texts are a capital and then only "A": their first byte. */
#define FIRST_BYTE(letter) (((letter) - 'A') * 4)

#define EDITS_MAX 6

/* What stands at one place, and what is to stand there; NULL ends them. */
struct edit {
	const char *old, *new;
};

/*
 * The text with its edits and the fingerprints of its keys, for free(). A key whose name ends in
 * "-sk" is a hardware key.
 */
char *document_text(const char *text, const struct edit edits[EDITS_MAX]);

/*
 * text and a signature by each of keys, such as "suzuki tanaka"; "yamada-sk" is a hardware key that
 * was touched, "yamada-sk+uv" one that saw a PIN too. For free().
 */
char *document_signed(const char *text, const char *name_space, const char *keys);

/* The document of that kind with its edits, signed as that kind by keys (NULL: by who must). For
 * free(). */
char *document_made(enum document_kind kind, const struct edit edits[EDITS_MAX], const char *keys);

/* Judges a document as one of the kinds, a root as a first one; nothing of it is kept. */
struct verification document_judged(enum document_kind kind, const struct verify_request *request,
	const char *bytes, size_t size);

/* The root of text_root with these edits, signed by keys (NULL: suzuki and tanaka), for
 * root_free(). */
struct root *trusted_root(const struct edit edits[EDITS_MAX], const char *keys);
