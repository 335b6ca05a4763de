/*
 * How an exemption stands: who signed it, how many persons are still needed, and what terminals
 * make of it by the newest root, policy and revocations of its folder.
 */
#pragma once

#include <stdint.h>

#include "policy/admin/exemption_bundle.h"
#include "policy/admin/exemption_site.h"
#include "policy/exemption_fault.h"

enum exemption_standing {
	STANDING_REFUSED = 0, /* terminals refuse it, whoever else signs it */
	STANDING_WAITS,       /* for one more approver */
	STANDING_NOT_YET,     /* approved, and begins later */
	STANDING_COUNTS,
	STANDING_ENDED,
	STANDING_REVOKED,
};

#define STANDING_REASON_SIZE 512

struct exemption_state {
	enum exemption_standing standing;
	uint64_t signers;                  /* bit i: root.persons[i] signed well */
	unsigned needed;                   /* persons in all, by root and policy */
	char reason[STANDING_REASON_SIZE]; /* of what is refused or revoked: a sentence */
};

/* What was revoked, of a folder. */
struct exemption_revoked {
	const struct exemption_site *site;
	struct exemption_bundle bundle;
};

/* EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN after complaining. ret is for exemption_revoked_clear() in
 * every case. */
int exemption_revoked_read(const struct exemption_site *site, struct exemption_revoked *ret);
void exemption_revoked_clear(struct exemption_revoked *revoked);

/* The revocation of that kind and subject that terminals believe, or NULL. */
const struct revocation *exemption_revoked_find(
	const struct exemption_revoked *revoked, enum revocation_kind kind, const char *subject);
/* What ends or forbids the exemption of a number, or a medium: the same in words; NULL: nothing. */
const struct revocation *exemption_revoked_of(
	const struct exemption_revoked *revoked, const char *id, const char *medium);

/* How many persons must sign: what the role asks for or the policy, whichever is more. 0: nobody
 * can, the root has no such role for the tier. */
unsigned exemption_needed(const struct exemption_site *site, enum verdict access);

/* Persons of the root whose own it is: who ask for it or are to use it. */
uint64_t exemption_own(const struct root *root, const struct exemption *exemption);
/* Who may approve it: of the role for the tier, and none of these. */
uint64_t exemption_candidates(const struct exemption_site *site, const struct exemption *exemption);

/*
 * Why terminals would refuse it though nobody was missing, signed by these persons (0: not known
 * yet); EXEMPTION_FAULT_NONE, also where it begins later.
 */
enum exemption_fault exemption_foresee(
	const struct exemption_site *site, const struct exemption *exemption, uint64_t signers);

/* Judges one of a bundle, which could be read. */
void exemption_judge(const struct exemption_site *site, const struct exemption_revoked *revoked,
	const struct admin_document *document, struct exemption_state *ret);

/* "counts; approved by suzuki tanaka", "waits for 1 more of …": without a line feed. */
void exemption_state_print(FILE *to, const struct exemption_site *site,
	const struct exemption *exemption, const struct exemption_state *state);
