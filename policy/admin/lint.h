/*
 * What lint says of a document without mistakes: what this version of the agent enforces of it and
 * what it only reads, and what is legal but surely not meant. Prints; decides nothing.
 */
#pragma once

#include <stdint.h>

#include "policy/admin/parse.h"

/* All of it, by kind. now_s: seconds since 1970-01-01 UTC. */
void lint_document(const struct admin_document *document, int64_t now_s);

/* A root among the files that are looked through together. */
struct lint_root {
	const char *path; /* NULL: there is none */
	char site[SITE_NAME_MAX + 1];
};

/*
 * Compares site and tier with those of the root and of site.ini beside the document, or with given
 * where no root is found. EXIT_DONE, or EXIT_NO after printing what is not the same; EXIT_UNKNOWN
 * where that could not be told.
 */
int lint_place(const struct admin_document *document, const struct lint_root *given, int64_t now_s);

struct ini_document;

/* Adds a problem where the epoch is not that of the root in force, nor of one that is drafted. */
void lint_epoch(const struct admin_document *document, const struct ini_document *ini,
	int64_t now_s, struct problems *problems);

/* "PATH:LINE: note: …" on stdout, without the line where it is 0. A note is to be known, a warning
 * is most likely a mistake. */
void lint_note(const char *path, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void lint_warn(const char *path, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The parts of lint_document() for a root; and for a policy key by key, then rule by rule. */
void lint_root(const char *path, const struct root *root);
void lint_tokens(const char *path, const struct tokens *tokens, int64_t now_s);
void lint_enforced(
	const char *path, const struct policy *policy, const struct ini_document *document);
void lint_doubts(
	const char *path, const struct policy *policy, const struct ini_document *document);
