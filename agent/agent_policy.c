/* Which documents hold: what others bring is judged by policies.c, and told to the core and
 * records.
 */
#include <errno.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/agent_internal.h"
#include "policy/timestamp.h"

struct policies_clock agent_clock(void)
{
	return (struct policies_clock){
		.realtime_s = agent_realtime_ms() / 1000,
		.boottime_ms = agent_boottime_ms(),
	};
}

int64_t agent_trusted_ms(const struct agent *agent)
{
	int64_t realtime_ms = agent_realtime_ms(), now_s;
	const struct policies_clock clock = {
		.realtime_s = realtime_ms / 1000, .boottime_ms = agent_boottime_ms()};

	now_s = policies_now(agent->policies, &clock);
	return now_s == clock.realtime_s ? realtime_ms : now_s * 1000;
}

int64_t agent_floor_s(const struct agent *agent)
{
	const struct policies_clock clock = agent_clock();

	return policies_floor(agent->policies, &clock);
}

static struct record new_record(enum record_event event)
{
	return (struct record){
		.event = event,
		.realtime_ms = agent_realtime_ms(),
		.boottime_ms = agent_boottime_ms(),
	};
}

static int on_next(sd_event_source *source, uint64_t usec, void *userdata)
{
	return agent_policy_check_next(userdata);
}

/* By the clock; where documents prove that it is later, the minute finds it out. */
static int arm_next(struct agent *agent)
{
	const struct policy *next = policies_next(agent->policies);

	return agent_arm(agent, &agent->next_source, CLOCK_REALTIME,
		next ? (uint64_t)next->header.not_before * 1000000 : UINT64_MAX, on_next);
}

static int disarm_next(struct agent *agent)
{
	return agent_arm(agent, &agent->next_source, CLOCK_REALTIME, UINT64_MAX, on_next);
}

static bool is_overdue(const struct agent *agent, const struct policies_clock *clock)
{
	const struct policy *next = policies_next(agent->policies);

	return next && policies_now(agent->policies, clock) >= next->header.not_before;
}

static int arm_minute(struct agent *agent, const struct policies_clock *clock);

static int on_minute(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct agent *agent = userdata;
	const struct policies_clock clock = agent_clock();
	struct core_event tick = {.kind = EVENT_TICK};
	int r = policies_save_time(agent->policies, &clock);

	if (r < 0 && r != agent->time_error)
		fprintf(stderr, SD_ERR "the time cannot be stored: %s\n", strerror(-r));
	agent->time_error = r;
	agent_pace_minute(agent);
	r = agent_news_minute(agent);
	if (r >= 0)
		r = agent_policy_time_passed(agent);
	if (r >= 0)
		r = agent_login_minute(agent);
	if (r >= 0)
		r = agent_operator_minute(agent);
	if (r >= 0)
		r = agent_exemptions_minute(agent);
	if (r >= 0)
		r = agent_terminal_look(agent);
	if (r >= 0)
		r = agent_join_look(agent);
	/* A document may have proven meanwhile that a rehearsal has ended. */
	if (r >= 0 && core_is_rehearsing(agent->core))
		r = agent_handle(agent, &tick);
	bus_announce_status(agent->bus); /* what expired did so without any event */
	return r < 0 ? r : arm_minute(agent, &clock);
}

static int arm_minute(struct agent *agent, const struct policies_clock *clock)
{
	int r = agent_arm(agent, &agent->minute_source, CLOCK_BOOTTIME,
		clock->boottime_ms * 1000 + MINUTE_USEC, on_minute);

	return r < 0 ? r
		     : sd_event_source_set_time_accuracy(agent->minute_source, MINUTE_SLACK_USEC);
}

static int record_loss(struct agent *agent, enum record_event event, const char *text)
{
	struct record record = new_record(event);

	record.policy_serial =
		policies_current(agent->policies, record.policy_sha256)->header.serial;
	snprintf(record.text, sizeof(record.text), "%s", text);
	return agent_record(agent, &record);
}

static int record_losses(struct agent *agent)
{
	uint8_t sha256[SHA256_SIZE];
	bool is_builtin = policies_current(agent->policies, sha256)->is_builtin;
	int r = 0;

	if (policies_is_root_lost(agent->policies))
		r = record_loss(agent, RECORD_ROOT_LOST, policies_health(agent->policies));
	if (r >= 0 && policies_is_lost(agent->policies))
		r = record_loss(agent, RECORD_POLICY_LOST,
			is_builtin ? "the built-in policy is in force instead"
				   : "the last good policy is in force instead");
	if (r >= 0 && policies_is_media_lost(agent->policies))
		r = record_loss(
			agent, RECORD_MEDIA_LOST, "no medium counts as registered until then");
	if (r >= 0 && policies_is_tokens_lost(agent->policies))
		r = record_loss(agent, RECORD_TOKENS_LOST,
			"nobody's token is taken away; hand the list in again");
	if (r >= 0 && policies_is_revoked_lost(agent->policies))
		r = record_loss(agent, RECORD_REVOCATIONS_LOST,
			"no exemption counts until revocations.ini is handed in");
	if (r >= 0 && policies_is_revoked_full(agent->policies))
		r = record_loss(agent, RECORD_REVOCATIONS_LOST,
			"more was revoked than is remembered here: no exemption counts until a new "
			"epoch begins");
	if (r >= 0 && policies_is_revoked_unread(agent->policies))
		r = record_loss(agent, RECORD_REVOCATIONS_LOST,
			"the last revocations.ini cannot be read: no exemption counts until one is "
			"handed in that can be");
	return r;
}

