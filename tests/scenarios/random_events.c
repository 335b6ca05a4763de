#include "tests/scenarios/random_events.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/scenarios/random_world.h"

#define EVENTS 300
/* So many alarms without anything else to do are a loop. */
#define ALARMS_MAX 3000

static const struct policy *policy_of(const struct world *world)
{
	return world->policies[world->policy];
}

static bool is_rehearsing(const struct world *world)
{
	const struct policy *policy = policy_of(world);

	return policy->mode == POLICY_REHEARSE &&
	       world->clock_ms + (int64_t)world->now_ms < policy->until * 1000;
}

static uint64_t end_of_rehearsal_ms(const struct world *world)
{
	return (uint64_t)(policy_of(world)->until * 1000 - world->clock_ms);
}

static bool find_view(const struct world *world, size_t i, struct core_device_view *ret)
{
	for (size_t at = 0; core_device_at(world->core, at, ret); at++)
		if (ret->id == world->devices[i].id)
			return true;
	return false;
}

/* --- what the core wants --- */

static void check_plan(struct world *world, size_t i, const struct core_plan *plan)
{
	struct model_device *device = &world->devices[i];
	struct core_device_view view = {};

	if (world->is_scanning)
		complain(world, "an act on %s amid a scan", device->name);
	if (world->is_busy[i])
		complain(world, "a second act on %s", device->name);
	if (is_rehearsing(world) && !plan->authorize)
		complain(world, "%s is shut in a rehearsal", device->name);
	if (!plan->authorize)
		return;
	if (!device->is_probed)
		complain(world, "%s is let in amid the kernel's probe", device->name);
	if (plan->takes_all != is_rehearsing(world))
		complain(world, "%s is let in %s", device->name,
			plan->takes_all ? "whole in earnest" : "by halves in a rehearsal");
	if (!world->is_allow_recorded[i])
		complain(world, "%s is let in without a record", device->name);
	(void)find_view(world, i, &view);
	for (size_t n = 0; n < plan->n_interfaces; n++)
		if (!oracle_lets_in(&world->oracles[i], policy_of(world), view.is_last_input,
			    plan->configuration, plan->interfaces[n]))
			complain(world, "interface %u of %s is let in", plan->interfaces[n],
				device->name);
}

static bool tells_a_verdict(enum record_event event)
{
	return event == RECORD_DEVICE_BLOCKED || event == RECORD_DEVICE_ALLOWED ||
	       event == RECORD_ALERT_LAST_INPUT;
}

static void take_record(struct world *world, const struct record *record)
{
	for (size_t i = 0; i < WORLD_DEVICES; i++) {
		if (strcmp(world->devices[i].port, record->device.name) != 0)
			continue;
		if (tells_a_verdict(record->event) && record->is_rehearsed != is_rehearsing(world))
			complain(world, "the record of %s says the wrong thing of the rehearsal",
				world->devices[i].name);
		if (record->event == RECORD_DEVICE_BLOCKED)
			world->is_allow_recorded[i] = record->is_rehearsed;
		if (record->event == RECORD_DEVICE_ALLOWED ||
			record->event == RECORD_ALERT_LAST_INPUT)
			world->is_allow_recorded[i] = true;
	}
}

static void take_action(struct world *world, const struct core_action *action)
{
	switch (action->kind) {
	case ACTION_RECORD: take_record(world, action->record); break;
	case ACTION_CARRY_OUT:
		for (size_t i = 0; i < WORLD_DEVICES; i++) {
			if (world->devices[i].id != action->plan.device_id)
				continue;
			check_plan(world, i, &action->plan);
			world->is_busy[i] = true;
			world->plans[i] = action->plan;
		}
		break;
	case ACTION_SCAN: world->scan_wanted = true; break;
	case ACTION_TRIAL_BEGAN:
	case ACTION_TRIAL_PASSED:
	case ACTION_TRIAL_FAILED:
	case ACTION_EXEMPTION_STATE:
	case ACTION_EXEMPTION_FORGET:
	case ACTION_MEDIUM_OPEN:
	case ACTION_MEDIUM_DEADLINE:
	case ACTION_MEDIUM_END:
	case ACTION_NONE: break;
	}
}

static void check_last_input(struct world *world)
{
	struct core_device_view view;
	size_t count = 0;

	for (size_t at = 0; core_device_at(world->core, at, &view); at++)
		count += view.is_last_input;
	if (count > 1)
		complain(world, "%zu last input devices", count);
}

