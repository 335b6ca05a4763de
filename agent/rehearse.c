#include "agent/rehearse.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-event.h>

#include "agent/core.h"
#include "agent/keyboards.h"
#include "agent/monitor.h"
#include "agent/registry.h"
#include "agent/rehearse_documents.h"
#include "agent/rehearse_line.h"
#include "agent/sysfs.h"
#include "agent/timer.h"
#include "policy/cleanup.h"

/* A flood must not keep the lines that are due waiting. */
#define UEVENTS_AT_ONCE 256

struct rehearsal {
	sd_event *event;
	sd_event_source *wake_source, *line_source;
	const char *path; /* of the policy, borrowed */
	struct rehearse_documents documents;
	struct core *core;
	struct registry *registry;
	struct monitor *monitor;
	struct rehearse_lines lines;
	size_t other_keyboards;
	bool scan_wanted;
};

static uint64_t now_ms(void)
{
	return clock_ms(CLOCK_BOOTTIME);
}

/* --- lines --- */

static void say_due(struct rehearsal *rehearsal, uint64_t until_ms)
{
	char line[REHEARSE_LINE_SIZE];

	while (rehearse_lines_take(&rehearsal->lines, until_ms, line))
		puts(line);
	fflush(stdout);
}

static int arm(struct rehearsal *rehearsal, sd_event_source **source, uint64_t due_ms,
	sd_event_time_handler_t handler)
{
	return timer_set(rehearsal->event, source, CLOCK_BOOTTIME,
		due_ms == UINT64_MAX ? UINT64_MAX : due_ms * 1000, handler, rehearsal);
}

static int on_line(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct rehearsal *rehearsal = userdata;

	say_due(rehearsal, now_ms());
	return arm(rehearsal, &rehearsal->line_source, rehearse_lines_due_ms(&rehearsal->lines),
		on_line);
}

static void take_record(struct rehearsal *rehearsal, const struct record *record)
{
	char line[REHEARSE_LINE_SIZE];

	if (rehearse_describe(record, line) == 0)
		return;
	if (record->event != RECORD_DEVICE_REMOVED &&
		rehearse_lines_add(&rehearsal->lines, record->device.name, line,
			record->boottime_ms + REHEARSE_CALM_MS))
		return;
	/* What it was is said before it is gone. */
	say_due(rehearsal, UINT64_MAX);
	puts(line);
	fflush(stdout);
}

/* --- the core --- */

static int on_wake(sd_event_source *source, uint64_t usec, void *userdata);

static int handle(struct rehearsal *rehearsal, struct core_event *event)
{
	struct core_actions actions = {};
	uint64_t wake_ms;
	int r;

	event->time_ms = now_ms();
	/* As on the day on which everything of the policy is enforced. */
	event->trusted_ms = INT64_MAX;
	r = core_handle(rehearsal->core, event, &actions, &wake_ms);
	for (size_t i = 0; r == 0 && i < actions.count; i++) {
		if (actions.items[i].kind == ACTION_RECORD)
			take_record(rehearsal, actions.items[i].record);
		rehearsal->scan_wanted |= actions.items[i].kind == ACTION_SCAN;
	}
	core_actions_clear(&actions);
	if (r == 0)
		r = arm(rehearsal, &rehearsal->wake_source, wake_ms, on_wake);
	return r < 0 ? r
		     : arm(rehearsal, &rehearsal->line_source,
			       rehearse_lines_due_ms(&rehearsal->lines), on_line);
}

static int on_wake(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct core_event event = {.kind = EVENT_TICK};

	return handle(userdata, &event);
}

/* --- what is plugged in --- */

static int look(struct rehearsal *rehearsal, const struct registered *entry, bool is_listed)
{
	struct core_event event = {.kind = EVENT_DEVICE_OBSERVED, .device_id = entry->id};
	struct observation *seen = NULL;
	int r = sysfs_observe(entry->fd, entry->name, &seen);

	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		if (r != -ENODEV)
			printf("%-7s could not be looked at: %s\n", entry->name, strerror(-r));
		return 0;
	}
	event.observed.observation = seen;
	/* The kernel's own probe is still to come, and says so. */
	r = seen->is_probed || is_listed ? handle(rehearsal, &event) : 0;
	observation_free(seen);
	return r;
}

