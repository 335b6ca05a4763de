/* What desks may give by the policy in force. */
#include "agent/agent_phone_internal.h"

#include <stdio.h>
#include <string.h>

#include "policy/exemption_check.h"
#include "policy/fiscal_year.h"

static const struct phone_desk *find_desk(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->n_desks; i++)
		if (strcmp(policy->desks[i].name, name) == 0)
			return &policy->desks[i];
	return NULL;
}

bool phone_desk_at(const struct phone_now *now, size_t index, struct agent_phone_desk *ret)
{
	const struct policy *policy = now->policy;

	if (!policy || !policy->has_exemption || !now->desks)
		return false;
	for (size_t i = 0; i < policy->n_desks; i++) {
		const struct phone_desk *desk = &policy->desks[i];

		if (!desks_find(now->desks, desk->name) || index-- > 0)
			continue;
		*ret = (struct agent_phone_desk){
			.name = desk->name,
			.access = exemption_direction_name(desk->access),
			.longest_minutes = desk->longest_s / 60,
		};
		return true;
	}
	return false;
}

static bool is_revoked(const struct phone_now *now, const char *id, const char *medium)
{
	return now->is_revoked && now->is_revoked(now->context, id, medium);
}

static enum exemption_fault judge_policy(const struct policy *policy, int64_t now_s)
{
	if (!policy || policy->is_builtin || !policy->has_exemption)
		return EXEMPTION_FAULT_NO_EXEMPTIONS;
	if (policy->mode == POLICY_REHEARSE && now_s < policy->until)
		return EXEMPTION_FAULT_REHEARSAL;
	return policy->exemption_scan == SCAN_REQUIRED ? EXEMPTION_FAULT_SCAN
						       : EXEMPTION_FAULT_NONE;
}

/* Desks have no accounts; one that is called as an account, or as a person of the root, is known to
 * be whose it is. */
static bool is_own_desk(const struct phone_now *now, const char *user, const char *name)
{
	if (strcmp(name, user) == 0)
		return true;
	for (size_t i = 0; now->root && i < now->root->n_persons; i++)
		if (strcmp(now->root->persons[i].id, name) == 0)
			return person_has_account(&now->root->persons[i], user);
	return false;
}

static enum exemption_fault judge_desk(
	const struct phone_now *now, const struct exemption *exemption, const char *name)
{
	const struct phone_desk *desk = find_desk(now->policy, name);

	if (!desk || !now->desks || !desks_find(now->desks, name) ||
		desk->access < exemption->use.access)
		return EXEMPTION_FAULT_THRESHOLD;
	for (size_t i = 0; i < exemption->n_users; i++)
		if (is_own_desk(now, exemption->users[i], name))
			return EXEMPTION_FAULT_OWN_REQUEST;
	return exemption->use.duration_s > desk->longest_s ? EXEMPTION_FAULT_TOO_LONG
							   : EXEMPTION_FAULT_NONE;
}

static enum exemption_fault judge_desks(const struct phone_now *now,
	const struct exemption *exemption, const struct phone_desks *desks)
{
	enum exemption_fault fault = EXEMPTION_FAULT_NONE;

	if (desks->n < 1 || desks->n < exemption_approvals(now->policy, exemption->use.access) ||
		(desks->n == 2 && strcmp(desks->names[0], desks->names[1]) == 0))
		return EXEMPTION_FAULT_THRESHOLD;
	for (size_t i = 0; fault == EXEMPTION_FAULT_NONE && i < desks->n; i++)
		fault = judge_desk(now, exemption, desks->names[i]);
	return fault;
}

static enum exemption_fault judge_medium(
	const struct phone_now *now, const struct exemption *exemption)
{
	const char *number = exemption->medium.number;

	if (is_revoked(now, exemption->id, ""))
		return EXEMPTION_FAULT_REVOKED;
	if (is_revoked(now, "", number) || !media_has_number(now->media, number))
		return EXEMPTION_FAULT_MEDIUM_REVOKED;
	return now->is_revoked_unknown ? EXEMPTION_FAULT_REVOCATIONS_LOST : EXEMPTION_FAULT_NONE;
}

