/* What tokens and desks have in common: documents whose secrets are sealed to this terminal's key,
 * stored for sekisho-unseal. Part of policies.h; nobody else includes it. */
#pragma once

#include "agent/policies_internal.h"

/* Judges the bytes and takes them, or refuses them in answer. 0 or -ENOMEM. */
typedef int sealed_judge(struct policies *policies, const char *bytes, size_t size,
	const struct policies_clock *clock, struct policies_answer *answer);

/* Has them judged by it where any document can be believed, and remembers what came of it. */
int policies_offer_sealed(struct policies *policies, enum document_kind kind, sealed_judge *judge,
	const char *bytes, size_t size, const struct policies_clock *clock,
	struct policies_answer *ret);

/* Whether what is sealed to the key with that fingerprint opens here. 1; 0 with a refusal; or
 * -ENOMEM. */
int policies_check_key(
	const struct policies *policies, const char *sealed_to, struct policies_answer *answer);

/* One that was verified. */
struct sealed_document {
	const char *name; /* of its file */
	const struct document_header *header;
	const struct source *in_force; /* what it takes the place of, which may be empty */
	const char *bytes;
	size_t size;
};

/*
 * What is done with it: kept out until its day comes, known already, or stored. 1 where it was
 * stored, with *ret to be put in force; 0, or -ENOMEM.
 */
int policies_store_sealed(struct policies *policies, const struct sealed_document *document,
	enum document_verdict verdict, struct policies_answer *answer, struct source *ret);