static int forget(struct rehearsal *rehearsal, struct registered *entry)
{
	struct core_event event = {.kind = EVENT_DEVICE_REMOVED, .device_id = entry->id};
	bool is_controller = entry->is_controller;

	registry_remove(rehearsal->registry, entry);
	return is_controller ? 0 : handle(rehearsal, &event);
}

static int arrive(struct rehearsal *rehearsal, const char *name, bool is_listed)
{
	struct registered *entry = registry_find(rehearsal->registry, name);
	int r;

	if (entry && !registry_is_alive(entry)) {
		r = forget(rehearsal, entry);
		if (r < 0)
			return r;
		entry = NULL;
	}
	if (!entry) {
		r = registry_add(rehearsal->registry, name, &entry);
		if (r < 0)
			return r == -ENODEV ? 0 : r;
	}
	return entry->is_controller ? 0 : look(rehearsal, entry, is_listed);
}

static int count_keyboards(struct rehearsal *rehearsal)
{
	struct core_event event = {.kind = EVENT_OTHER_KEYBOARDS};

	if (keyboards_count_others(&event.other_keyboards) < 0 ||
		event.other_keyboards == rehearsal->other_keyboards)
		return 0;
	rehearsal->other_keyboards = event.other_keyboards;
	return handle(rehearsal, &event);
}

static int found(void *userdata, const char *name)
{
	return arrive(userdata, name, true);
}

static int scan(struct rehearsal *rehearsal)
{
	struct core_event began = {.kind = EVENT_SCAN_BEGAN}, ended = {.kind = EVENT_SCAN_ENDED};
	struct registered *entry;
	int r;

	rehearsal->scan_wanted = false;
	r = handle(rehearsal, &began);
	for (size_t i = 0; r >= 0 && (entry = registry_at(rehearsal->registry, i));) {
		if (registry_is_alive(entry))
			i++;
		else
			r = forget(rehearsal, entry);
	}
	if (r >= 0)
		r = monitor_list(rehearsal->monitor, found, rehearsal);
	if (r >= 0)
		r = count_keyboards(rehearsal);
	return r < 0 ? r : handle(rehearsal, &ended);
}

static int take_uevent(struct rehearsal *rehearsal, const struct uevent *uevent)
{
	struct registered *entry = registry_find(rehearsal->registry, uevent->name);
	int r = 0;

	switch (uevent->kind) {
	case UEVENT_DEVICE_THERE: return arrive(rehearsal, uevent->name, false);
	case UEVENT_DEVICE_REMOVE:
		return entry && !registry_is_alive(entry) ? forget(rehearsal, entry) : 0;
	case UEVENT_INTERFACE:
	case UEVENT_INPUT:
		if (entry && !entry->is_controller)
			r = look(rehearsal, entry, false);
		return r == 0 && uevent->kind == UEVENT_INPUT ? count_keyboards(rehearsal) : r;
	case UEVENT_OTHER: break;
	}
	return 0;
}

static int on_uevent(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct rehearsal *rehearsal = userdata;
	struct uevent uevent;
	int r = 1;

	for (unsigned i = 0; r > 0 && i < UEVENTS_AT_ONCE; i++) {
		r = monitor_receive(rehearsal->monitor, &uevent);
		if (r == -ENOBUFS) {
			rehearsal->scan_wanted = true;
			r = 1;
		} else if (r > 0) {
			int taken = take_uevent(rehearsal, &uevent);

			r = taken < 0 ? taken : 1;
		}
	}
	if (r >= 0 && (rehearsal->scan_wanted || monitor_has_caught_up(rehearsal->monitor)))
		r = scan(rehearsal);
	return r < 0 ? r : 0;
}

