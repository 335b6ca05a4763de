/*
 * RedeemExemption: the code of an envelope, typed by whoever sits at the screen. Each is counted on
 * the disk before it is compared, wrong ones are recorded; what was typed is in no text.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/agent_internal.h"
#include "agent/agent_telephone.h"
#include "agent/exemption_code.h"
#include "agent/store.h"
#include "policy/cleanup.h"

/* --- wrong codes --- */

/* What cannot be read begins anew: whoever can damage it is root, and nobody is to be locked out in
 * an emergency. */
static void load_tries(struct agent_exemptions *own)
{
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;
	int r = store_read(own->folder_fd, EXEMPTION_TRIES, EXEMPTION_TRIES_SIZE, &text, &size);

	if (r == 0)
		r = exemption_tries_parse(text, size, &own->tries);
	if (r < 0 && r != -ENOENT)
		fprintf(stderr, SD_WARNING "the wrong codes of envelopes are not known: %s\n",
			strerror(-r));
	own->has_tries = true;
}

static int keep_tries(const struct agent_exemptions *own, const struct exemption_tries *tries)
{
	char text[EXEMPTION_TRIES_SIZE];
	size_t size;
	int r = exemption_tries_format(tries, text, &size);

	return r < 0 ? r : store_write(own->folder_fd, EXEMPTION_TRIES, text, size);
}

/* 1 with *ret_left: it is charged, durably, so that one may be compared; 0: refused. */
static int charge(
	struct agent *agent, const char *id, unsigned *ret_left, struct agent_refusal *ret_refusal)
{
	struct agent_exemptions *own = &agent->exemption;
	struct exemption_tries tries;
	uint64_t wait_ms;
	int r;

	if (!own->has_tries)
		load_tries(own);
	running_time_count(&own->tries.run, agent->boot_id, agent_boottime_ms());
	wait_ms = exemption_tries_wait_ms(&own->tries, id);
	if (wait_ms > 0)
		return agent_refuse(ret_refusal, BUS_ERROR_LOCKED,
			"%" PRIu64 ": Too many wrong codes came; wait before the next",
			(wait_ms + 999) / 1000);
	tries = own->tries;
	*ret_left = exemption_tries_charge(&tries, id);
	r = keep_tries(own, &tries);
	if (r < 0)
		return agent_refuse(ret_refusal, BUS_ERROR_NOT_STORED, "%s", strerror(-r));
	own->tries = tries;
	return 1;
}

/* Where that cannot be kept, the right one was one of five. */
static void forgive(struct agent *agent, const char *id)
{
	exemption_tries_forgive(&agent->exemption.tries, id);
	(void)keep_tries(&agent->exemption, &agent->exemption.tries);
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

static int wrong(struct agent *agent, unsigned left, const struct core_exemption *known,
	const char *user, struct agent_refusal *ret_refusal)
{
	int r = record_failure(agent, known, user);

	if (r < 0)
		return r;
	return agent_refuse(ret_refusal, BUS_ERROR_WRONG_CODE, "%u: The code is wrong", left);
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

/* The code of an envelope. */
static int redeem_sealed(struct agent *agent, const struct core_exemption_view *view,
	const char *user, const char *code, const char **ret_phase,
	struct agent_refusal *ret_refusal)
{
	const char *id = view->state->id;
	unsigned left;
	int r = check(agent, view, user, ret_refusal);

	if (r > 0)
		r = charge(agent, id, &left, ret_refusal);
	if (r <= 0)
		return r;
	r = exemption_code_judge(code, view->exemption->exemption->code_hash);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return wrong(agent, left, view->exemption, user, ret_refusal);
	forgive(agent, id);
	return redeem(agent, id, user, ret_phase, ret_refusal);
}

int agent_exemption_redeem(struct agent *agent, const struct bus_caller *caller, const char *id,
	const char *code, const char **ret_phase, struct agent_refusal *ret_refusal)
{
	const struct core_session *session;
	struct core_exemption_view view;
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
	return redeem_sealed(agent, &view, session->user, code, ret_phase, ret_refusal);
}
