/*
 * Asking by telephone: who may is found out here, all else by agent_phone.c. What desks granted is
 * an exemption like any other, and is told the core with those that have documents.
 */
#include "agent/agent_telephone.h"

#include <errno.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/agent_internal.h"
#include "agent/exemption_form.h"
#include "policy/login_places.h"

#define HOUR_MS (3600 * 1000ull)

static bool is_revoked(void *context, const char *id, const char *medium)
{
	const struct agent *agent = context;

	return policies_revoked(agent->policies, REVOCATION_EXEMPTION, id) ||
	       policies_revoked(agent->policies, REVOCATION_REQUEST, id) ||
	       policies_revoked(agent->policies, REVOCATION_MEDIUM, medium);
}

static struct phone_now now_of(struct agent *agent)
{
	const struct policies_clock clock = agent_clock();
	uint8_t sha256[SHA256_SIZE];
	struct phone_now now = {
		.policy = policies_current(agent->policies, sha256),
		.root = policies_newest_root(agent->policies),
		.desks = policies_desks(agent->policies, &clock),
		.media = policies_media(agent->policies, &clock),
		.terminal = policies_terminal(agent->policies),
		.trusted_s = policies_now(agent->policies, &clock),
		.boottime_ms = clock.boottime_ms,
		.boot_id = agent->boot_id,
		.is_revoked = is_revoked,
		.context = agent,
		.is_revoked_unknown = policies_is_revoked_unknown(agent->policies),
	};

	policies_site(agent->policies, &now.site, &now.tier);
	return now;
}

/* --- at a start, and now and then --- */

int agent_telephone_start(struct agent *agent)
{
	int r = phone_open(agent->state_fd, SECRETS_FOLDER, phone_is_lasting(agent->state_fd),
		&agent->exemption.phone);

	if (r == 0 && phone_fault(agent->exemption.phone))
		fprintf(stderr, SD_WARNING "nothing is approved by telephone: %s\n",
			phone_fault(agent->exemption.phone));
	agent->exemption.phone_saved_ms = agent_boottime_ms();
	return r;
}

void agent_telephone_save(struct agent *agent)
{
	const struct phone_now now = now_of(agent);
	int r = phone_save(agent->exemption.phone, &now);

	agent->exemption.phone_saved_ms = now.boottime_ms;
	if (r < 0)
		fprintf(stderr, SD_WARNING "the attempts by telephone cannot be stored: %s\n",
			strerror(-r));
}

void agent_telephone_minute(struct agent *agent)
{
	if (agent_boottime_ms() - agent->exemption.phone_saved_ms >= HOUR_MS)
		agent_telephone_save(agent);
}

const struct core_exemption *agent_telephone_grants(struct agent *agent, size_t *ret_n)
{
	const struct phone_now now = now_of(agent);

	*ret_n = 0;
	return agent->exemption.phone ? phone_grants(agent->exemption.phone, &now, ret_n) : NULL;
}

void agent_telephone_forget(struct agent *agent, const char *id)
{
	if (agent->exemption.phone)
		phone_forget(agent->exemption.phone, id);
}

bool agent_telephone_desk(struct agent *agent, size_t index, struct agent_phone_desk *ret)
{
	const struct phone_now now = now_of(agent);

	return phone_desk_at(&now, index, ret);
}

/* --- a challenge --- */

static int record(struct agent *agent, enum record_event event, const char *id,
	const struct phone_request *request, const char *reason)
{
	const struct phone_now now = now_of(agent);
	struct record_exemption exemption = {.minutes = 0};
	struct record record = {
		.event = event,
		.realtime_ms = agent_realtime_ms(),
		.boottime_ms = agent_boottime_ms(),
		.exemption = &exemption,
	};

	phone_record(&now, id, request, &exemption);
	snprintf(exemption.reason, sizeof(exemption.reason), "%s", reason);
	return agent_record(agent, &record);
}

static void fill(const struct core_session *session, const struct exemption_wish *wish,
	struct phone_request *ret)
{
	*ret = (struct phone_request){
		.access = wish->use.access,
		.minutes = wish->use.duration_s / 60,
		.n_desks = wish->n_desks,
		.form = wish->form,
	};
	memcpy(ret->user, session->user, sizeof(ret->user));
	memcpy(ret->medium, wish->medium, sizeof(ret->medium));
	for (size_t i = 0; i < wish->n_desks; i++)
		memcpy(ret->desks[i], wish->desks[i], sizeof(ret->desks[i]));
}

