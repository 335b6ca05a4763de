/*
 * A terminal's exemptions.ini, and revocations.ini, at an approver's desk: several signed documents
 * one behind the other. What is there is never changed, only added to: a document, or a signature
 * of one; and what has ended long ago is left out. Every change reads the file again under a lock,
 * so that two approvers lose nothing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/admin/parse.h"
#include "policy/document.h"

struct exemption_bundle {
	enum document_kind kind;
	char *path;
	/* Each has its own bytes; of one that cannot be read exemption and revocation are NULL. */
	struct admin_document *items;
	unsigned *lines; /* of the file before each */
	size_t n;
};

/* Each returns EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN after complaining. */

/* Reads a file, which may be absent; takes the path, also where it is NULL for want of memory. ret
 * is for exemption_bundle_clear() in every case. */
int exemption_bundle_read(char *path, enum document_kind kind, struct exemption_bundle *ret);
void exemption_bundle_clear(struct exemption_bundle *bundle);

/* The exemption of that number, or NULL. */
struct admin_document *exemption_bundle_find(const struct exemption_bundle *bundle, const char *id);

/* A document to be added, or that is there already, and a signature of it. */
struct bundle_addition {
	const struct admin_document *document; /* the signatures that it had when it was signed */
	const char *armour;
};

enum bundle_outcome {
	BUNDLE_WRITTEN = 0,
	BUNDLE_OTHER_TEXT, /* somebody else wrote another text of the same number meanwhile */
};

/* A file that is about to change: locked, read again, and with what is to stand in it. */
struct bundle_change {
	char *path;
	int lock;
	bool is_open;
	struct admin_file made;
	struct admin_staged staged;
};

/*
 * Locks and reads the file, of which the folder is made where it is not there, and adds all or
 * none, at now_s: nothing is written yet. EXIT_NO where a document would not fit, or the file is
 * damaged at its end. With BUNDLE_OTHER_TEXT nothing more can be done with it. ret is for
 * bundle_change_clear() in every case, which lets go of the lock.
 */
int bundle_change_begin(const char *path, enum document_kind kind,
	const struct bundle_addition *additions, size_t n, int64_t now_s, enum bundle_outcome *ret,
	struct bundle_change *ret_change);
/* Writes it aside; puts it into its place. */
int bundle_change_stage(struct bundle_change *change);
int bundle_change_commit(struct bundle_change *change);
void bundle_change_clear(struct bundle_change *change);

/* All of these steps. */
int exemption_bundle_add(const char *path, enum document_kind kind,
	const struct bundle_addition *additions, size_t n, int64_t now_s, enum bundle_outcome *ret);
