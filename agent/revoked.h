/*
 * What was ever revoked here, as a small state file: an id once revoked stays dead, also where the
 * document that said so is gone. Lines "KIND SUBJECT EPOCH ISSUED SHA256 REASON", the hash that of
 * the document's text, and a checksum. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/bundle.h"
#include "policy/revocation.h"

/* With so many of one epoch it is full: what is revoked next could not be remembered. */
#define REVOKED_MAX (BUNDLE_REVOCATIONS_MAX + 1)
/* The longest line, LF included; and the longest file. */
#define REVOKED_LINE_SIZE (10 + MEDIUM_NUMBER_MAX + 10 + 20 + 64 + FORM_TEXT_MAX + 6)
#define REVOKED_FILE_SIZE (REVOKED_MAX * REVOKED_LINE_SIZE + 128)

struct revoked {
	enum revocation_kind kind;
	char subject[MEDIUM_NUMBER_MAX + 1];
	uint32_t epoch;
	int64_t issued; /* 0 or later */
	uint8_t text_sha256[SHA256_SIZE];
	char reason[FORM_TEXT_MAX + 1];
};

struct revoked_list {
	struct revoked *items; /* in the order in which they came */
	size_t n, room;
};

/* The first that says so of the subject, or NULL. */
const struct revoked *revoked_find(
	const struct revoked_list *list, enum revocation_kind kind, const char *subject);
/* Whether that very document is among them. */
bool revoked_has_text(const struct revoked_list *list, const uint8_t text_sha256[SHA256_SIZE]);
/* Whether one of that epoch says so of the subject. */
bool revoked_has(const struct revoked_list *list, const struct revocation *revocation);
/* How many are of the epoch. */
size_t revoked_count(const struct revoked_list *list, uint32_t epoch);

/*
 * Adds one at the end. Of REVOKED_MAX one of an earlier epoch goes, for whatever could be used then
 * is dead with it: the last one, and a medium's after all others. 0, -ENOSPC where all are of the
 * revocation's own epoch, or -ENOMEM.
 */
int revoked_add(struct revoked_list *list, const struct revocation *revocation,
	const uint8_t text_sha256[SHA256_SIZE]);

/* The text of the file, for free(). 0 or -ENOMEM. */
int revoked_encode(const struct revoked_list *list, char **ret, size_t *ret_size);
/* Reads a file (NUL-terminated beyond size) into an empty list; for revoked_clear() in every case.
 * 0, -EBADMSG or -ENOMEM. */
int revoked_decode(const char *file, size_t size, struct revoked_list *ret);

void revoked_clear(struct revoked_list *list);