static void hand_in(struct world *world, struct core_event *event)
{
	struct core_actions actions = {};

	event->time_ms = world->now_ms;
	event->trusted_ms = world->clock_ms + (int64_t)world->now_ms;
	if (core_handle(world->core, event, &actions, &world->wake_ms) < 0)
		abort();
	for (size_t i = 0; i < actions.count; i++)
		take_action(world, &actions.items[i]);
	core_actions_clear(&actions);
	if (world->wake_ms <= world->now_ms)
		complain(world, "the core asks to be woken in the past");
	check_last_input(world);
}

static void plain(struct world *world, enum core_event_kind kind)
{
	struct core_event event = {.kind = kind};

	hand_in(world, &event);
}

static void observe(struct world *world, size_t i, enum observed_because because, int error)
{
	struct model_device *device = &world->devices[i];
	struct observation observation;
	struct core_event event = {
		.kind = EVENT_DEVICE_OBSERVED,
		.device_id = device->id,
		.observed.because = because,
		.observed.observation = &observation,
		.observed.error = error,
	};

	model_observe(device, &observation);
	/* Pictures of an act that is under way count for nothing. */
	if (because == OBSERVED_RESULT || !world->is_busy[i])
		oracle_see(&world->oracles[i], &observation);
	if (because == OBSERVED_RESULT)
		world->is_busy[i] = false;
	hand_in(world, &event);
}

/* --- what happens --- */

static void plug(struct world *world, size_t i)
{
	struct model_device *device = &world->devices[i];

	if (device->is_plugged)
		return;
	model_plug(device, world->next_id++);
	oracle_reset(&world->oracles[i]);
	world->is_busy[i] = world->is_allow_recorded[i] = false;
	device->is_probed = pick(world, 4);
	if (pick(world, 8) == 0)
		model_authorize(device);
	observe(world, i, OBSERVED_PRESENT, 0);
}

static void probe(struct world *world, size_t i)
{
	if (!world->devices[i].is_plugged || world->devices[i].is_probed)
		return;
	model_probe(&world->devices[i]);
	observe(world, i, OBSERVED_PRESENT, 0);
}

static void unplug(struct world *world, size_t i)
{
	struct core_event event = {.kind = EVENT_DEVICE_REMOVED};

	if (!world->devices[i].is_plugged)
		return;
	event.device_id = world->devices[i].id;
	model_unplug(&world->devices[i]);
	hand_in(world, &event);
}

static void finish_act(struct world *world, size_t i, bool may_fail)
{
	struct model_device *device = &world->devices[i];

	if (!device->is_plugged || !world->is_busy[i])
		return;
	if (!may_fail || pick(world, 4)) {
		model_carry_out(device, &world->plans[i]);
		observe(world, i, OBSERVED_RESULT, 0);
		return;
	}
	if (pick(world, 2))
		model_deauthorize(device);
	else if (pick(world, 2))
		model_authorize(device);
	observe(world, i, OBSERVED_RESULT, pick(world, 3) ? -EIO : -ENODEV);
}

/* Somebody else writes to an authorisation file. */
static void interfere(struct world *world, size_t i)
{
	struct model_device *device = &world->devices[i];
	struct model_interface *interface;

	if (!device->is_plugged)
		return;
	interface = &device->interfaces[pick(world, device->n_interfaces)];
	if (pick(world, 2) && device->is_authorized && interface->configuration == device->active)
		model_set_interface(interface, pick(world, 2));
	else if (pick(world, 2))
		model_authorize(device);
	else
		model_deauthorize(device);
	observe(world, i, OBSERVED_PRESENT, 0);
}

static void give_policy(struct world *world)
{
	struct core_event event = {.kind = EVENT_POLICY};

	event.policy.policy = policy_of(world);
	event.policy.on_trial = pick(world, 2);
	hand_in(world, &event);
}

static void step_scan(struct world *world)
{
	if (world->is_scanning) {
		world->is_scanning = false;
		plain(world, EVENT_SCAN_ENDED);
	} else if (world->scan_wanted) {
		world->scan_wanted = false;
		world->is_scanning = true;
		plain(world, EVENT_SCAN_BEGAN);
	}
}

static void set_clock(struct world *world)
{
	world->clock_ms += (int64_t)pick(world, 200000) - 100000;
	plain(world, EVENT_RESUMED);
}

