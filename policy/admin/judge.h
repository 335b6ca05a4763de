/* One signed document of any kind, judged by a root as a terminal would. */
#pragma once

#include "policy/admin/admin.h"
#include "policy/admin/kind.h"
#include "policy/admin/place.h"
#include "policy/admin/trust.h"
#include "policy/verify.h"

struct judge_options {
	const char *root;   /* NULL: looked for beside the document and above it */
	const char *shards; /* NULL: those of an index of media are not looked at */
	/* But for its root. Site and tier NULL: those of site.ini beside the document; else the
	 * site is the root's and the tier any. */
	struct verify_request request;
};

/* What stands behind a root that no other root signs. */
enum judged_first {
	JUDGED_NOT_FIRST = 0,
	JUDGED_FIRST_ALONE,    /* nothing but itself */
	JUDGED_FIRST_OF_CHAIN, /* it is the first root of the chain that was given or found */
};

struct judged_document {
	struct admin_file file;
	const char *label;       /* how it is named, borrowed; NULL: by its path */
	const char *refused_as;  /* the word of what refused it, where that is no document_fault */
	struct file_kind said;   /* by the text */
	enum document_kind kind; /* as what it was judged */
	struct trust trust;      /* empty for a first root */
	enum judged_first first;
	struct place place; /* what its folder says it is for, where the options do not */
	struct problems problems;
	struct verification verification;
	struct policy *policy; /* one of these, by kind, unless it was refused */
	struct root *root;
	struct media_index *media;
	struct fresh *fresh;
	struct tokens *tokens;
	struct exemption *exemption;
	struct revocation *revocation;
	struct desks *desks;
};

/*
 * Reads and judges. A file whose name is that of another kind is refused, and so is a first root
 * that is another one than that of the chain. EXIT_DONE with *ret, whatever the verdict is; else it
 * could not be judged, and that was complained of. ret is for judged_document_clear() in every
 * case.
 */
int judge_file(const struct judge_options *options, const char *path, struct judged_document *ret);
/* The same of what was read into judged->file already. */
int judge_read(const struct judge_options *options, struct judged_document *judged);
void judged_document_clear(struct judged_document *judged);

/* Judges what was read into judged->file as a document of judged->kind. 0, or -ENOMEM. */
int judge_bytes(const struct verify_request *request, struct judged_document *judged);

/* The header, of whatever kind it is; NULL of one that was refused. */
const struct document_header *judged_document_header(const struct judged_document *judged);
