/* Who signed a document, by the root's persons and roles. For verify.c. */
#pragma once

#include <stdbool.h>

#include "policy/document.h"
#include "policy/root.h"
#include "policy/sshsig.h"
#include "policy/verify.h"

/*
 * Verifies every signature of document in the namespace of kind. True when all are good; then
 * signatures[0 … n_signatures - 1] are filled. Else *ret says which is bad and why.
 */
bool signers_check_signatures(const struct signed_document *document, enum document_kind kind,
	struct sshsig signatures[DOCUMENT_SIGNATURES_MAX], struct verification *ret);

/*
 * Whether the persons behind n_signatures good signatures may sign for role and are enough of them.
 * Sets ret->signers, else the reason.
 */
bool signers_check_role(const struct root *root, enum role role,
	const struct sshsig signatures[DOCUMENT_SIGNATURES_MAX], size_t n_signatures,
	struct verification *ret);

/* Sets fault and detail, a format. Returns false, so that a check can end with it. */
bool verification_refuse(struct verification *ret, enum document_fault fault, const char *detail,
	...) __attribute__((format(printf, 3, 4)));
