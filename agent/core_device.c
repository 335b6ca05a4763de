/*
 * One device in the core: what was observed of it, and the one act that leads from there to what
 * policy wants. Refuses to know other devices.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/core_internal.h"

static uint64_t backoff_ms(unsigned failures)
{
	uint64_t wait = RETRY_FIRST_MS;

	for (unsigned i = 1; i < failures && wait < RETRY_LONGEST_MS; i++)
		wait *= 2;
	return wait < RETRY_LONGEST_MS ? wait : RETRY_LONGEST_MS;
}

static void keep_observation(struct device *device, const struct observation *observation)
{
	device->seen = *observation;
	/* Their owner frees them. */
	device->seen.descriptors = NULL;
	device->seen.descriptors_size = 0;
}

/* The facts hold what matters for the decision; the bytes are for the records. */
static int keep_descriptors(struct device *device, const uint8_t *bytes, size_t size)
{
	uint8_t *copy = NULL;

	if (size > 0 && size <= RECORD_DESCRIPTORS_MAX) {
		copy = malloc(size);
		if (!copy)
			return -ENOMEM;
		memcpy(copy, bytes, size);
	}
	free(device->descriptors);
	device->descriptors = copy;
	device->descriptors_size = size;
	return 0;
}

int device_new(struct core *core, const struct core_event *event, struct device **ret)
{
	const struct observation *observation = event->observed.observation;
	struct device *device = calloc(1, sizeof(*device));
	int r;

	if (!device)
		return -ENOMEM;
	device->id = event->device_id;
	device->arrived_ms = core->now_ms;
	keep_observation(device, observation);
	r = usb_facts_parse(
		observation->descriptors, observation->descriptors_size, &device->facts);
	if (r == 0)
		r = keep_descriptors(
			device, observation->descriptors, observation->descriptors_size);
	if (r == 0)
		r = device_find_out(core, device);
	if (r < 0) {
		device_free(device);
		return r;
	}
	*ret = device;
	return 0;
}

void device_free(struct device *device)
{
	if (!device)
		return;
	usb_facts_free(device->facts);
	free(device->descriptors);
	free(device);
}

int device_record_arrival(struct core *core, struct device *device)
{
	unsigned arrivals;

	device->held_ms = flap_arrival(core, device->seen.name, &arrivals);
	if (arrivals != FLAP_ARRIVALS_MAX + 1)
		return 0;
	struct record *record = core_record(core, RECORD_DEVICE_FLAPPING, device);

	if (!record)
		return -ENOMEM;
	record->number = arrivals;
	return 0;
}

static const struct observed_interface *find_interface(
	const struct observation *seen, uint8_t configuration, uint8_t interface)
{
	for (size_t i = 0; i < seen->n_interfaces; i++)
		if (seen->interfaces[i].configuration == configuration &&
			seen->interfaces[i].interface == interface)
			return &seen->interfaces[i];
	return NULL;
}

/*
 * Whether an authorisation of it is not what it was when we looked last. Interfaces that are gone
 * tell nothing: the kernel takes them away first when a device is pulled out.
 */
static bool is_flipped(const struct device *device, const struct observation *observation)
{
	if (observation->is_authorized != device->seen.is_authorized)
		return true;
	for (size_t i = 0; i < observation->n_interfaces; i++) {
		const struct observed_interface *now = &observation->interfaces[i];
		const struct observed_interface *before =
			find_interface(&device->seen, now->configuration, now->interface);

		if (now->is_authorized != (before && before->is_authorized))
			return true;
	}
	return false;
}

/* The act is over. Counts failures; the device that vanished meanwhile says so by its own event. */
static int take_result(struct core *core, struct device *device, int error)
{
	enum act act = device->act;

	device->act = ACT_NONE;
	device->is_slow = false;
	if (error == 0) {
		if (act == device->failed || act == ACT_ALLOW) {
			device->failed = ACT_NONE;
			device->failures = act == ACT_ALLOW ? 0 : device->failures;
		}
		return 0;
	}
	device->failed = act;
	device->failures++;
	device->retry_ms = core->now_ms + backoff_ms(device->failures);
	/* Gone says so by its own event, changed by the descriptors that come with the result. */
	if (error == -ENODEV || error == -ENOENT || error == -ESTALE)
		return 0;
	struct record *record = core_record(core, RECORD_DEVICE_FAILED, device);

	if (!record)
		return -ENOMEM;
	record->error = -error;
	record->number = device->failures;
	return 0;
}

