/* A whole look at what is plugged in: at the start, when events were lost, after suspend. */
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/agent_internal.h"
#include "agent/keyboards.h"

int agent_count_keyboards(struct agent *agent)
{
	struct core_event event = {.kind = EVENT_OTHER_KEYBOARDS};
	int r = keyboards_count_others(&event.other_keyboards);

	if (r < 0 || event.other_keyboards == agent->other_keyboards)
		return 0;
	agent->other_keyboards = event.other_keyboards;
	return agent_handle(agent, &event);
}

static int found(void *userdata, const char *name)
{
	return agent_device_arrive(userdata, name);
}

static bool is_plugged_in(void *userdata, const char *disks)
{
	const struct agent *agent = userdata;
	const struct registered *entry;

	for (size_t i = 0; (entry = registry_at(agent->registry, i)); i++)
		if (strcmp(entry->disks, disks) == 0)
			return true;
	return false;
}

int agent_scan_end(struct agent *agent)
{
	struct core_event event = {.kind = EVENT_SCAN_ENDED};
	int r;

	agent->is_scanning = false;
	/* Of what left while nobody listened. */
	(void)disk_access_sweep(agent->disks_fd, is_plugged_in, agent);
	r = agent_arm(agent, &agent->scan_source, CLOCK_MONOTONIC, UINT64_MAX, NULL);
	if (r >= 0)
		r = agent_handle(agent, &event);
	if (r >= 0 && !agent->is_ready) {
		agent->is_ready = true;
		(void)sd_notify(0, "READY=1");
	}
	if (r >= 0 && agent->scan_again) {
		agent->scan_again = false;
		r = agent_scan(agent);
	}
	return r;
}

static int on_scan_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct agent *agent = userdata;

	return agent->is_scanning ? agent_scan_end(agent) : 0;
}

int agent_scan(struct agent *agent)
{
	struct core_event event = {.kind = EVENT_SCAN_BEGAN};
	struct registered *entry;
	uint64_t now;
	int r;

	if (agent->is_scanning) {
		agent->scan_again = true;
		return 0;
	}
	agent->is_scanning = true;
	r = agent_handle(agent, &event);
	for (size_t i = 0; (entry = registry_at(agent->registry, i)); i++)
		entry->is_listed = false;
	if (r >= 0)
		r = monitor_list(agent->monitor, found, agent);
	for (size_t i = 0; r >= 0 && (entry = registry_at(agent->registry, i));) {
		if (entry->is_listed || registry_is_alive(entry))
			i++;
		else
			r = agent_device_remove(agent, entry);
	}
	if (r >= 0)
		r = agent_count_keyboards(agent);
	if (r >= 0 && agent->looks_pending == 0)
		return agent_scan_end(agent);
	if (r >= 0)
		r = sd_event_now(agent->event, CLOCK_MONOTONIC, &now);
	return r < 0 ? r
		     : agent_arm(agent, &agent->scan_source, CLOCK_MONOTONIC,
			       now + SCAN_LONGEST_USEC, on_scan_deadline);
}