/* Whoever withholds the next list cannot keep a medium registered: once, and not each minute. */
static int record_media_end(struct agent *agent, const struct policies_clock *clock)
{
	struct record record = new_record(RECORD_MEDIA_ENDED);
	char time[TIMESTAMP_SIZE];

	if (policies_note_media_end(agent->policies, clock) <= 0)
		return 0;
	timestamp_format(policies_media_header(agent->policies)->not_after, JAPAN_MINUTES, time);
	record.policy_serial =
		policies_current(agent->policies, record.policy_sha256)->header.serial;
	record.number = policies_media_header(agent->policies)->serial;
	snprintf(record.text, sizeof(record.text),
		"it was valid until %s; no medium counts as registered before the next list", time);
	return agent_record(agent, &record);
}

int agent_policy_start(struct agent *agent)
{
	struct policies_config config = {
		.etc_fd = agent->etc_fd,
		.state_fd = agent->state_fd,
		.clock = agent_clock(),
		.find_request = agent_request_find,
		.context = agent,
	};
	int r = policies_open(&config, &agent->policies);

	if (r < 0)
		return r;
	agent_pace_minute(agent);
	if (policies_health(agent->policies)[0])
		fprintf(stderr, SD_WARNING "no documents are taken: %s\n",
			policies_health(agent->policies));
	r = record_losses(agent);
	if (r >= 0)
		r = record_media_end(agent, &config.clock);
	return r < 0 ? r : arm_minute(agent, &config.clock);
}

/* Why none is registered any more is recorded before what follows from it. */
static int announce_media(struct agent *agent)
{
	const struct policies_clock clock = agent_clock();
	struct core_event event = {.kind = EVENT_MEDIA};
	int r = record_media_end(agent, &clock);

	if (r < 0)
		return r;
	event.media = policies_media(agent->policies, &clock);
	if (event.media == agent->media)
		return 0;
	agent->media = event.media;
	return agent_handle(agent, &event);
}

/* In one event, so that no policy is judged with the media of another, not for a moment. */
int agent_policy_announce(struct agent *agent)
{
	const struct policies_clock clock = agent_clock();
	struct core_event event = {.kind = EVENT_POLICY};
	int r;

	event.policy.media = agent->media = policies_media(agent->policies, &clock);
	event.policy.policy = policies_current(agent->policies, event.policy.sha256);
	event.policy.on_trial = policies_is_on_trial(agent->policies);
	event.policy.could_type = policies_could_type(agent->policies);
	r = agent_handle(agent, &event);
	if (r >= 0)
		r = agent_login_rules(agent);
	if (r >= 0)
		r = agent_exemptions_feed(agent);
	return r < 0 ? r : arm_next(agent);
}

static enum record_event refused_event(enum document_kind kind)
{
	switch (kind) {
	case DOCUMENT_ROOT: return RECORD_ROOT_REFUSED;
	case DOCUMENT_MEDIA: return RECORD_MEDIA_REFUSED;
	case DOCUMENT_FRESH: return RECORD_FRESH_REFUSED;
	case DOCUMENT_TOKENS: return RECORD_TOKENS_REFUSED;
	case DOCUMENT_DESKS: return RECORD_DESKS_REFUSED;
	case DOCUMENT_EXEMPTION: return RECORD_EXEMPTION_REFUSED;
	case DOCUMENT_REVOCATION: return RECORD_REVOCATION_REFUSED;
	case DOCUMENT_POLICY:
	case DOCUMENT_NONE:
	case DOCUMENT_KIND_COUNT: break;
	}
	return RECORD_POLICY_REFUSED;
}

static enum record_event taken_event(enum document_kind kind)
{
	switch (kind) {
	case DOCUMENT_ROOT: return RECORD_ROOT_APPLIED;
	case DOCUMENT_MEDIA: return RECORD_MEDIA_APPLIED;
	case DOCUMENT_FRESH: return RECORD_FRESH_TAKEN;
	case DOCUMENT_TOKENS: return RECORD_TOKENS_APPLIED;
	case DOCUMENT_DESKS: return RECORD_DESKS_APPLIED;
	case DOCUMENT_EXEMPTION: return RECORD_NONE; /* the core, when its life begins */
	case DOCUMENT_REVOCATION: return RECORD_EXEMPTION_REVOKED;
	case DOCUMENT_POLICY:
	case DOCUMENT_NONE:
	case DOCUMENT_KIND_COUNT: break;
	}
	return RECORD_POLICY_APPLIED;
}

