#include "policy/admin/exemption_standing.h"

#include <stdio.h>
#include <string.h>

#include "policy/admin/signing.h"
#include "policy/exemption_check.h"
#include "policy/signers.h"
#include "policy/verify.h"

#define NOBODY_YET \
	(UINT64_C(1) << (PERSONS_MAX - 1)) /* stands for a signer who is not known yet \
					    */

int exemption_revoked_read(const struct exemption_site *site, struct exemption_revoked *ret)
{
	ret->site = site;
	return exemption_bundle_read(
		revocations_path(site->folder), DOCUMENT_REVOCATION, &ret->bundle);
}

void exemption_revoked_clear(struct exemption_revoked *revoked)
{
	exemption_bundle_clear(&revoked->bundle);
}

static bool is_believed(const struct exemption_site *site, const struct admin_document *document)
{
	const struct verify_request request = {
		.root = site->trust.root,
		.site = site->trust.root->header.site,
		.tier = site->policy->header.tier,
		.now_s = site->now_s,
		.is_stored = true,
	};
	struct verification verification;
	struct problems ignored = {0};
	struct revocation *revocation = NULL;
	int r = verify_revocation(&request, document->file.bytes, document->file.size, &ignored,
		&verification, &revocation);

	problems_clear(&ignored);
	revocation_free(revocation);
	return r == 0 && verification.verdict == DOCUMENT_ACCEPTED;
}

const struct revocation *exemption_revoked_find(
	const struct exemption_revoked *revoked, enum revocation_kind kind, const char *subject)
{
	for (size_t i = 0; i < revoked->bundle.n; i++) {
		const struct admin_document *item = &revoked->bundle.items[i];

		if (item->revocation && item->revocation->kind == kind &&
			strcmp(item->revocation->subject, subject) == 0 &&
			is_believed(revoked->site, item))
			return item->revocation;
	}
	return NULL;
}

const struct revocation *exemption_revoked_of(
	const struct exemption_revoked *revoked, const char *id, const char *medium)
{
	const struct revocation *found = exemption_revoked_find(revoked, REVOCATION_EXEMPTION, id);

	if (!found)
		found = exemption_revoked_find(revoked, REVOCATION_REQUEST, id);
	if (!found && medium[0] != '\0')
		found = exemption_revoked_find(revoked, REVOCATION_MEDIUM, medium);
	return found;
}

unsigned exemption_needed(const struct exemption_site *site, enum verdict access)
{
	const struct role_grant *grant =
		root_find_grant(site->trust.root, ROLE_APPROVER, site->policy->header.tier);
	unsigned approvals = exemption_approvals(site->policy, access);

	if (!grant)
		return 0;
	return grant->threshold > approvals ? grant->threshold : approvals;
}

uint64_t exemption_own(const struct root *root, const struct exemption *exemption)
{
	uint64_t own = 0;

	for (size_t i = 0; i < root->n_persons; i++) {
		const struct person *person = &root->persons[i];
		bool is_own = exemption->requester[0] != '\0' &&
			      person_has_account(person, exemption->requester);

		for (size_t k = 0; k < exemption->n_users; k++)
			is_own = is_own || person_has_account(person, exemption->users[k]);
		own |= is_own ? UINT64_C(1) << i : 0;
	}
	return own;
}

uint64_t exemption_candidates(const struct exemption_site *site, const struct exemption *exemption)
{
	const struct role_grant *grant =
		root_find_grant(site->trust.root, ROLE_APPROVER, site->policy->header.tier);

	return grant ? grant->persons & ~exemption_own(site->trust.root, exemption) : 0;
}

enum exemption_fault exemption_foresee(
	const struct exemption_site *site, const struct exemption *exemption, uint64_t signers)
{
	struct policy by_one = *site->policy; /* shares what it points to */
	const struct exemption_case at = {
		.policy = &by_one, .root = site->trust.root, .now_s = site->now_s};
	enum exemption_fault fault;

	by_one.exemption_approvals_read_only = by_one.exemption_approvals_read_write = 1;
	fault = exemption_check(&at, exemption, signers ? signers : NOBODY_YET);
	return fault == EXEMPTION_FAULT_NOT_YET ? EXEMPTION_FAULT_NONE : fault;
}

