/* What is plugged in: uevents and scans lead to looks, looks to the core, and its plans to workers.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "agent/agent_internal.h"
#include "agent/controllers.h"
#include "agent/descriptor.h"
#include "agent/sysfs.h"

/* A flood must not keep results and the watchdog waiting. */
#define UEVENTS_AT_ONCE 256
/* Seen with a file that never read back as shut: each undoing woke the next, with 12,000 records a
 * second. */
#define FLIPS_A_SECOND 100

/* Asks a worker to look; while one look is under way a second waits for it. */
static int look(struct agent *agent, struct registered *entry)
{
	struct worker_job job = {
		.device_id = entry->id,
		.bus = entry->bus,
		.because = OBSERVED_PRESENT,
		.controller_fd = -1,
	};
	int r;

	if (entry->is_awaited) {
		entry->look_again = true;
		return 0;
	}
	memcpy(job.name, entry->name, sizeof(job.name));
	memcpy(job.disks, entry->disks, sizeof(job.disks));
	job.device_fd = fcntl(entry->fd, F_DUPFD_CLOEXEC, 3);
	if (job.device_fd < 0)
		return -errno;
	r = workers_submit(agent->workers, &job);
	if (r < 0)
		return r;
	entry->is_awaited = true;
	agent->looks_pending++;
	return 0;
}

int agent_carry_out(struct agent *agent, const struct core_plan *plan)
{
	const struct registered *entry = registry_find_id(agent->registry, plan->device_id);
	const struct registered *controller;
	struct worker_job job = {
		.device_id = plan->device_id,
		.bus = plan->bus,
		.because = OBSERVED_RESULT,
		.plan = *plan,
		.device_fd = -1,
		.controller_fd = -1,
	};

	if (!entry)
		return 0; /* unplugged meanwhile: the core hears of it next */
	controller = registry_find_controller(agent->registry, plan->bus);
	memcpy(job.name, plan->name, sizeof(job.name));
	memcpy(job.disks, entry->disks, sizeof(job.disks));
	job.device_fd = fcntl(entry->fd, F_DUPFD_CLOEXEC, 3);
	if (job.device_fd < 0)
		return -errno;
	/* Without its controller nothing is let in: the job then fails on the descriptor -1. */
	if (controller) {
		job.controller_fd = fcntl(controller->fd, F_DUPFD_CLOEXEC, 3);
		if (job.controller_fd < 0) {
			cleanup_close(&job.device_fd);
			return -EMFILE;
		}
	}
	return workers_submit(agent->workers, &job);
}

static int close_controller(struct agent *agent, const struct registered *entry, bool is_new)
{
	struct core_event event = {.kind = EVENT_CONTROLLER_OPEN};
	bool was_open;
	int r = controller_close(entry->fd, entry->bus, &was_open);

	if (r < 0) {
		if (r != -ENODEV && r != -ENOENT)
			fprintf(stderr, SD_ERR "%s cannot be shut: %s\n", entry->name,
				strerror(-r));
		return 0;
	}
	if (!was_open)
		return 0;
	memcpy(event.controller.name, entry->name, sizeof(event.controller.name));
	event.controller.is_new = is_new;
	return agent_handle(agent, &event);
}

static int close_usbcore(struct agent *agent, bool is_new)
{
	struct core_event event = {.kind = EVENT_CONTROLLER_OPEN, .controller.name = "usbcore"};
	bool was_open;
	int r = usbcore_close(&was_open);

	if (r == 0 && agent->parameter_watch == 0)
		(void)registry_watch_path(
			agent->registry, USBCORE_PARAMETER, &agent->parameter_watch);
	/* Not loaded yet: modprobe.d gives it our default then. */
	if (r < 0 && r != -ENOENT)
		fprintf(stderr, SD_ERR "%s: %s\n", USBCORE_PARAMETER, strerror(-r));
	if (r < 0 || !was_open)
		return 0;
	event.controller.is_new = is_new;
	return agent_handle(agent, &event);
}

int agent_device_remove(struct agent *agent, struct registered *entry)
{
	struct core_event event = {.kind = EVENT_DEVICE_REMOVED, .device_id = entry->id};
	bool is_controller = entry->is_controller;

	if (entry->disks[0])
		(void)disk_access_set(agent->disks_fd, entry->disks, DISK_ACCESS_NONE);
	registry_remove(agent->registry, entry);
	return is_controller ? 0 : agent_handle(agent, &event);
}

int agent_device_arrive(struct agent *agent, const char *name)
{
	struct registered *entry = registry_find(agent->registry, name);
	int r;

	if (entry && !registry_is_alive(entry)) {
		r = agent_device_remove(agent, entry);
		if (r < 0)
			return r;
		entry = NULL;
	}
	if (!entry) {
		r = registry_add(agent->registry, name, &entry);
		if (r == -ENODEV)
			return 0;
		if (r < 0)
			return r;
		if (entry->is_controller) {
			entry->is_listed = true;
			r = close_usbcore(agent, true);
			return r < 0 ? r : close_controller(agent, entry, true);
		}
	}
	entry->is_listed = true;
	return entry->is_controller ? close_controller(agent, entry, false) : look(agent, entry);
}