/* RECORD_NONE: nothing is to be written. */
static enum record_event event_of(const struct policies_answer *answer)
{
	if (answer->is_known)
		return RECORD_NONE;
	switch (answer->outcome) {
	case POLICIES_UNCHANGED: break;
	case POLICIES_REFUSED: return refused_event(answer->kind);
	case POLICIES_NOT_HERE: return RECORD_POLICY_NOT_HERE;
	case POLICIES_APPLIED:
	case POLICIES_TAKEN: return taken_event(answer->kind);
	case POLICIES_NEXT:
		return answer->kind == DOCUMENT_POLICY ? RECORD_POLICY_NEXT : RECORD_DOCUMENT_WAITS;
	}
	return RECORD_NONE;
}

static int record_answer(
	struct agent *agent, const char *origin, const struct policies_answer *answer)
{
	struct record record = new_record(event_of(answer));
	struct record_exemption exemption;
	uint8_t sha256[SHA256_SIZE];

	if (record.event == RECORD_NONE)
		return 0;
	record.policy_serial = policies_current(agent->policies, sha256)->header.serial;
	memcpy(record.policy_sha256, sha256, SHA256_SIZE);
	record.number = answer->serial;
	record.error = answer->error;
	snprintf(record.fault, sizeof(record.fault), "%s", answer->fault);
	snprintf(record.text, sizeof(record.text), "%s: %.*s", origin,
		(int)(sizeof(record.text) - 64), answer->detail[0] ? answer->detail : "good");
	agent_bundle_describe(agent, answer, &exemption, &record);
	return agent_record(agent, &record);
}

int agent_take_answer(struct agent *agent, const char *origin, const struct policies_answer *answer)
{
	int r = record_answer(agent, origin, answer);

	if (r >= 0 && (answer->outcome == POLICIES_APPLIED || answer->is_policy_changed))
		r = agent_policy_announce(agent);
	if (r >= 0)
		r = announce_media(agent);
	if (r >= 0)
		r = agent_exemptions_feed(agent);
	agent_login_floor(agent);
	return r < 0 ? r : arm_next(agent);
}

int agent_policy_check_next(struct agent *agent)
{
	const struct policies_clock clock = agent_clock();
	struct policies_answer answer;
	int r = policies_check_next(agent->policies, &clock, &answer);

	if (r < 0)
		return r;
	/* One whose day has come, but that cannot be judged now: the minute tries again. */
	if (r == 0)
		return is_overdue(agent, &clock) ? disarm_next(agent) : arm_next(agent);
	if (answer.outcome != POLICIES_REFUSED || !answer.error) {
		agent->next_error = 0;
		return agent_take_answer(agent, "policy.next.ini", &answer);
	}
	/* Not stored, because the disk is full: tried again each minute, and said once. */
	if (answer.error == agent->next_error)
		return 0;
	agent->next_error = answer.error;
	return record_answer(agent, "policy.next.ini", &answer);
}

int agent_policy_time_passed(struct agent *agent)
{
	int r = agent_policy_check_next(agent);

	if (r >= 0)
		r = announce_media(agent);
	return r < 0 ? r : agent_exemptions_feed(agent);
}

void agent_policy_trial_began(struct agent *agent)
{
	int r = policies_note_could_type(agent->policies);

	if (r < 0)
		fprintf(stderr, SD_ERR "the beginning of the trial cannot be stored: %s\n",
			strerror(-r));
}

int agent_policy_trial_over(struct agent *agent, bool passed)
{
	struct record record = new_record(RECORD_POLICY_REVERTED);
	uint8_t sha256[SHA256_SIZE];
	int r;

	if (passed && core_is_rehearsing(agent->core)) {
		policies_rehearse(agent->policies);
		return 0;
	}
	if (passed) {
		r = policies_keep(agent->policies);
		if (r < 0)
			fprintf(stderr, SD_ERR "the last good policy cannot be stored: %s\n",
				strerror(-r));
		return 0;
	}
	record.number = policies_current(agent->policies, sha256)->header.serial;
	r = policies_revert(agent->policies);
	if (r == -ENOMEM)
		return r;
	record.error = -r;
	record.policy_serial =
		policies_current(agent->policies, record.policy_sha256)->header.serial;
	snprintf(record.text, sizeof(record.text),
		"nobody could type any more under the policy with serial %llu",
		(unsigned long long)record.number);
	r = agent_record(agent, &record);
	return r < 0 ? r : agent_policy_announce(agent);
}
