/*
 * How often the fetcher is to look for documents: whoever waits for an approval is not to wait for
 * the next minute, nor a revocation of what is in use.
 */
#include <errno.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/agent_internal.h"
#include "agent/store.h"

#define PACE_FILE "pace"
/* Who asked so long ago does something else meanwhile. */
#define WAITING_S 3600

static bool is_waited_for(const struct agent *agent)
{
	const struct requests *requests = &agent->exemption.requests;
	int64_t now_s = agent_trusted_ms(agent) / 1000;

	for (size_t i = 0; i < requests->n; i++)
		if (requests->items[i].phase == REQUEST_OPEN &&
			now_s - requests->items[i].asked_s < WAITING_S)
			return true;
	return false;
}

static bool is_in_use(const struct agent *agent)
{
	struct core_exemption_view view;

	for (size_t i = 0; core_exemption_at(agent->core, i, &view); i++)
		switch (view.state->phase) {
		case EXEMPTION_ACTIVE:
		case EXEMPTION_WARNED:
		case EXEMPTION_ENDING: return true;
		case EXEMPTION_LOST:
		case EXEMPTION_APPROVED:
		case EXEMPTION_ENDED:
		case EXEMPTION_RETURNED:
		case EXEMPTION_PHASE_COUNT: break;
		}
	return false;
}

int agent_pace(struct agent *agent)
{
	const char *pace = is_waited_for(agent) ? "waiting\n"
			   : is_in_use(agent)   ? "active\n"
						: "idle\n";
	int r;

	if (agent->exemption.pace && strcmp(agent->exemption.pace, pace) == 0)
		return 0;
	r = store_write_public(agent->run_fd, PACE_FILE, pace, strlen(pace));
	if (r == 0)
		agent->exemption.pace = pace;
	else
		fprintf(stderr, SD_WARNING "/run/sekisho/" PACE_FILE ": %s\n", strerror(-r));
	return 0;
}
