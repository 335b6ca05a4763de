/*
 * What is heard of the site: that documents come, or that their source answers. An answer is news
 * only while fresh confirms what the newest documents are: a server that says for ever that nothing
 * has changed, and a sekisho-fetch that says that it answers, keep nothing open.
 */
#include <stdio.h>

#include "agent/agent_internal.h"
#include "policy/timestamp.h"

/* So long it is looked for: a PC that was off for a while has old news until its first look. */
#define MINUTES_OLD_MAX 5

int agent_news_heard(struct agent *agent)
{
	const struct policies_clock clock = agent_clock();
	struct core_event event = {.kind = EVENT_NEWS};

	policies_note_heard(agent->policies, &clock);
	return policies_is_unconfirmed(agent->policies, &clock) ? 0 : agent_handle(agent, &event);
}

static int record_end(struct agent *agent, const struct document_header *fresh)
{
	struct record record = {
		.event = RECORD_FRESH_ENDED,
		.realtime_ms = agent_realtime_ms(),
		.boottime_ms = agent_boottime_ms(),
		.number = fresh->serial,
	};
	char time[TIMESTAMP_SIZE];

	timestamp_format(fresh->issued, JAPAN_MINUTES, time);
	record.policy_serial =
		policies_current(agent->policies, record.policy_sha256)->header.serial;
	snprintf(record.text, sizeof(record.text),
		"it is of %s; exemptions that need the server do not count before the next one",
		time);
	return agent_record(agent, &record);
}

int agent_news_minute(struct agent *agent)
{
	const struct policies_clock clock = agent_clock();
	const struct fresh *fresh = policies_fresh(agent->policies);
	uint8_t sha256[SHA256_SIZE];

	/* Where there never was one, nobody expects it. */
	if (!fresh || policies_current(agent->policies, sha256)->is_builtin ||
		!policies_is_unconfirmed(agent->policies, &clock)) {
		agent->minutes_unconfirmed = 0;
		return 0;
	}
	if (agent->minutes_unconfirmed == MINUTES_OLD_MAX)
		return 0;
	return ++agent->minutes_unconfirmed == MINUTES_OLD_MAX ? record_end(agent, &fresh->header)
							       : 0;
}

const char *agent_news_problem(const struct agent *agent)
{
	return agent->minutes_unconfirmed == MINUTES_OLD_MAX
		       ? "nobody has confirmed for too long what the newest documents are: "
			 "exemptions that need the server do not count"
		       : NULL;
}
