/* A document of any kind, read and parsed for the commands. Signatures are cut off, not judged. */
#pragma once

#include "policy/admin/admin.h"
#include "policy/desks.h"
#include "policy/document.h"
#include "policy/exemption.h"
#include "policy/fresh.h"
#include "policy/media_index.h"
#include "policy/policy.h"
#include "policy/revocation.h"
#include "policy/root.h"
#include "policy/tokens.h"

struct admin_document {
	struct admin_file file;
	struct signed_document parts;
	enum document_kind kind; /* DOCUMENT_NONE: a site file */
	struct policy *policy;   /* one of these, by kind */
	struct root *root;
	struct media_index *media;
	struct fresh *fresh;
	struct tokens *tokens;
	struct exemption *exemption;
	struct revocation *revocation;
	struct desks *desks;
};

/*
 * Reads and parses; prints every problem. EXIT_DONE with *ret, EXIT_NO when there were problems,
 * EXIT_UNKNOWN when it could not be read. ret is for admin_document_clear() in every case.
 */
int admin_parse(const char *path, struct admin_document *ret);
/* The same of what is in memory; takes its bytes. */
int admin_parse_file(struct admin_file *file, struct admin_document *ret);
/* The same of one document of a file with several, before which so many lines stand. */
int admin_parse_part(struct admin_file *file, unsigned lines, struct admin_document *ret);
/* What a file of known kind says, for who is asked something else: file and kind are set, parts and
 * the document come. False, without a word, where it has mistakes. */
bool admin_parse_silently(struct admin_document *document);
void admin_document_clear(struct admin_document *document);

/* The header, of whatever kind it is; NULL of a site file. */
const struct document_header *admin_document_header(const struct admin_document *document);
