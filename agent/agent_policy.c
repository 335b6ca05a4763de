/* Which policy holds: what others bring is judged by policies.c, and told to the core and records.
 */
#include <errno.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/agent_internal.h"

static int64_t now_s(void)
{
	return agent_realtime_ms() / 1000;
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

static int arm_next(struct agent *agent)
{
	const struct policy *next = policies_next(agent->policies);

	return agent_arm(agent, &agent->next_source, CLOCK_REALTIME,
		next ? (uint64_t)next->header.not_before * 1000000 : UINT64_MAX, on_next);
}

int agent_policy_start(struct agent *agent)
{
	struct policies_config config = {
		.etc_fd = agent->etc_fd,
		.state_fd = agent->state_fd,
		.now_s = now_s(),
	};
	struct record record = new_record(RECORD_POLICY_LOST);
	int r = policies_open(&config, &agent->policies);

	if (r < 0)
		return r;
	if (policies_health(agent->policies)[0])
		fprintf(stderr, SD_WARNING "no policies are taken: %s\n",
			policies_health(agent->policies));
	if (!policies_is_lost(agent->policies))
		return 0;
	snprintf(record.text, sizeof(record.text), "%s is in force instead",
		policies_current(agent->policies, record.policy_sha256)->is_builtin
			? "the built-in policy"
			: "the last good policy");
	return agent_record(agent, &record);
}

int agent_policy_announce(struct agent *agent)
{
	struct core_event event = {.kind = EVENT_POLICY};
	int r;

	event.policy.policy = policies_current(agent->policies, event.policy.sha256);
	event.policy.on_trial = policies_is_on_trial(agent->policies);
	r = agent_handle(agent, &event);
	return r < 0 ? r : arm_next(agent);
}

static int record_answer(
	struct agent *agent, const char *origin, const struct policies_answer *answer)
{
	struct record record = new_record(RECORD_POLICY_REFUSED);
	uint8_t sha256[SHA256_SIZE];

	switch (answer->outcome) {
	case POLICIES_UNCHANGED: return 0;
	case POLICIES_APPLIED: record.event = RECORD_POLICY_APPLIED; break;
	case POLICIES_NEXT: record.event = RECORD_POLICY_NEXT; break;
	case POLICIES_REFUSED:
		if (answer->is_known_refusal)
			return 0;
		break;
	}
	record.policy_serial = policies_current(agent->policies, sha256)->header.serial;
	memcpy(record.policy_sha256, sha256, SHA256_SIZE);
	record.number = answer->serial;
	record.error = answer->error;
	snprintf(record.fault, sizeof(record.fault), "%s", answer->fault);
	snprintf(record.text, sizeof(record.text), "%s: %.*s", origin,
		(int)(sizeof(record.text) - 64), answer->detail[0] ? answer->detail : "good");
	return agent_record(agent, &record);
}

static int take_answer(
	struct agent *agent, const char *origin, const struct policies_answer *answer)
{
	int r = record_answer(agent, origin, answer);

	if (r >= 0 && answer->outcome == POLICIES_APPLIED)
		r = agent_policy_announce(agent);
	return r < 0 ? r : arm_next(agent);
}

int agent_policy_offer(struct agent *agent, const char *origin, const char *bytes, size_t size,
	struct policies_answer *ret)
{
	int r = policies_offer(agent->policies, bytes, size, now_s(), ret);

	return r < 0 ? r : take_answer(agent, origin, ret);
}

int agent_policy_unreadable(struct agent *agent, const char *origin, const char *why)
{
	struct policies_answer answer = {.outcome = POLICIES_REFUSED, .fault = "unreadable"};

	snprintf(answer.detail, sizeof(answer.detail), "%s", why);
	return record_answer(agent, origin, &answer);
}

int agent_policy_check_next(struct agent *agent)
{
	struct policies_answer answer;
	int r = policies_check_next(agent->policies, now_s(), &answer);

	if (r <= 0)
		return r < 0 ? r : arm_next(agent);
	/* Not stored, because the disk is full: tried again with the next document or start. */
	if (answer.outcome == POLICIES_REFUSED && answer.error)
		return record_answer(agent, "policy.next.ini", &answer);
	return take_answer(agent, "policy.next.ini", &answer);
}

int agent_policy_trial_over(struct agent *agent, bool passed)
{
	struct record record = new_record(RECORD_POLICY_REVERTED);
	uint8_t sha256[SHA256_SIZE];
	int r;

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