static enum exemption_fault judge_time(
	const struct phone_now *now, const struct document_header *header)
{
	if (header->not_after > fiscal_year_end(header->not_before))
		return EXEMPTION_FAULT_PAST_FISCAL_YEAR;
	if (now->trusted_s > header->not_after)
		return EXEMPTION_FAULT_ENDED;
	if (now->trusted_s > now->policy->header.not_after ||
		now->trusted_s > now->root->header.not_after)
		return EXEMPTION_FAULT_POLICY_ENDED;
	return EXEMPTION_FAULT_NONE;
}

enum exemption_fault phone_judge(const struct phone_now *now, const struct exemption *exemption,
	const struct phone_desks *desks)
{
	enum exemption_fault fault = judge_policy(now->policy, now->trusted_s);

	if (fault != EXEMPTION_FAULT_NONE)
		return fault;
	if (strcmp(exemption->terminal, now->terminal) != 0 ||
		strcmp(exemption->header.site, now->site) != 0 ||
		strcmp(exemption->header.tier, now->tier) != 0)
		return EXEMPTION_FAULT_TERMINAL;
	/* A new epoch ends all that was approved before it. */
	if (!now->root || exemption->header.epoch != now->root->header.epoch)
		return EXEMPTION_FAULT_THRESHOLD;
	fault = judge_desks(now, exemption, desks);
	if (fault == EXEMPTION_FAULT_NONE &&
		exemption->use.duration_s > now->policy->exemption_longest_s)
		fault = EXEMPTION_FAULT_TOO_LONG;
	if (fault == EXEMPTION_FAULT_NONE)
		fault = judge_medium(now, exemption);
	return fault == EXEMPTION_FAULT_NONE ? judge_time(now, &exemption->header) : fault;
}

void phone_make_exemption(const struct phone_now *now, const char *id,
	const struct phone_request *request, struct exemption *ret)
{
	int64_t year_end = fiscal_year_end(now->trusted_s);
	int64_t not_after = now->trusted_s + PHONE_FIRST_USE_S + (int64_t)request->minutes * 60;

	*ret = (struct exemption){
		.header.kind = DOCUMENT_EXEMPTION,
		.header.epoch = now->root ? now->root->header.epoch : 0,
		.header.issued = now->trusted_s,
		.header.not_before = now->trusted_s,
		.header.not_after = not_after < year_end ? not_after : year_end,
		.n_users = 1,
		.requested = now->trusted_s,
		.medium.kind = EXEMPTION_MEDIUM_REGISTERED,
		.use.access = request->access,
		.use.duration_s = request->minutes * 60,
		.form = request->form,
	};
	snprintf(ret->header.site, sizeof(ret->header.site), "%s", now->site);
	snprintf(ret->header.tier, sizeof(ret->header.tier), "%s", now->tier);
	snprintf(ret->id, sizeof(ret->id), "%s", id);
	snprintf(ret->terminal, sizeof(ret->terminal), "%s", now->terminal);
	snprintf(ret->users[0], sizeof(ret->users[0]), "%s", request->user);
	snprintf(ret->requester, sizeof(ret->requester), "%s", request->user);
	snprintf(ret->medium.number, sizeof(ret->medium.number), "%s", request->medium);
}

void phone_record(const struct phone_now *now, const char *id, const struct phone_request *request,
	struct record_exemption *ret)
{
	struct exemption exemption;
	int n = 0;

	phone_make_exemption(now, id, request, &exemption);
	*ret = (struct record_exemption){};
	record_exemption_fill(&exemption, ret);
	ret->method = EXEMPTION_METHOD_PHONE;
	/* Nothing is approved yet: the desks are those that are called. */
	for (size_t i = 0; i < request->n_desks; i++)
		n += snprintf(ret->approvers + n, sizeof(ret->approvers) - (size_t)n, "%s%s",
			i > 0 ? "," : "", request->desks[i]);
}
