/*
 * What the fetcher is told: how often to look for documents, because whoever waits for an approval
 * is not to wait for the next minute, nor a revocation of what is in use; and what time it is for
 * certain.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/agent_internal.h"
#include "agent/store.h"

#define PACE_FILE  "pace"
#define FLOOR_FILE "floor"
/* A device that comes and goes is not told of each time. */
#define EVENT_EVERY_MS 5000
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

static void tell(struct agent *agent, const char *name, const char *text)
{
	int r = store_write_public(agent->run_fd, name, text, strlen(text));

	if (r < 0)
		fprintf(stderr, SD_WARNING "/run/sekisho/%s: %s\n", name, strerror(-r));
}

int agent_pace(struct agent *agent)
{
	struct agent_pace *own = &agent->exemption.pace;
	struct fetch_wish wish = {
		.pace = is_waited_for(agent) ? FETCH_WAITING
			: is_in_use(agent)   ? FETCH_ACTIVE
					     : FETCH_IDLE,
		.events = own->events,
	};
	char text[FETCH_WISH_SIZE];

	if (own->is_told && own->told.pace == wish.pace && own->told.events == wish.events)
		return 0;
	fetch_wish_format(&wish, text);
	tell(agent, PACE_FILE, text);
	/* One that could not be written is written at the next change. */
	own->told = wish;
	own->is_told = true;
	return 0;
}

int agent_pace_event(struct agent *agent)
{
	struct agent_pace *own = &agent->exemption.pace;
	uint64_t now_ms = agent_boottime_ms();

	/* What was there before somebody came is none. */
	if (!agent->is_ready || (own->event_ms != 0 && now_ms - own->event_ms < EVENT_EVERY_MS))
		return 0;
	own->events++;
	own->event_ms = now_ms;
	return agent_pace(agent);
}

void agent_pace_minute(struct agent *agent)
{
	char text[32];
	int64_t floor_s = agent_floor_s(agent);

	/* Nothing is proven. */
	if (floor_s <= 0)
		return;
	snprintf(text, sizeof(text), "%" PRId64 "\n", floor_s);
	tell(agent, FLOOR_FILE, text);
}
