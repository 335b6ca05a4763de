/*
 * RedeemExemption: the code of an envelope, typed by whoever sits at the screen. Wrong ones are
 * counted and recorded; what was typed is in no text.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "agent/agent_internal.h"
#include "agent/agent_telephone.h"
#include "agent/exemption_code.h"

#define TRIES_MAX 5
#define LOCKED_MS (600 * 1000u)

static struct agent_tries *tries_of(struct agent_exemptions *own, const char *id)
{
	struct agent_tries *place = &own->tries[0];

	for (size_t i = 0; i < EXEMPTION_TRIES_KEPT; i++)
		if (strcmp(own->tries[i].id, id) == 0)
			return &own->tries[i];
	/* The one with the fewest wrong codes gives way. */
	for (size_t i = 1; i < EXEMPTION_TRIES_KEPT; i++)
		if (own->tries[i].n < place->n)
			place = &own->tries[i];
	*place = (struct agent_tries){.n = 0};
	memcpy(place->id, id, EXEMPTION_ID_SIZE);
	return place;
}

/* 1: one may be tried; 0: refused. */
static int check_lock(struct agent_tries *tries, struct agent_refusal *ret_refusal)
{
	uint64_t now_ms = agent_boottime_ms();

	if (tries->locked_until_ms > now_ms)
		return agent_refuse(ret_refusal, BUS_ERROR_LOCKED,
			"%" PRIu64 ": Too many wrong codes came; wait before the next",
			(tries->locked_until_ms - now_ms + 999) / 1000);
	if (tries->locked_until_ms > 0) {
		tries->locked_until_ms = 0;
		tries->n = 0;
	}
	return 1;
}

static int record_failure(struct agent *agent, const struct core_exemption *known, const char *user)
{
	struct record_exemption exemption;
	struct record record = {
		.event = RECORD_EXEMPTION_REDEEM_FAILED,
		.realtime_ms = agent_realtime_ms(),
		.boottime_ms = agent_boottime_ms(),
		.exemption = &exemption,
	};

	record_exemption_fill(known->exemption, &exemption);
	exemption.method = known->method;
	memcpy(exemption.approvers, known->approvers, sizeof(exemption.approvers));
	snprintf(exemption.user, sizeof(exemption.user), "%s", user);
	snprintf(exemption.reason, sizeof(exemption.reason), "wrong-code");
	return agent_record(agent, &record);
}

static int wrong(struct agent *agent, struct agent_tries *tries, const struct core_exemption *known,
	const char *user, struct agent_refusal *ret_refusal)
{
	int r = record_failure(agent, known, user);

	if (r < 0)
		return r;
	if (++tries->n >= TRIES_MAX)
		tries->locked_until_ms = agent_boottime_ms() + LOCKED_MS;
	return agent_refuse(
		ret_refusal, BUS_ERROR_WRONG_CODE, "%u: The code is wrong", TRIES_MAX - tries->n);
}

static bool is_approver(struct agent *agent, const char *id, const char *user)
{
	const struct policies_clock clock = agent_clock();
	size_t n;
	const struct live_exemption *live = policies_exemptions(agent->policies, &clock, &n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(live[i].exemption->id, id) == 0)
			return policies_is_approver(agent->policies, &live[i], user);
	return false;
}

/* 1: there is a code to be typed, and this user may; 0: refused. */
static int check(struct agent *agent, const struct core_exemption_view *view, const char *user,
	struct agent_refusal *ret_refusal)
{
	if (!view->exemption || !view->is_sealed || view->state->phase != EXEMPTION_APPROVED)
		return agent_refuse(
			ret_refusal, BUS_ERROR_NOT_NOW, "This exemption waits for no code");
	if (strcmp(agent_exemption_phase(view), "sealed") != 0)
		return agent_refuse(ret_refusal, BUS_ERROR_NOT_NOW, "%s",
			exemption_fault_sentence(view->exemption->fault));
	if (is_approver(agent, view->state->id, user))
		return agent_refuse(ret_refusal, BUS_ERROR_NOT_PERMITTED,
			"Whoever approved an exemption does not use it");
	return 1;
}

static int redeem(struct agent *agent, const char *id, const char *user, const char **ret_phase,
	struct agent_refusal *ret_refusal)
{
	struct core_event event = {
		.kind = EVENT_EXEMPTION_COMMAND,
		.command = {.command = EXEMPTION_REDEEMED, .id = id, .user = user},
	};
	struct core_exemption_view view;
	int r = agent_handle(agent, &event);

	if (r >= 0)
		r = agent_pace(agent);
	if (r < 0)
		return r;
	if (!agent_exemptions_are_kept(agent))
		return agent_refuse(ret_refusal, BUS_ERROR_NOT_STORED,
			"The code is right, but that cannot be written to the disk");
	if (!agent_exemption_find(agent, id, 0, &view))
		return agent_refuse(ret_refusal, BUS_ERROR_NOT_NOW, "The exemption is gone");
	*ret_phase = agent_exemption_phase(&view);
	return 1;
}

static int redeem_by_phone(struct agent *agent, const char *id, const char *user, const char *code,
	const char **ret_phase, struct agent_refusal *ret_refusal)
{
	enum phone_outcome outcome = PHONE_OUTCOME_REFUSED;
	int r = agent_telephone_redeem(agent, user, code, &outcome, ret_refusal);

	if (r < 0)
		return r;
	switch (outcome) {
	case PHONE_OUTCOME_REFUSED: break;
	case PHONE_OUTCOME_ONE_MORE: *ret_phase = request_phase_name(REQUEST_OPEN); return 1;
	case PHONE_OUTCOME_GRANTED: return redeem(agent, id, user, ret_phase, ret_refusal);
	}
	return 0;
}

int agent_exemption_redeem(struct agent *agent, const struct bus_caller *caller, const char *id,
	const char *code, const char **ret_phase, struct agent_refusal *ret_refusal)
{
	const struct core_session *session;
	struct core_exemption_view view;
	struct agent_tries *tries;
	int r = agent_sessions_look(agent);

	if (r < 0)
		return r;
	session = agent_sessions_seated(agent, caller);
	if (!session || !session->user[0])
		return agent_refuse(ret_refusal, BUS_ERROR_NOT_SEATED,
			"Only whoever sits at the screen of this terminal can use a code");
	if (agent_telephone_waits(agent, id))
		return redeem_by_phone(agent, id, session->user, code, ret_phase, ret_refusal);
	if (!agent_exemption_find(agent, id, caller->uid, &view))
		return agent_refuse(ret_refusal, BUS_ERROR_NO_EXEMPTION,
			"You have no exemption of this number");
	r = check(agent, &view, session->user, ret_refusal);
	if (r <= 0)
		return r;
	tries = tries_of(&agent->exemption, view.state->id);
	if (check_lock(tries, ret_refusal) == 0)
		return 0;
	r = exemption_code_judge(code, view.exemption->exemption->code_hash);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return wrong(agent, tries, view.exemption, session->user, ret_refusal);
	tries->n = 0;
	return redeem(agent, id, session->user, ret_phase, ret_refusal);
}
