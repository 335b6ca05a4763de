/*
 * The door of the core: takes an event, keeps the list of devices, and lets the parts decide what
 * follows. Refuses to know how a device is judged (core_device.c), who can type (core_input.c) and
 * what flapping is (core_flap.c).
 */
#include "agent/core.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/core_exemption.h"

void core_actions_clear(struct core_actions *actions)
{
	for (size_t i = 0; i < actions->count; i++)
		if (actions->items[i].kind == ACTION_RECORD)
			free(actions->items[i].record);
	free(actions->items);
	*actions = (struct core_actions){};
}

struct core_action *core_action(struct core *core, enum core_action_kind kind)
{
	struct core_actions *actions = core->actions;

	if (actions->count == actions->allocated) {
		size_t allocated = actions->allocated ? 2 * actions->allocated : 8;
		struct core_action *items = reallocarray(actions->items, allocated, sizeof(*items));

		if (!items)
			return NULL;
		actions->items = items;
		actions->allocated = allocated;
	}
	struct core_action *action = &actions->items[actions->count++];

	memset(action, 0, sizeof(*action));
	action->kind = kind;
	return action;
}

static void describe_device(const struct device *device, struct record_device *ret)
{
	const struct observation *seen = &device->seen;

	memcpy(ret->name, seen->name, sizeof(ret->name));
	ret->vendor = device->facts->vendor;
	ret->product = device->facts->product;
	ret->bus = seen->bus;
	ret->number = seen->number;
	memcpy(ret->manufacturer, seen->manufacturer, sizeof(ret->manufacturer));
	memcpy(ret->model, seen->model, sizeof(ret->model));
	memcpy(ret->serial, seen->serial, sizeof(ret->serial));
	memcpy(ret->descriptors_sha256, device->facts->sha256, SHA256_SIZE);
	memcpy(ret->medium, device->medium.number, sizeof(ret->medium));
}

/* The bytes stand behind the record, because the device may go before it is written. */
static void describe_judged(const struct device *device, struct record *record)
{
	uint8_t *copy = (uint8_t *)(record + 1);

	record->active_configuration = device->seen.active_configuration;
	memcpy(record->findings, device->findings, device->n_findings * sizeof(*record->findings));
	record->n_findings = device->n_findings;
	record->descriptors_size = device->descriptors_size;
	if (!device->descriptors)
		return;
	memcpy(copy, device->descriptors, device->descriptors_size);
	record->descriptors = copy;
}

struct record *core_record(struct core *core, enum record_event event, const struct device *device)
{
	bool tells = device && record_event_is_judgement(event);
	size_t behind = tells && device->descriptors ? device->descriptors_size : 0;

	return core_record_and(core, event, device, behind);
}

struct record *core_record_and(
	struct core *core, enum record_event event, const struct device *device, size_t behind)
{
	bool tells = device && record_event_is_judgement(event);
	struct record *record = calloc(1, sizeof(*record) + behind);
	struct core_action *action = record ? core_action(core, ACTION_RECORD) : NULL;

	if (!action) {
		free(record);
		return NULL;
	}
	action->record = record;
	record->event = event;
	record->realtime_ms = core->realtime_ms;
	record->boottime_ms = core->now_ms;
	if (core->policy) {
		record->policy_serial = core->policy->header.serial;
		memcpy(record->policy_sha256, core->policy_sha256, SHA256_SIZE);
	}
	if (device) {
		describe_device(device, &record->device);
		record->device_class = device->decision.device_class;
		record->verdict = device->decision.verdict;
		record->reason = device->decision.reason;
		record->is_rehearsed = device->is_rehearsed;
	}
	if (tells)
		describe_judged(device, record);
	return record;
}

struct device *core_find_device(const struct core *core, uint64_t id)
{
	for (size_t i = 0; i < core->n_devices; i++)
		if (core->devices[i]->id == id)
			return core->devices[i];
	return NULL;
}

int core_new(struct core **ret)
{
	struct core *core = calloc(1, sizeof(*core));

	if (!core)
		return -ENOMEM;
	*ret = core;
	return 0;
}

void core_only_watch(struct core *core)
{
	core->only_watches = true;
}

bool core_is_rehearsing(const struct core *core)
{
	return core->is_rehearsing;
}

void core_free(struct core *core)
{
	if (!core)
		return;
	for (size_t i = 0; i < core->n_devices; i++)
		device_free(core->devices[i]);
	free(core->devices);
	exemptions_free(core);
	free(core);
}

static int take_observed(struct core *core, const struct core_event *event)
{
	struct device *device = core_find_device(core, event->device_id);
	int r;

	if (device)
		return device_take_observation(core, device, event);
	if (event->observed.because == OBSERVED_RESULT)
		return 0; /* removed while the act was under way */
	if (core->n_devices == core->allocated) {
		size_t allocated = core->allocated ? 2 * core->allocated : 16;
		struct device **devices =
			reallocarray(core->devices, allocated, sizeof(*core->devices));

		if (!devices)
			return -ENOMEM;
		core->devices = devices;
		core->allocated = allocated;
	}
	r = device_new(core, event, &device);
	if (r < 0)
		return r;
	core->devices[core->n_devices++] = device;
	return device_record_arrival(core, device);
}

static int take_removed(struct core *core, uint64_t id)
{
	for (size_t i = 0; i < core->n_devices; i++) {
		struct device *device = core->devices[i];

		if (device->id != id)
			continue;
		/* Who was never judged, at a slowed port, is in that port's count. */
		if (device->recorded.any && !core_record(core, RECORD_DEVICE_REMOVED, device))
			return -ENOMEM;
		if (exemptions_lose_device(core, device) < 0)
			return -ENOMEM;
		device_free(device);
		memmove(&core->devices[i], &core->devices[i + 1],
			(core->n_devices - i - 1) * sizeof(*core->devices));
		core->n_devices--;
		return 0;
	}
	return 0;
}

