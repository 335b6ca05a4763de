/* What others may ask over the bus: pictures of the state, and one document at a time from root. */
#include <errno.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/agent_internal.h"

static const char *state_name(enum core_device_state state)
{
	switch (state) {
	case DEVICE_SETTLED: return "settled";
	case DEVICE_BUSY: return "busy";
	case DEVICE_RETRYING: return "retrying";
	case DEVICE_SLOWED: return "slowed";
	}
	return "unknown";
}

static void describe_policy(const struct policy *policy, struct agent_policy *ret)
{
	ret->serial = policy->header.serial;
	ret->not_before = policy->header.not_before;
	ret->not_after = policy->header.not_after;
}

static void add_problem(struct agent_status *status, const char *problem)
{
	if (status->n_problems < BUS_PROBLEMS_MAX)
		status->problems[status->n_problems++] = problem;
}

static void get_problems(const struct agent *agent, struct agent_status *ret)
{
	if (policies_health(agent->policies)[0])
		add_problem(ret, policies_health(agent->policies));
	if (policies_is_lost(agent->policies))
		add_problem(ret, "the policy that was applied here cannot be read any more");
	if (ret->policy.not_after && ret->policy.not_after < agent_realtime_ms() / 1000)
		add_problem(ret, "the policy has expired; its blocks stay");
	if (ret->records_missing)
		add_problem(ret, "records could not be written; they are counted");
}

static void get_status(void *userdata, struct agent_status *ret)
{
	struct agent *agent = userdata;
	const struct policy *next = policies_next(agent->policies);
	const struct policy *policy = policies_current(agent->policies, ret->policy.sha256);
	struct core_device_view view;

	describe_policy(policy, &ret->policy);
	ret->is_builtin = policy->is_builtin;
	ret->is_on_trial = policies_is_on_trial(agent->policies);
	policies_site(agent->policies, &ret->site, &ret->tier);
	ret->has_next = next;
	if (next)
		describe_policy(next, &ret->next);
	policies_next_sha256(agent->policies, ret->next.sha256);
	for (size_t i = 0; core_device_at(agent->core, i, &view); i++) {
		ret->devices++;
		ret->devices_refused += view.decision->verdict == VERDICT_BLOCK;
	}
	ret->other_keyboards = agent->other_keyboards;
	record_log_head(agent->log, &ret->record_sequence, ret->record_sha256);
	ret->records_missing = record_log_missing(agent->log);
	get_problems(agent, ret);
}

static bool get_device(void *userdata, size_t index, struct agent_device *ret)
{
	const struct agent *agent = userdata;
	struct core_device_view view;

	if (!core_device_at(agent->core, index, &view))
		return false;
	*ret = (struct agent_device){
		.name = view.observation->name,
		.vendor = view.facts->vendor,
		.product = view.facts->product,
		.bus = view.observation->bus,
		.number = view.observation->number,
		.manufacturer = view.observation->manufacturer,
		.model = view.observation->model,
		.serial = view.observation->serial,
		.decision = view.decision,
		.state = state_name(view.state),
		.is_last_input = view.is_last_input,
	};
	return true;
}

static int take_document(
	void *userdata, const struct agent_document *document, struct agent_answer *ret)
{
	struct agent *agent = userdata;
	struct policies_answer answer;
	char origin[256];
	int r;

	snprintf(origin, sizeof(origin), "%s/%s", document->origin, document->name);
	if (!document->bytes) {
		r = agent_policy_unreadable(agent, origin, document->why);
		ret->outcome = policies_outcome_name(POLICIES_REFUSED);
		snprintf(ret->text, sizeof(ret->text), "%s", document->why);
		return r;
	}
	r = agent_policy_offer(agent, origin, document->bytes, document->size, &answer);
	if (r < 0)
		return r;
	ret->outcome = policies_outcome_name(answer.outcome);
	snprintf(ret->text, sizeof(ret->text), "%s", answer.detail);
	return 0;
}

static void warn(void *userdata, const char *text)
{
	fprintf(stderr, SD_WARNING "%s\n", text);
}

int agent_bus_start(struct agent *agent)
{
	agent->bus_handlers = (struct bus_handlers){
		.userdata = agent,
		.get_status = get_status,
		.get_device = get_device,
		.take_document = take_document,
		.warn = warn,
	};
	return bus_open(agent->event, &agent->bus_handlers, &agent->bus);
}