static void happen(struct world *world)
{
	size_t i = pick(world, WORLD_DEVICES);
	struct core_event keyboards = {.kind = EVENT_OTHER_KEYBOARDS};

	switch (pick(world, 17)) {
	case 0:
	case 1:
	case 2: plug(world, i); break;
	case 3:
	case 4: unplug(world, i); break;
	case 5: interfere(world, i); break;
	case 6:
		world->policy = pick(world, WORLD_POLICIES);
		give_policy(world);
		break;
	case 7:
		world->other_keyboards = pick(world, 4) == 0;
		keyboards.other_keyboards = world->other_keyboards;
		hand_in(world, &keyboards);
		break;
	case 8: plain(world, pick(world, 2) ? EVENT_EVENTS_LOST : EVENT_RESUMED); break;
	case 9:
	case 10: step_scan(world); break;
	case 11:
		probe(world, i);
		if (world->devices[i].is_plugged)
			observe(world, i, OBSERVED_PRESENT, 0);
		break;
	case 12: set_clock(world); break;
	default:
		for (size_t n = 0; n < WORLD_DEVICES; n++)
			if (pick(world, 2))
				finish_act(world, n, true);
		break;
	}
}

/* Time passes, with the core's own alarms in it. */
static void pass(struct world *world, uint64_t ms)
{
	uint64_t until = world->now_ms + ms;
	unsigned alarms = 0;

	while (world->wake_ms <= until && !world->failure[0]) {
		world->now_ms = world->wake_ms;
		plain(world, EVENT_TICK);
		if (++alarms > ALARMS_MAX)
			complain(world, "the core does not come to rest");
	}
	world->now_ms = until;
}

/* --- when the dust has settled --- */

static bool types(const struct model_device *device)
{
	for (size_t i = 0; i < device->n_interfaces; i++)
		if (device->interfaces[i].is_bound && device->interfaces[i].types)
			return true;
	return false;
}

static void come_to_rest(struct world *world)
{
	if (world->is_scanning)
		step_scan(world);
	for (size_t i = 0; i < WORLD_DEVICES; i++)
		probe(world, i);
	/* A new chance for what was given up. */
	give_policy(world);
	for (unsigned round = 0; round < 200; round++) {
		for (size_t i = 0; i < WORLD_DEVICES; i++)
			finish_act(world, i, false);
		pass(world, 1000);
	}
}

static bool stands_open(const struct model_device *device)
{
	for (size_t i = 0; i < device->n_interfaces; i++)
		if (device->interfaces[i].configuration == device->active &&
			!device->interfaces[i].is_authorized)
			return false;
	return device->is_authorized;
}

static void check_rest(struct world *world)
{
	bool somebody_types = world->other_keyboards > 0, somebody_could = false;

	for (size_t i = 0; i < WORLD_DEVICES; i++) {
		struct model_device *device = &world->devices[i];
		struct core_device_view view;

		if (!device->is_plugged)
			continue;
		if (!find_view(world, i, &view)) {
			complain(world, "%s is not known", device->name);
			return;
		}
		if (is_rehearsing(world) && !model_disks_are(device, DISK_ACCESS_WRITE))
			complain(world, "in the end %s is read-only in a rehearsal", device->name);
		if (is_rehearsing(world) && !stands_open(device))
			complain(world, "in the end %s is not let in whole", device->name);
		else if (!is_rehearsing(world) &&
			 !oracle_is_content(
				 &world->oracles[i], policy_of(world), view.is_last_input, device))
			complain(world, "in the end %s is not as the policy says", device->name);
		somebody_types |= types(device);
		somebody_could |= oracle_could_type(&world->oracles[i], device);
	}
	if (somebody_could && !somebody_types)
		complain(world, "in the end nobody can type");
	/* But for the end of the rehearsal. */
	if (world->wake_ms != (is_rehearsing(world) ? end_of_rehearsal_ms(world) : CORE_NEVER))
		complain(world, "in the end the core does not sleep");
}

void random_events(unsigned long seed, char *failure, size_t size)
{
	static struct world world;

	world = (struct world){.seed = seed, .failure = failure, .failure_size = size};
	world_begin(&world);
	give_policy(&world);
	for (world.step = 1; world.step <= EVENTS && !failure[0]; world.step++) {
		pass(&world, pick(&world, 3) ? pick(&world, 50) : pick(&world, 5000));
		happen(&world);
	}
	if (!failure[0]) {
		come_to_rest(&world);
		check_rest(&world);
	}
	world_end(&world);
}
