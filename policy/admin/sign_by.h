/*
 * By which key a document is signed: one that ssh-keygen finds here, or a signature that was made
 * elsewhere. key and add are what --key and --add said, or NULL.
 */
#pragma once

#include <stdbool.h>

#include "policy/admin/parse.h"
#include "policy/sshsig.h"

/* What is wrong with the ways that were said, in words; NULL: it is one. */
const char *sign_by_misuse(const char *key, const char *add, bool is_print);

/* The public half of a key that may be an agent's: key itself, or beside it. For free(); NULL: no
 * memory. */
char *sign_by_public_path(const char *key);

/* Each returns EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN after complaining. */

/* Before anybody is asked: the key or signature is there. Of a key that an agent holds, the public
 * half may be all that is. */
int sign_by_check(const char *key, const char *add);

/* Nobody signs without having been asked, or having said --yes. EXIT_NO: they do not want to. */
int sign_by_ask(bool is_sure, const char *question);

/* Has ssh-keygen sign the text, or reads what add names. *ret is the armour, for free(). */
int sign_by_make(
	const char *key, const char *add, const struct admin_document *document, char **ret);

/* Complains of a signature that terminals would refuse: one that was made elsewhere is often one of
 * a text that a program changed. EXIT_NO. */
int sign_by_complain(const struct admin_document *document, const struct document_slice *armour,
	enum sshsig_fault fault);
