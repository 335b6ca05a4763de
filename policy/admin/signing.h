/* Who signed a document so far, and who is still needed, by the persons of a root. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/admin/parse.h"
#include "policy/admin/trust.h"
#include "policy/root.h"
#include "policy/sshsig.h"

/* The roots whose persons count: of a next root the one before it and itself, else one. */
struct signing_roots {
	const struct root *roots[2];
	size_t count;     /* 0: no root was found, so nobody can be named */
	const char *path; /* of the file of the first one, to look through its chain; or NULL */
};

/* The roots for a document that was parsed; trust may be empty. */
struct signing_roots signing_roots_by(
	const struct admin_document *document, const struct trust *trust);

/* Judges one armoured signature over the text of document. */
void signing_verify(const struct admin_document *document, const struct document_slice *armour,
	struct sshsig *ret);

/* Whether all signatures that are there are worth something: they fit the text, and terminals count
 * who made them. EXIT_NO after complaining. */
int signing_check_present(const struct admin_document *document, const struct signing_roots *roots);

/* How to begin again with a document whose signatures are worth nothing. */
const char *signing_begin_again(enum document_kind kind);

/* Prints why no root counts a signature that is there and good. True where what to do now is told,
 * too: it waits for a root that is not in force yet. */
bool signing_print_uncounted(
	const struct admin_document *document, const struct signing_roots *roots);

/* Prints whose signatures are lost when document is signed without them. Where it is raised for
 * that though each of them counts as it is, says how to keep them. */
void signing_print_dropped(
	const struct admin_document *document, const struct signing_roots *roots, bool is_raised);

/* Whether terminals would count the signature, which is good, for this document. EXIT_NO after
 * complaining. */
int signing_check_signer(const struct admin_document *document, const struct signing_roots *roots,
	const struct sshsig *signature);

/* Prints who signed, and how many persons of whom are still needed. Returns how many. */
unsigned signing_print_state(
	const struct admin_document *document, const struct signing_roots *roots);