/* 1 when they are others now, 0, or -ENOMEM. */
static int take_descriptors(
	struct core *core, struct device *device, const struct observation *observation)
{
	struct usb_facts *facts;
	int r;

	if (observation->descriptors_size == 0)
		return 0; /* gone while it was looked at */
	r = usb_facts_parse(observation->descriptors, observation->descriptors_size, &facts);
	if (r < 0)
		return r;
	if (memcmp(facts->sha256, device->facts->sha256, SHA256_SIZE) == 0) {
		usb_facts_free(facts);
		return 0;
	}
	r = keep_descriptors(device, observation->descriptors, observation->descriptors_size);
	if (r < 0) {
		usb_facts_free(facts);
		return r;
	}
	usb_facts_free(device->facts);
	device->facts = facts;
	device->has_changed = true;
	device->n_findings = device->n_keyless = 0; /* they spoke of other interfaces */
	return core_record(core, RECORD_DEVICE_CHANGED, device) ? 1 : -ENOMEM;
}

int device_take_observation(
	struct core *core, struct device *device, const struct core_event *event)
{
	const struct observation *observation = event->observed.observation;
	bool flipped;
	int r = 0, changed;

	if (event->observed.because == OBSERVED_RESULT)
		r = take_result(core, device, event->observed.error);
	else if (device->act != ACT_NONE)
		return 0; /* half-way pictures of our own act */
	if (r < 0 || !observation)
		return r;
	/*
	 * The kernel's events of what a write led to may come before the news that a file was
	 * written to, so it does not matter why we look. What our own act left behind is known.
	 */
	flipped = event->observed.because != OBSERVED_RESULT && is_flipped(device, observation);
	keep_observation(device, observation);
	changed = take_descriptors(core, device, observation);
	if (changed < 0)
		return changed;
	r = device_find_out(core, device);
	if (r == 0 && flipped && !changed && !core->only_watches && device->recorded.any &&
		!device_is_as_wished(device) && !core_record(core, RECORD_TAMPERED, device))
		r = -ENOMEM;
	return r;
}

static int record_decision(struct core *core, struct device *device)
{
	const struct device_decision *decision = &device->decision;
	struct recorded now = {
		.any = true,
		.configuration = decision->configuration,
		.n_interfaces = (uint8_t)decision->n_interfaces,
		.code = (uint8_t)decision->reason.code,
		.is_kept = device_is_kept(device),
		.is_rehearsed = device->is_rehearsed,
	};
	struct record *record;

	for (size_t i = 0; i < decision->n_interfaces; i++) {
		const struct interface_decision *d = &decision->interfaces[i];

		now.interfaces[i].verdict = (uint8_t)d->verdict;
		now.interfaces[i].code = (uint8_t)d->reason.code;
		now.interfaces[i].device_class = (uint8_t)d->device_class;
	}
	if (memcmp(&now, &device->recorded, sizeof(now)) == 0)
		return 0;
	device->recorded = now;
	record = core_record(core,
		now.is_kept                          ? RECORD_ALERT_LAST_INPUT
		: decision->verdict == VERDICT_BLOCK ? RECORD_DEVICE_BLOCKED
						     : RECORD_DEVICE_ALLOWED,
		device);
	if (!record)
		return -ENOMEM;
	for (size_t i = 0; i < decision->n_interfaces && i < RECORD_INTERFACES_MAX; i++) {
		const struct interface_decision *d = &decision->interfaces[i];

		record->interfaces[record->n_interfaces++] = (struct record_interface){
			.configuration = d->configuration,
			.interface = d->interface,
			.device_class = d->device_class,
			.verdict = d->verdict,
			.reason = d->reason,
		};
	}
	return 0;
}

