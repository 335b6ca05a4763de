/* exemptions.ini and revocations.ini: each document in them is answered and recorded by itself. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/agent_internal.h"
#include "agent/record_exemption.h"
#include "policy/cleanup.h"

static const struct live_exemption *find_exemption(struct agent *agent, const char *id)
{
	const struct policies_clock clock = agent_clock();
	size_t n;
	const struct live_exemption *live = policies_exemptions(agent->policies, &clock, &n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(live[i].exemption->id, id) == 0)
			return &live[i];
	return NULL;
}

static enum exemption_method method_of(const struct exemption *exemption)
{
	if (exemption->code_hash[0])
		return EXEMPTION_METHOD_SEALED;
	return exemption->requester[0] ? EXEMPTION_METHOD_SCREEN : EXEMPTION_METHOD_PREPARED;
}

void agent_bundle_describe(struct agent *agent, const struct policies_answer *answer,
	struct record_exemption *ret, struct record *record)
{
	bool is_medium = answer->revoked == REVOCATION_MEDIUM;
	const struct live_exemption *live;

	if (!answer->subject[0])
		return;
	memset(ret, 0, sizeof(*ret));
	live = is_medium ? NULL : find_exemption(agent, answer->subject);
	if (live) {
		record_exemption_fill(live->exemption, ret);
		ret->method = method_of(live->exemption);
		snprintf(ret->approvers, sizeof(ret->approvers), "%s", live->approvers);
		memcpy(ret->approver_names, live->approver_names, sizeof(live->approver_names));
	}
	if (is_medium)
		snprintf(ret->medium, sizeof(ret->medium), "%s", answer->subject);
	else
		memcpy(ret->id, answer->subject, sizeof(ret->id) - 1); /* all are of that size */
	snprintf(ret->reason, sizeof(ret->reason), "%s", answer->fault);
	record->exemption = ret;
	/* What the employee is told, without where it came from. */
	if (record->event == RECORD_EXEMPTION_REVOKED)
		snprintf(record->text, sizeof(record->text), "%s", answer->detail);
}

static int tell_one(struct agent *agent, const struct agent_document *document,
	const struct policies_answer *answer, agent_tell tell, void *context)
{
	struct agent_answer told = {
		.name = document->name, .outcome = policies_outcome_name(answer->outcome)};
	char origin[256];
	int r;

	snprintf(origin, sizeof(origin), "%s/%s", document->origin, document->name);
	r = agent_take_answer(agent, origin, answer);
	if (r < 0)
		return r;
	snprintf(told.text, sizeof(told.text), "%s%s%.400s", answer->subject,
		answer->subject[0] ? ": " : "", answer->detail);
	return tell(context, &told);
}

int agent_bundle_take(struct agent *agent, enum document_kind kind,
	const struct agent_document *document, agent_tell tell, void *context)
{
	CLEANUP(cleanup_free) struct policies_answer *answers = NULL;
	const struct policies_clock clock = agent_clock();
	bool is_medium_revoked = false;
	size_t n = 0;
	int r = policies_offer_bundle(
		agent->policies, kind, document->bytes, document->size, &clock, &answers, &n);

	for (size_t i = 0; r >= 0 && i < n; i++)
		is_medium_revoked |= answers[i].revoked == REVOCATION_MEDIUM;
	/* The table is the same one, but the core is to look at what is plugged in anew. */
	if (is_medium_revoked)
		agent->media = NULL;
	if (r == 0 && n == 0)
		return tell(context, &(struct agent_answer){.name = document->name,
					     .outcome = policies_outcome_name(POLICIES_UNCHANGED),
					     .text = "there is no document in it"});
	for (size_t i = 0; r >= 0 && i < n; i++)
		r = tell_one(agent, document, &answers[i], tell, context);
	return r < 0 ? r : 0;
}
