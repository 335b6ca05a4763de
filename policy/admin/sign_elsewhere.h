/* Signing on a PC without sekisho-admin: ssh-keygen is on Linux and on Windows. */
#pragma once

#include "policy/admin/parse.h"
#include "policy/document.h"

/* Writes "FILE.text", exactly what is to be signed, and says by which commands. Exit code. */
int sign_print(const struct admin_document *document);

/* What takes the signature in: "sekisho-admin COMMAND --add SIGNATURE TARGET", for a shell. */
struct sign_back {
	const char *command, *target; /* target may be empty */
};

/* The same into a file of another name. */
int sign_print_text(
	const struct admin_document *document, const char *text_path, const struct sign_back *back);

/* The armoured signature in a file that ssh-keygen wrote, as it is on Linux: Windows and mail may
 * have changed the ends of its lines. EXIT_DONE with *ret (for free()), else after complaining. */
int sign_read_signature(const char *path, char **ret);

/* What was done to the text before it was signed, where the signature fits the text as an editor
 * would have changed it; else NULL. */
const char *sign_explain_change(
	const struct admin_document *document, const struct document_slice *armour);
