/* What ends soon, and what has ended: sentences for the status. */
#include <inttypes.h>
#include <stdio.h>

#include "agent/agent_internal.h"
#include "policy/timestamp.h"

#define ENDS_SOON_S (30 * DAY_S)

struct end {
	const char *soon, *past;       /* words of the problem */
	const char *what, *then, *now; /* what follows, and what holds now */
	int64_t not_after;
};

/* False where there is nothing to say. */
static bool describe(const struct end *end, int64_t now_s, char buffer[AGENT_END_SIZE])
{
	int64_t left_s = end->not_after - now_s, days = left_s / DAY_S;
	char time[TIMESTAMP_SIZE];

	if (left_s > ENDS_SOON_S)
		return false;
	timestamp_format(end->not_after, JAPAN_MINUTES, time);
	if (left_s < 0)
		snprintf(buffer, AGENT_END_SIZE, "%s ended on %s: %s", end->what, time, end->now);
	else if (days == 0)
		snprintf(buffer, AGENT_END_SIZE, "%s ends within a day, on %s: %s", end->what, time,
			end->then);
	else
		snprintf(buffer, AGENT_END_SIZE, "%s ends in %" PRId64 " day%s: %s", end->what,
			days, days == 1 ? "" : "s", end->then);
	return true;
}

/* A policy that waits, and begins before this one ends, makes its end no news. */
static bool is_replaced(const struct agent_status *status, int64_t now_s)
{
	return status->has_next && now_s <= status->policy.not_after &&
	       status->next.not_before <= status->policy.not_after &&
	       status->next.not_after > status->policy.not_after;
}

void agent_ends_add(struct agent *agent, struct agent_status *status)
{
	const struct policies_clock clock = agent_clock();
	int64_t now_s = policies_now(agent->policies, &clock);
	struct end ends[AGENT_ENDS_MAX];
	size_t n = 0;

	if (status->root)
		ends[n++] = (struct end){"root-ends", "root-expired", "the root",
			"hand in the next one before", "no document is taken before the next root",
			status->root->not_after};
	if (!status->is_builtin && !is_replaced(status, now_s))
		ends[n++] = (struct end){"policy-ends", "policy-expired", "the policy",
			"hand in the next one before", "its blocks stay", status->policy.not_after};
	if (status->media)
		ends[n++] = (struct end){"media-ends", "media-expired",
			"the list of registered media", "no medium counts as registered then",
			"no medium counts as registered", status->media->not_after};
	if (status->login.tokens)
		ends[n++] = (struct end){"tokens-end", "tokens-expired", "the list of tokens",
			"have the next one issued before",
			"its tokens still count; have the next one issued",
			status->login.tokens->not_after};
	for (size_t i = 0; i < n && status->n_problems < BUS_PROBLEMS_MAX; i++)
		if (describe(&ends[i], now_s, agent->ends[i]))
			status->problems[status->n_problems++] = (struct agent_problem){
				ends[i].not_after < now_s ? ends[i].past : ends[i].soon,
				agent->ends[i]};
}
