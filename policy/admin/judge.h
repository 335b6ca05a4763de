/* One signed document of any kind, judged by a root as a terminal would, and what came out in
 * words. */
#pragma once

#include "policy/admin/admin.h"
#include "policy/admin/trust.h"
#include "policy/verify.h"

struct judge_options {
	const char *root;              /* NULL: looked for beside the document and above it */
	const char *shards;            /* NULL: those of an index of media are not looked at */
	struct verify_request request; /* but for its root; site NULL: the root's */
};

struct judged_document {
	struct admin_file file;
	enum document_kind kind;
	struct trust trust; /* empty for a first root */
	struct problems problems;
	struct verification verification;
	struct policy *policy; /* one of the four, by kind, unless it was refused */
	struct root *root;
	struct media_index *media;
	struct fresh *fresh;
};

/* Reads and judges. EXIT_DONE with *ret, whatever the verdict is; else it could not be judged, and
 * that was complained of. ret is for judged_document_clear() in every case. */
int judge_file(const struct judge_options *options, const char *path, struct judged_document *ret);
void judged_document_clear(struct judged_document *judged);

/* Prints the verdict, and judges shards if that was asked. EXIT_DONE where it is believed, EXIT_NO
 * where not, EXIT_UNKNOWN where a shard could not be read. */
int judge_report(const struct judge_options *options, struct judged_document *judged);