int agent_telephone_begin(struct agent *agent, const struct bus_caller *caller,
	const struct agent_form *form, char ret_id[BUS_EXEMPTION_ID_SIZE],
	char ret_challenge[BUS_CHALLENGE_SIZE], struct agent_refusal *ret_refusal)
{
	const struct core_session *session;
	struct phone_request request;
	struct exemption_wish wish;
	struct phone_now now;
	int r = agent_sessions_look(agent);

	if (r < 0)
		return r;
	if (exemption_form_read(form, FORM_OF_PHONE, &wish, ret_refusal) < 0)
		return 0;
	session = agent_request_seat(agent, caller, ret_refusal);
	if (!session)
		return 0;
	r = agent_request_check(agent, &wish, ret_refusal);
	if (r <= 0)
		return r;
	fill(session, &wish, &request);
	now = now_of(agent);
	r = phone_begin(agent->exemption.phone, &now, &request, ret_id, ret_challenge, ret_refusal);
	if (r <= 0)
		return r;
	r = record(agent, RECORD_PHONE_CHALLENGE, ret_id, &request, "");
	return r < 0 ? r : 1;
}

bool agent_telephone_waits(const struct agent *agent, const char *id)
{
	const char *waiting;
	unsigned answered;

	return agent->exemption.phone &&
	       phone_waiting(agent->exemption.phone, &waiting, &answered) &&
	       strcmp(waiting, id) == 0;
}

bool agent_telephone_row(struct agent *agent, const struct bus_caller *caller, bool is_all,
	struct agent_exemption *ret)
{
	const char *id, *name = agent_sessions_user(agent, caller->uid);
	unsigned answered;
	const struct phone_request *request =
		agent->exemption.phone ? phone_waiting(agent->exemption.phone, &id, &answered)
				       : NULL;

	if (!request || (!is_all && (!name || strcmp(name, request->user) != 0)))
		return false;
	*ret = (struct agent_exemption){
		.id = id,
		.phase = request_phase_name(REQUEST_OPEN),
		.user = request->user,
		.terminal = policies_terminal(agent->policies),
		.medium = request->medium,
		.direction = exemption_direction_name(request->access),
		.minutes = request->minutes,
		.method = exemption_method_name(EXEMPTION_METHOD_PHONE),
		.purpose = request->form.purpose,
	};
	return true;
}

/* --- the digits --- */

/* What was wrong is recorded; not what comes too early, or for nothing. */
static int record_refused(struct agent *agent, const char *id, const struct phone_request *request,
	const struct agent_refusal *refusal)
{
	if (strcmp(refusal->error, BUS_ERROR_WRONG_CODE) == 0)
		return record(agent, RECORD_EXEMPTION_REDEEM_FAILED, id, request, "wrong-code");
	if (strcmp(refusal->error, BUS_ERROR_LOCKED) == 0)
		return record(agent, RECORD_EXEMPTION_REDEEM_FAILED, id, request, "locked");
	return 0;
}

int agent_telephone_redeem(struct agent *agent, const char *user, const char *code,
	enum phone_outcome *ret, struct agent_refusal *ret_refusal)
{
	const struct phone_now now = now_of(agent);
	const char *id;
	unsigned answered;
	const struct phone_request *waiting = phone_waiting(agent->exemption.phone, &id, &answered);
	const struct phone_request request = *waiting; /* an answer may end it */
	char number[EXEMPTION_ID_SIZE];
	int r;

	snprintf(number, sizeof(number), "%s", id);
	r = phone_redeem(agent->exemption.phone, &now, user, number, code, ret, ret_refusal);
	if (r == 0 && *ret == PHONE_OUTCOME_REFUSED)
		r = record_refused(agent, number, &request, ret_refusal);
	if (r >= 0 && *ret == PHONE_OUTCOME_GRANTED)
		r = agent_exemptions_feed(agent);
	return r < 0 ? r : 0;
}
