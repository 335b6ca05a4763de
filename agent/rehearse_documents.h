/* The documents of a rehearsal: read as they lie there, named mistakes, signatures cut off. */
#pragma once

#include "policy/document.h"
#include "policy/media.h"
#include "policy/policy.h"

struct rehearse_documents {
	struct policy *policy;
	size_t n_signatures; /* of the policy; nobody checked them */
	struct media_index *index;
	struct media *media; /* NULL: none count as registered */
};

/*
 * Reads a policy, and the registered media of a folder (NULL: none). Every mistake goes to standard
 * error as "FILE:LINE:COLUMN: …". 0 with *ret for rehearse_documents_clear(), -EBADMSG after naming
 * mistakes, or the negative errno after saying it.
 */
int rehearse_documents_read(const char *policy, const char *media, struct rehearse_documents *ret);
/* Prints what is rehearsed, and that it is only that. */
void rehearse_documents_introduce(const struct rehearse_documents *documents, const char *path);
void rehearse_documents_clear(struct rehearse_documents *documents);