/* Whether all its signatures are good, and whose they are. */
static bool find_signers(const struct exemption_site *site, const struct admin_document *document,
	struct exemption_state *ret)
{
	const struct verify_request request = {
		.root = site->trust.root,
		.site = site->trust.root->header.site,
		.tier = site->policy->header.tier,
		.now_s = site->now_s,
		.is_stored = true,
	};
	struct problems ignored = {0};
	struct verification verification;
	struct exemption *exemption = NULL;
	int r = verify_exemption(&request, document->file.bytes, document->file.size, &ignored,
		&verification, &exemption);

	problems_clear(&ignored);
	exemption_free(exemption);
	if (r < 0)
		return false;
	for (size_t i = 0; i < document->parts.n_signatures; i++) {
		struct sshsig signature;
		int person;

		signing_verify(document, &document->parts.signatures[i], &signature);
		person = root_find_person(site->trust.root, signature.fingerprint);
		if (signature.fault == SSHSIG_GOOD && person >= 0)
			ret->signers |= UINT64_C(1) << person;
	}
	if (verification.verdict != DOCUMENT_REFUSED ||
		verification.fault == DOCUMENT_FAULT_THRESHOLD)
		return true;
	snprintf(ret->reason, sizeof(ret->reason), "%s (%s)", verification.detail,
		document_fault_name(verification.fault));
	return false;
}

static void refuse(struct exemption_state *state, enum exemption_fault fault)
{
	snprintf(state->reason, sizeof(state->reason), "%s (%s)", exemption_fault_sentence(fault),
		exemption_fault_name(fault));
	state->standing = fault == EXEMPTION_FAULT_ENDED ? STANDING_ENDED : STANDING_REFUSED;
}

void exemption_judge(const struct exemption_site *site, const struct exemption_revoked *revoked,
	const struct admin_document *document, struct exemption_state *ret)
{
	const struct exemption *exemption = document->exemption;
	const struct revocation *revocation =
		exemption_revoked_of(revoked, exemption->id, exemption->medium.number);
	enum exemption_fault fault;

	*ret = (struct exemption_state){.needed = exemption_needed(site, exemption->use.access)};
	if (!find_signers(site, document, ret))
		return;
	fault = exemption_foresee(site, exemption, ret->signers);
	if (revocation) {
		ret->standing = STANDING_REVOKED;
		snprintf(ret->reason, sizeof(ret->reason), "%s %s%s%s",
			revocation_kind_name(revocation->kind), revocation->subject,
			revocation->reason[0] != '\0' ? ": " : "", revocation->reason);
	} else if (fault != EXEMPTION_FAULT_NONE) {
		refuse(ret, fault);
	} else if (ret->needed == 0 || persons_count(ret->signers) < ret->needed) {
		ret->standing = STANDING_WAITS;
	} else if (site->now_s < exemption->header.not_before) {
		ret->standing = STANDING_NOT_YET;
	} else {
		ret->standing = STANDING_COUNTS;
	}
}

static void print_waiting(FILE *to, const struct exemption_site *site,
	const struct exemption *exemption, const struct exemption_state *state)
{
	uint64_t others = exemption_candidates(site, exemption) & ~state->signers;
	char names[EXEMPTION_APPROVERS_SIZE];

	fprintf(to, "waits for %u more of %s", state->needed - persons_count(state->signers),
		others ? exemption_approvers(site->trust.root, others, names) : "nobody");
	if (state->signers)
		fprintf(to, "; approved by %s",
			exemption_approvers(site->trust.root, state->signers, names));
}

void exemption_state_print(FILE *to, const struct exemption_site *site,
	const struct exemption *exemption, const struct exemption_state *state)
{
	char names[EXEMPTION_APPROVERS_SIZE];

	exemption_approvers(site->trust.root, state->signers, names);
	switch (state->standing) {
	case STANDING_REFUSED: fprintf(to, "terminals refuse it: %s", state->reason); break;
	case STANDING_WAITS: print_waiting(to, site, exemption, state); break;
	case STANDING_NOT_YET: fprintf(to, "begins later; approved by %s", names); break;
	case STANDING_COUNTS: fprintf(to, "counts; approved by %s", names); break;
	case STANDING_ENDED: fprintf(to, "has ended; approved by %s", names); break;
	case STANDING_REVOKED: fprintf(to, "revoked: %s", state->reason); break;
	}
}
