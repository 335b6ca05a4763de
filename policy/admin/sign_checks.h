/* What is looked at before and after a document is signed, so that nobody signs in vain. */
#pragma once

#include "policy/admin/parse.h"
#include "policy/admin/signing.h"

/* Reads and parses as admin_parse() does. Twenty lines about a letter that somebody took for a
 * document would hide what is wrong: of that, one line says that it is none. */
int sign_read_document(const char *path, struct admin_document *ret);

/* Whether the document is of the site and epoch of the root (NULL: nothing to compare with).
 * EXIT_NO after complaining. */
int sign_check_place(const struct admin_document *document, const struct root *root);

/* Of a document of another epoch than root: whether --raise mends it, and what to do in words. */
bool sign_epoch_is_raised(const struct admin_document *document, const struct root *root);
const char *sign_epoch_advice(const struct admin_document *document, const struct root *root);

/* Prints what the document says and most likely does not mean, also beside site.ini in its folder.
 */
void sign_print_warnings(const struct admin_document *document, const struct signing_roots *roots);

/* Judges the signed bytes, which it takes, as terminals would by root (NULL: a first root), and
 * prints why they refuse it, unless only signatures are missing. */
void sign_print_refusal(const struct admin_document *document, const struct root *root,
	struct admin_file *signed_file);
