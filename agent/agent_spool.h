/* The spool of sekisho-fetch, as sekishod watches it. See agent_spool.c. */
#pragma once

#include <systemd/sd-event.h>

#include "agent/fetch_server.h"
#include "agent/spool_plan.h"
#include "agent/spool_reader.h"

struct agent;

struct agent_spool {
	int watch_fd; /* -1: none */
	sd_event_source *source, *timer;
	bool is_armed;
	uint64_t due_ms, earliest_ms; /* of the next look, by CLOCK_BOOTTIME */
	struct spool_group groups[SPOOL_PARTS];
	struct spool_budget budget;
	struct spool_heard heard;
	struct fetch_server server; /* as sekisho-fetch says */
	int error;                  /* said already */
};

/* For the status. A problem is a sentence; NULL: there is none. */
struct agent_status;
void agent_spool_status(const struct agent *agent, struct agent_status *ret);
const char *agent_spool_problem(const struct agent *agent);
/* The server answers, but with an error to one of the documents. */
bool agent_spool_is_refused_one(const struct agent *agent);

int agent_spool_start(struct agent *agent);
void agent_spool_free(struct agent *agent);