static int take_open_controller(struct core *core, const struct core_event *event)
{
	struct record *record = core_record(
		core, event->controller.is_new ? RECORD_CONTROLLER_CLOSED : RECORD_TAMPERED, NULL);

	if (!record)
		return -ENOMEM;
	memcpy(record->device.name, event->controller.name, sizeof(record->device.name));
	return 0;
}

void core_forget_failures(struct core *core)
{
	for (size_t i = 0; i < core->n_devices; i++) {
		core->devices[i]->failures = 0;
		core->devices[i]->retry_ms = 0;
		core->devices[i]->failed = ACT_NONE;
	}
}

static int take_policy(struct core *core, const struct core_event *event)
{
	core->policy = event->policy.policy;
	core->media = event->policy.media;
	memcpy(core->policy_sha256, event->policy.sha256, SHA256_SIZE);
	core->is_rehearsing = false;
	core_forget_failures(core);
	if (event->policy.on_trial)
		return trial_start(core, event->policy.could_type);
	core->trial.is_running = false;
	return 0;
}

static int take_list(struct core *core)
{
	core->is_scanning = false;
	if (core->has_scanned)
		return 0;
	core->has_scanned = true;
	return trial_take_list(core);
}

static int take(struct core *core, const struct core_event *event)
{
	switch (event->kind) {
	case EVENT_SCAN_BEGAN: core->is_scanning = true; return 0;
	case EVENT_SCAN_ENDED: return take_list(core);
	case EVENT_DEVICE_OBSERVED: return take_observed(core, event);
	case EVENT_DEVICE_REMOVED: return take_removed(core, event->device_id);
	case EVENT_CONTROLLER_OPEN: return take_open_controller(core, event);
	case EVENT_EVENTS_LOST:
		if (!core_record(core, RECORD_EVENTS_LOST, NULL))
			return -ENOMEM;
		return core_action(core, ACTION_SCAN) ? 0 : -ENOMEM;
	case EVENT_RESUMED: return core_action(core, ACTION_SCAN) ? 0 : -ENOMEM;
	case EVENT_OTHER_KEYBOARDS: core->other_keyboards = event->other_keyboards; return 0;
	case EVENT_POLICY: return take_policy(core, event);
	case EVENT_MEDIA: core->media = event->media; return 0;
	case EVENT_EXEMPTION_STATES:
	case EVENT_EXEMPTIONS:
	case EVENT_SESSIONS:
	case EVENT_NEWS:
	case EVENT_MEDIUM:
	case EVENT_EXEMPTION_COMMAND: return exemptions_take(core, event);
	case EVENT_TICK:
	case EVENT_NONE: return 0;
	}
	return 0;
}

/* Judges and settles everything. Cheap enough for every event: a decision is a few microseconds. */
static int settle(struct core *core)
{
	int r;

	for (size_t i = 0; i < core->n_devices; i++)
		device_find_medium(core, core->devices[i]);
	r = exemptions_settle(core);
	for (size_t i = 0; i < core->n_devices; i++)
		device_judge(core, core->devices[i]);
	core_choose_last_input(core);
	for (size_t i = 0; r == 0 && i < core->n_devices; i++)
		r = device_settle(core, core->devices[i]);
	if (r == 0)
		r = exemptions_follow(core);
	if (r == 0)
		r = trial_check(core);
	if (r == 0)
		r = flap_settle(core);
	return r;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

int core_handle(struct core *core, const struct core_event *event, struct core_actions *actions,
	uint64_t *ret_wake_ms)
{
	uint64_t wake = CORE_NEVER;
	int r;

	core->now_ms = event->time_ms;
	core->realtime_ms = event->realtime_ms;
	core->trusted_ms = event->trusted_ms;
	core->floor_s = event->floor_s;
	core->actions = actions;
	r = take(core, event);
	if (r == 0 && core->policy)
		r = rehearsal_check(core);
	/* While a list is being read, half of it must not look like the whole. */
	if (r == 0 && core->policy && !core->is_scanning) {
		r = settle(core);
		wake = rehearsal_wake_ms(core);
		for (size_t i = 0; i < core->n_devices; i++)
			wake = earlier(wake, device_wake_ms(core, core->devices[i]));
		wake = earlier(wake, earlier(input_wake_ms(core), flap_wake_ms(core)));
		wake = earlier(wake, exemptions_wake_ms(core));
	}
	core->actions = NULL;
	if (r < 0)
		return r;
	*ret_wake_ms = wake;
	return 0;
}

static enum core_device_state device_state(const struct core *core, const struct device *device)
{
	if (device->act != ACT_NONE)
		return DEVICE_BUSY;
	if (device->held_ms > core->now_ms)
		return DEVICE_SLOWED;
	return device->failures > 0 && !device_is_as_wished(device) ? DEVICE_RETRYING
								    : DEVICE_SETTLED;
}

bool core_device_at(const struct core *core, size_t index, struct core_device_view *ret)
{
	if (index >= core->n_devices)
		return false;
	const struct device *device = core->devices[index];

	*ret = (struct core_device_view){
		.id = device->id,
		.observation = &device->seen,
		.facts = device->facts,
		.decision = &device->decision,
		.medium = device->medium.number,
		.state = device_state(core, device),
		.is_last_input = device_is_kept(device),
	};
	return true;
}
