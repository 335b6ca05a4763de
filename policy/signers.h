/* Who signed a document, by the root's persons and roles. For verify.c. */
#pragma once

#include <stdbool.h>

#include "policy/document.h"
#include "policy/root.h"
#include "policy/sshsig.h"
#include "policy/verify.h"

/* The good signatures of a document. */
struct signatures {
	struct sshsig items[DOCUMENT_SIGNATURES_MAX];
	size_t count;
};

/*
 * Verifies every signature of document in the namespace of kind. True when all are good; then they
 * are in *ret_signatures. Else *ret says which is bad and why.
 */
bool signers_check_signatures(const struct signed_document *document, enum document_kind kind,
	struct signatures *ret_signatures, struct verification *ret);

/*
 * Whether the persons behind the signatures may sign for role in that tier and are enough of them.
 * tier NULL: the text was not read yet; then they must be enough for some tier. Sets ret->signers,
 * else the reason.
 */
bool signers_check_role(const struct root *root, enum role role, const char *tier,
	const struct signatures *signatures, struct verification *ret);

/* The same, where one person of the grant is enough. */
bool signers_check_one(const struct root *root, enum role role, const char *tier,
	const struct signatures *signatures, struct verification *ret);

/*
 * Whether enough persons of the role root of trusted, and of next, are behind the signatures, and
 * nobody who is in neither. next NULL: the text was not read yet; then trusted alone is asked. Sets
 * ret->signers to persons of trusted, else the reason.
 */
bool signers_check_chain(const struct root *trusted, const struct root *next,
	const struct signatures *signatures, struct verification *ret);

/* Says in words what is wrong with the signature of that number. True where it is good. */
bool signers_refuse_signature(
	struct verification *ret, size_t number, enum document_kind kind, enum sshsig_fault fault);

/* Sets fault and detail, a format. Returns false, so that a check can end with it. */
bool verification_refuse(struct verification *ret, enum document_fault fault, const char *detail,
	...) __attribute__((format(printf, 3, 4)));
