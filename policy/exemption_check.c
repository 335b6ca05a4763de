#include "policy/exemption_check.h"

#include <stdio.h>
#include <string.h>

#include "policy/fiscal_year.h"

bool person_has_account(const struct person *person, const char *account)
{
	if (strcmp(person->id, account) == 0)
		return true;
	for (size_t i = 0; i < person->n_accounts; i++)
		if (strcmp(person->accounts[i], account) == 0)
			return true;
	return false;
}

bool exemption_is_approver(const struct root *root, uint64_t signers, const char *account)
{
	for (size_t i = 0; i < root->n_persons; i++)
		if (signers & (UINT64_C(1) << i) && person_has_account(&root->persons[i], account))
			return true;
	return false;
}

/* Who asks, and whoever is to use it, approves nothing of it. */
static bool is_own_request(
	const struct root *root, const struct exemption *exemption, uint64_t signers)
{
	if (exemption->requester[0] && exemption_is_approver(root, signers, exemption->requester))
		return true;
	for (size_t i = 0; i < exemption->n_users; i++)
		if (exemption_is_approver(root, signers, exemption->users[i]))
			return true;
	return false;
}

unsigned exemption_approvals(const struct policy *policy, enum verdict access)
{
	return access == VERDICT_READ_ONLY ? policy->exemption_approvals_read_only
					   : policy->exemption_approvals_read_write;
}

bool exemption_is_online(const struct policy *policy, const struct exemption *exemption)
{
	return exemption->use.is_online || policy->exemption_needs_online;
}

/* What of it nothing but another document changes. */
static enum exemption_fault check_document(
	const struct exemption_case *at, const struct exemption *exemption, uint64_t signers)
{
	const struct document_header *header = &exemption->header;

	if (at->terminal && strcmp(at->terminal, exemption->terminal) != 0)
		return EXEMPTION_FAULT_TERMINAL;
	if (is_own_request(at->root, exemption, signers))
		return EXEMPTION_FAULT_OWN_REQUEST;
	if (header->not_after > fiscal_year_end(header->not_before))
		return EXEMPTION_FAULT_PAST_FISCAL_YEAR;
	return EXEMPTION_FAULT_NONE;
}

/* The policy asks for at least as many as the role does, or for more. */
static enum exemption_fault check_policy(
	const struct exemption_case *at, const struct exemption *exemption, uint64_t signers)
{
	const struct policy *policy = at->policy;

	if (!policy || policy->is_builtin || !policy->has_exemption)
		return EXEMPTION_FAULT_NO_EXEMPTIONS;
	if (policy->mode == POLICY_REHEARSE && at->now_s < policy->until)
		return EXEMPTION_FAULT_REHEARSAL;
	if (policy->exemption_scan == SCAN_REQUIRED)
		return EXEMPTION_FAULT_SCAN;
	if (persons_count(signers) < 1 ||
		persons_count(signers) < exemption_approvals(policy, exemption->use.access))
		return EXEMPTION_FAULT_THRESHOLD;
	if (exemption->use.duration_s > policy->exemption_longest_s)
		return EXEMPTION_FAULT_TOO_LONG;
	return EXEMPTION_FAULT_NONE;
}

/* Both ends belong to the validity. */
static enum exemption_fault check_time(
	const struct exemption_case *at, const struct exemption *exemption)
{
	if (at->now_s > exemption->header.not_after)
		return EXEMPTION_FAULT_ENDED;
	if (at->now_s > at->policy->header.not_after || at->now_s > at->root->header.not_after)
		return EXEMPTION_FAULT_POLICY_ENDED;
	if (at->now_s < exemption->header.not_before)
		return EXEMPTION_FAULT_NOT_YET;
	if (at->is_silent && exemption_is_online(at->policy, exemption))
		return EXEMPTION_FAULT_ONLINE;
	return EXEMPTION_FAULT_NONE;
}

enum exemption_fault exemption_check(
	const struct exemption_case *at, const struct exemption *exemption, uint64_t signers)
{
	enum exemption_fault fault = check_document(at, exemption, signers);

	if (fault == EXEMPTION_FAULT_NONE)
		fault = check_policy(at, exemption, signers);
	return fault == EXEMPTION_FAULT_NONE ? check_time(at, exemption) : fault;
}

const char *exemption_approvers(
	const struct root *root, uint64_t signers, char buffer[EXEMPTION_APPROVERS_SIZE])
{
	size_t used = 0;

	buffer[0] = '\0';
	for (size_t i = 0; i < root->n_persons; i++) {
		const char *id = root->persons[i].id;

		if (!(signers & (UINT64_C(1) << i)) ||
			used + strlen(id) + 2 > EXEMPTION_APPROVERS_SIZE)
			continue;
		used += (size_t)snprintf(buffer + used, EXEMPTION_APPROVERS_SIZE - used, "%s%s",
			used > 0 ? " " : "", id);
	}
	return buffer;
}

const char *exemption_approver_names(
	const struct root *root, uint64_t signers, char buffer[EXEMPTION_APPROVER_NAMES_SIZE])
{
	size_t used = 0;

	buffer[0] = '\0';
	for (size_t i = 0; i < root->n_persons; i++) {
		const struct person *person = &root->persons[i];
		bool has_name = person->name[0];
		char one[sizeof(person->name) + sizeof(person->id) + 8];
		int size = snprintf(one, sizeof(one), "%s%s%s%s%s", used > 0 ? ", " : "",
			person->name, has_name ? " (" : "", person->id, has_name ? ")" : "");

		if (!(signers & (UINT64_C(1) << i)) ||
			used + (size_t)size >= EXEMPTION_APPROVER_NAMES_SIZE)
			continue;
		memcpy(buffer + used, one, (size_t)size + 1);
		used += (size_t)size;
	}
	return buffer;
}