/* Somebody, perhaps another guard, let a device in or shut it. */
static int on_flip(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct rehearsal *rehearsal = userdata;
	struct registered *entry;
	int watch, r;

	while ((r = registry_next_flip(rehearsal->registry, &entry, &watch)) > 0) {
		if (entry && !entry->is_controller)
			r = look(rehearsal, entry, false);
		if (r < 0)
			return r;
	}
	return r == -EOVERFLOW ? scan(rehearsal) : r;
}

/* --- beginning and end --- */

static int on_end(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	say_due(userdata, UINT64_MAX);
	return sd_event_exit(sd_event_source_get_event(source), 0);
}

static int watch_fd(struct rehearsal *rehearsal, int fd, sd_event_io_handler_t handler)
{
	sd_event_source *source;
	int r = sd_event_add_io(rehearsal->event, &source, fd, EPOLLIN, handler, rehearsal);

	if (r < 0)
		return r;
	r = sd_event_source_set_exit_on_failure(source, true);
	if (r >= 0)
		r = sd_event_source_set_floating(source, true);
	sd_event_source_unref(source);
	return r;
}

static int start_loop(struct rehearsal *rehearsal)
{
	sigset_t signals;
	int r = sd_event_new(&rehearsal->event);

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	if (r >= 0)
		r = sd_event_add_signal(rehearsal->event, NULL, SIGTERM, on_end, rehearsal);
	if (r >= 0)
		r = sd_event_add_signal(rehearsal->event, NULL, SIGINT, on_end, rehearsal);
	/* Listen first, look then. */
	if (r >= 0)
		r = monitor_new(&rehearsal->monitor);
	if (r >= 0)
		r = registry_new(&rehearsal->registry);
	if (r >= 0)
		r = watch_fd(rehearsal, monitor_fd(rehearsal->monitor), on_uevent);
	return r < 0 ? r : watch_fd(rehearsal, registry_fd(rehearsal->registry), on_flip);
}

static int start_core(struct rehearsal *rehearsal)
{
	struct core_event event = {.kind = EVENT_POLICY};
	struct core_device_view first;
	int r = core_new(&rehearsal->core);

	if (r < 0)
		return r;
	core_only_watch(rehearsal->core);
	event.policy.policy = rehearsal->documents.policy;
	event.policy.media = rehearsal->documents.media;
	r = handle(rehearsal, &event);
	if (r >= 0)
		r = scan(rehearsal);
	if (r >= 0 && !core_device_at(rehearsal->core, 0, &first))
		puts("No USB device is plugged in.");
	if (r >= 0)
		say_due(rehearsal, UINT64_MAX);
	return r;
}

int rehearse_new(const struct rehearse_options *options, struct rehearsal **ret)
{
	CLEANUP(rehearse_free) struct rehearsal *rehearsal = calloc(1, sizeof(*rehearsal));
	int r;

	if (!rehearsal)
		return -ENOMEM;
	r = rehearse_documents_read(options->policy, options->media, &rehearsal->documents);
	if (r < 0)
		return r;
	rehearsal->path = options->policy;
	*ret = TAKE(rehearsal);
	return 0;
}

int rehearse_run(struct rehearsal *rehearsal)
{
	int r;

	r = start_loop(rehearsal);
	if (r >= 0)
		rehearse_documents_introduce(&rehearsal->documents, rehearsal->path);
	if (r >= 0)
		r = start_core(rehearsal);
	if (r >= 0)
		r = sd_event_loop(rehearsal->event);
	if (r < 0)
		fprintf(stderr, "sekishod: it cannot go on: %s\n", strerror(-r));
	return r;
}

void rehearse_free(struct rehearsal **rehearsal)
{
	struct rehearsal *old = *rehearsal;

	if (!old)
		return;
	core_free(old->core);
	registry_free(old->registry);
	monitor_free(old->monitor);
	sd_event_source_unref(old->wake_source);
	sd_event_source_unref(old->line_source);
	sd_event_unref(old->event);
	rehearse_documents_clear(&old->documents);
	free(old);
}