static int take_uevent(struct agent *agent, const struct uevent *uevent)
{
	struct registered *entry;
	int r;

	switch (uevent->kind) {
	case UEVENT_DEVICE_THERE: return agent_device_arrive(agent, uevent->name);
	case UEVENT_DEVICE_REMOVE:
		entry = registry_find(agent->registry, uevent->name);
		/* Alive: the name has a new owner already, and its own event follows. */
		return entry && !registry_is_alive(entry) ? agent_device_remove(agent, entry) : 0;
	case UEVENT_INTERFACE:
		entry = registry_find(agent->registry, uevent->name);
		if (!entry)
			return 0;
		return entry->is_controller ? close_controller(agent, entry, true)
					    : look(agent, entry);
	case UEVENT_INPUT:
		/* A HID driver came later than usbhid: its report descriptor can be read now. */
		entry = registry_find(agent->registry, uevent->name);
		r = entry && !entry->is_controller ? look(agent, entry) : 0;
		return r < 0 ? r : agent_count_keyboards(agent);
	case UEVENT_OTHER: return 0;
	}
	return 0;
}

static int on_uevent(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct agent *agent = userdata;
	bool lost = false, caught_up;
	int r = 0;

	for (unsigned i = 0; i < UEVENTS_AT_ONCE; i++) {
		struct uevent uevent;

		r = monitor_receive(agent->monitor, &uevent);
		if (r == -ENOBUFS) {
			lost = true;
			continue;
		}
		if (r <= 0)
			break;
		r = take_uevent(agent, &uevent);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	caught_up = monitor_has_caught_up(agent->monitor);
	if (lost) {
		struct core_event event = {.kind = EVENT_EVENTS_LOST};

		return agent_handle(agent, &event);
	}
	/* The scan at the first loss came too early for what was dropped after it. */
	return caught_up ? agent_scan(agent) : 0;
}

/* Where looking failed, nothing can be judged, so nothing is let in. */
static int shut_unseen(struct agent *agent, const struct registered *entry)
{
	struct core_plan plan = {.device_id = entry->id, .bus = entry->bus};

	memcpy(plan.name, entry->name, sizeof(plan.name));
	return agent_carry_out(agent, &plan);
}

static int judge_look(
	struct agent *agent, struct registered *entry, const struct worker_result *result)
{
	struct core_event event = {
		.kind = EVENT_DEVICE_OBSERVED,
		.device_id = result->device_id,
		.observed.because = OBSERVED_PRESENT,
		.observed.observation = result->observation,
	};

	if (result->error == 0) {
		registry_watch_interfaces(agent->registry, entry, result->observation);
		return agent_handle(agent, &event);
	}
	/* A rehearsal shuts nothing; it is looked at once more when that ends. */
	if (result->error == -ENODEV || core_is_rehearsing(agent->core))
		return 0;
	return shut_unseen(agent, entry);
}

/* What follows from a look goes to the worker before the next look does: nobody waits for that. */
static int take_look(
	struct agent *agent, struct registered *entry, const struct worker_result *result)
{
	bool looks_again = entry->look_again;
	int r;

	if (result->is_followed)
		return judge_look(agent, entry, result);
	entry->is_awaited = entry->look_again = false;
	r = judge_look(agent, entry, result);
	if (r < 0 || !looks_again)
		return r;
	entry = registry_find_id(agent->registry, result->device_id);
	return entry ? look(agent, entry) : 0;
}

static int take_result(
	struct agent *agent, struct registered *entry, const struct worker_result *result)
{
	struct core_event event = {
		.kind = EVENT_DEVICE_OBSERVED,
		.device_id = result->device_id,
		.observed.because = OBSERVED_RESULT,
		.observed.observation = result->observation,
		.observed.error = result->error,
	};

	if (result->observation)
		registry_watch_interfaces(agent->registry, entry, result->observation);
	return agent_handle(agent, &event);
}

static int on_result(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct agent *agent = userdata;
	struct worker_result result;
	int r = 0;

	while (r >= 0 && workers_take(agent->workers, &result)) {
		struct registered *entry = registry_find_id(agent->registry, result.device_id);

		if (result.because != OBSERVED_RESULT && !result.is_followed)
			agent->looks_pending--;
		if (entry)
			r = result.because == OBSERVED_RESULT ? take_result(agent, entry, &result)
							      : take_look(agent, entry, &result);
		observation_free(result.observation);
	}
	if (r >= 0 && agent->is_scanning && agent->looks_pending == 0)
		r = agent_scan_end(agent);
	return r;
}

static int on_flip(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct agent *agent = userdata;
	struct registered *entry;
	int watch, r;

	while ((r = registry_next_flip(agent->registry, &entry, &watch)) > 0) {
		if (!entry)
			r = watch == agent->parameter_watch ? close_usbcore(agent, false) : 0;
		else if (entry->is_controller)
			r = close_controller(agent, entry, false);
		else
			r = look(agent, entry);
		if (r < 0)
			return r;
	}
	return r == -EOVERFLOW ? agent_scan(agent) : r;
}

int agent_devices_start(struct agent *agent)
{
	int r = registry_new(&agent->registry);

	if (r >= 0)
		r = workers_new(agent->disks_fd, &agent->workers);
	/* Listen first, look then: what comes in between is seen twice, never missed. */
	if (r >= 0)
		r = monitor_new(&agent->monitor);
	if (r >= 0)
		r = agent_watch(agent, monitor_fd(agent->monitor), on_uevent);
	if (r >= 0)
		r = agent_watch(agent, workers_fd(agent->workers), on_result);
	if (r >= 0)
		r = agent_watch_at_most(
			agent, registry_fd(agent->registry), on_flip, FLIPS_A_SECOND);
	if (r >= 0)
		r = close_usbcore(agent, true);
	if (r >= 0)
		r = agent_policy_announce(agent);
	return r < 0 ? r : agent_scan(agent);
}