static int ask_for(struct core *core, struct device *device, enum act act)
{
	struct core_action *action = core_action(core, ACTION_CARRY_OUT);
	struct core_plan *plan;

	if (!action)
		return -ENOMEM;
	plan = &action->plan;
	plan->device_id = device->id;
	memcpy(plan->name, device->seen.name, sizeof(plan->name));
	plan->bus = device->seen.bus;
	plan->number = device->seen.number;
	memcpy(plan->descriptors_sha256, device->facts->sha256, SHA256_SIZE);
	plan->authorize = act == ACT_ALLOW;
	plan->takes_all = device->is_rehearsed;
	if (act == ACT_ALLOW)
		plan->access = device_access(device);
	if (act == ACT_ALLOW && !device->is_rehearsed) {
		const struct device_decision *decision = &device->decision;

		plan->configuration = decision->configuration;
		for (size_t i = 0; i < decision->n_interfaces; i++)
			if (decision->interfaces[i].configuration == decision->configuration &&
				decision->interfaces[i].verdict != VERDICT_BLOCK &&
				plan->n_interfaces < OBSERVATION_INTERFACES_MAX)
				plan->interfaces[plan->n_interfaces++] =
					decision->interfaces[i].interface;
	}
	device->act = act;
	device->act_since_ms = core->now_ms;
	return 0;
}

static int say_slow(struct core *core, struct device *device)
{
	struct record *record;

	if (device->is_slow || core->now_ms < device->act_since_ms + ACT_DEADLINE_MS)
		return 0;
	device->is_slow = true;
	record = core_record(core, RECORD_DEVICE_SLOW, device);
	if (!record)
		return -ENOMEM;
	record->number = core->now_ms - device->act_since_ms;
	return 0;
}

/* On a slowed port, still in the kernel's hands, after failures to let it in, or given up. */
static bool has_to_wait(const struct core *core, const struct device *device)
{
	if (core->now_ms < device->held_ms || !device->seen.is_probed)
		return true;
	return device->failures > 0 &&
	       (core->now_ms < device->retry_ms || device->failures > ACT_ATTEMPTS_MAX);
}

/* What is to be done now, given what failed before: shutting never waits for an opening. */
static enum act next_act(const struct core *core, const struct device *device)
{
	enum act act = device->decision.verdict == VERDICT_BLOCK ? ACT_BLOCK : ACT_ALLOW;

	if (device->is_rehearsed)
		return has_to_wait(core, device) ? ACT_NONE : ACT_ALLOW;
	if (act == ACT_ALLOW && has_to_wait(core, device)) {
		/* Until its next chance it is shut, whatever state the failure left it in. */
		if (!device->seen.is_authorized)
			return ACT_NONE;
		act = ACT_BLOCK;
	}
	if (act == ACT_BLOCK && device->failed == ACT_BLOCK && core->now_ms < device->retry_ms)
		return ACT_NONE;
	return act;
}

int device_settle(struct core *core, struct device *device)
{
	enum act act;
	int r = 0;

	if (device->act != ACT_NONE)
		return say_slow(core, device);
	/* A slowed port: counted, not written; what stands open is shut all the same. */
	if (core->now_ms >= device->held_ms)
		r = record_decision(core, device);
	else if (!device->seen.is_authorized)
		return 0;
	if (r < 0 || core->only_watches || device_is_as_wished(device))
		return r;
	/* What another policy says of it waits for the medium to be taken away in order. */
	if (exemptions_hold(core, device))
		return 0;
	act = next_act(core, device);
	return act == ACT_NONE ? 0 : ask_for(core, device, act);
}

uint64_t device_wake_ms(const struct core *core, const struct device *device)
{
	bool is_held = core->now_ms < device->held_ms;
	uint64_t wake = is_held ? device->held_ms : CORE_NEVER;

	if (device->act != ACT_NONE)
		return device->is_slow ? CORE_NEVER : device->act_since_ms + ACT_DEADLINE_MS;
	if (device->failures == 0 || device_is_as_wished(device))
		return wake;
	/* Shut, or left open by a rehearsal, and not the clock's turn: a probe, or for what was
	 * given up a plug or a policy. */
	if ((!device->seen.is_authorized || device->is_rehearsed) &&
		(is_held || !device->seen.is_probed || device->failures > ACT_ATTEMPTS_MAX))
		return wake;
	return device->retry_ms < wake ? device->retry_ms : wake;
}
