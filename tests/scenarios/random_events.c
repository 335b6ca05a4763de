#include "tests/scenarios/random_events.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/scenarios/model.h"
#include "tests/scenarios/oracle.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define EVENTS       300
#define DEVICES_MAX  12
/* So many alarms without anything else to do are a loop. */
#define ALARMS_MAX 3000

static const struct {
	const char *name, *port, *descriptors;
	const char *driver; /* of interface 0; NULL: the usual one */
	bool types, points, other;
} kinds[DEVICES_MAX] = {
	{.name = "stick", .port = "1-1", .descriptors = "0951:1666 08/06/50"},
	{.name = "keyboard", .port = "1-2", .descriptors = "046d:c31c 03/01/01 03/00/00"},
	{.name = "second keyboard", .port = "1-3", .descriptors = "046d:c31d 03/01/01"},
	{.name = "mouse", .port = "2-1", .descriptors = "046d:c077 03/01/02"},
	{.name = "gadget", .port = "2-2", .descriptors = "1d6b:0104 03/01/01 08/06/50"},
	{.name = "two faces",
		.port = "2-3",
		.descriptors = "1d6b:0105 08/06/50 c2 03/01/01 03/01/02"},
	{.name = "false reader",
		.port = "3-1",
		.descriptors = "054c:06c3 ff/00/00",
		.driver = "usb-storage"},
	{.name = "reader", .port = "3-2", .descriptors = "054c:06c3 ff/00/00"},
	{.name = "typing mouse",
		.port = "3-3",
		.descriptors = "046d:c078 03/01/02",
		.driver = "usbhid",
		.types = true,
		.points = true},
	{.name = "false keyboard",
		.port = "3-4",
		.descriptors = "0001:0001 03/01/01",
		.driver = "usbhid",
		.points = true},
	{.name = "buttons",
		.port = "3-5",
		.descriptors = "0764:0501 03/00/00",
		.driver = "usbhid",
		.other = true},
	{.name = "malformed", .port = "3-6", .descriptors = "046d:c31c 03/01/01 c1 08/06/50"},
};

struct world {
	unsigned long seed, state;
	char *failure;
	size_t failure_size;
	unsigned step;

	struct core *core;
	uint64_t now_ms, wake_ms, next_id;
	struct policy *policies[4];
	size_t policy;
	bool is_scanning, scan_wanted;
	size_t other_keyboards;

	struct model_device devices[DEVICES_MAX];
	struct oracle oracles[DEVICES_MAX];
	bool is_busy[DEVICES_MAX];
	bool is_allow_recorded[DEVICES_MAX]; /* the last word about it was no refusal */
	struct core_plan plans[DEVICES_MAX];
};

__attribute__((format(printf, 2, 3))) static void complain(
	struct world *world, const char *format, ...)
{
	va_list arguments;
	int n;

	if (world->failure[0])
		return;
	n = snprintf(world->failure, world->failure_size, "--seed=%lu, event %u: ", world->seed,
		world->step);
	va_start(arguments, format);
	vsnprintf(world->failure + n, world->failure_size - (size_t)n, format, arguments);
	va_end(arguments);
}

/* xorshift64: the same everywhere. */
static unsigned long pick(struct world *world, unsigned long below)
{
	world->state ^= world->state << 13;
	world->state ^= world->state >> 7;
	world->state ^= world->state << 17;
	return world->state % below;
}

static const struct policy *policy_of(const struct world *world)
{
	return world->policies[world->policy];
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
	if (!plan->authorize)
		return;
	if (!world->is_allow_recorded[i])
		complain(world, "%s is let in without a record", device->name);
	(void)find_view(world, i, &view);
	for (size_t n = 0; n < plan->n_interfaces; n++)
		if (!oracle_lets_in(&world->oracles[i], policy_of(world), view.is_last_input,
			    plan->configuration, plan->interfaces[n]))
			complain(world, "interface %u of %s is let in", plan->interfaces[n],
				device->name);
}

static void take_record(struct world *world, const struct record *record)
{
	for (size_t i = 0; i < DEVICES_MAX; i++) {
		if (strcmp(world->devices[i].port, record->device.name) != 0)
			continue;
		if (record->event == RECORD_DEVICE_BLOCKED)
			world->is_allow_recorded[i] = false;
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
		for (size_t i = 0; i < DEVICES_MAX; i++) {
			if (world->devices[i].id != action->plan.device_id)
				continue;
			check_plan(world, i, &action->plan);
			world->is_busy[i] = true;
			world->plans[i] = action->plan;
		}
		break;
	case ACTION_SCAN: world->scan_wanted = true; break;
	case ACTION_TRIAL_PASSED:
	case ACTION_TRIAL_FAILED:
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
	if (pick(world, 8) == 0)
		model_authorize(device);
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
	observe(world, i, OBSERVED_FLIP, 0);
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

static void happen(struct world *world)
{
	size_t i = pick(world, DEVICES_MAX);
	struct core_event keyboards = {.kind = EVENT_OTHER_KEYBOARDS};

	switch (pick(world, 16)) {
	case 0:
	case 1:
	case 2: plug(world, i); break;
	case 3:
	case 4: unplug(world, i); break;
	case 5: interfere(world, i); break;
	case 6:
		world->policy = pick(world, COUNT(world->policies));
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
		if (world->devices[i].is_plugged)
			observe(world, i, pick(world, 2) ? OBSERVED_PRESENT : OBSERVED_FLIP, 0);
		break;
	default:
		for (size_t n = 0; n < DEVICES_MAX; n++)
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
	/* A new chance for what was given up. */
	give_policy(world);
	for (unsigned round = 0; round < 200; round++) {
		for (size_t i = 0; i < DEVICES_MAX; i++)
			finish_act(world, i, false);
		pass(world, 1000);
	}
}

static void check_rest(struct world *world)
{
	bool somebody_types = world->other_keyboards > 0, somebody_could = false;

	for (size_t i = 0; i < DEVICES_MAX; i++) {
		struct model_device *device = &world->devices[i];
		struct core_device_view view;

		if (!device->is_plugged)
			continue;
		if (!find_view(world, i, &view)) {
			complain(world, "%s is not known", device->name);
			return;
		}
		if (!oracle_is_content(
			    &world->oracles[i], policy_of(world), view.is_last_input, device))
			complain(world, "in the end %s is not as the policy says", device->name);
		somebody_types |= types(device);
		somebody_could |= oracle_could_type(&world->oracles[i], device);
	}
	if (somebody_could && !somebody_types)
		complain(world, "in the end nobody can type");
	if (world->wake_ms != CORE_NEVER)
		complain(world, "in the end the core does not sleep");
}

static struct policy *read_policy(const char *name)
{
	static char text[16384];
	struct problems problems = {};
	struct policy *policy;
	char path[256];
	FILE *file;
	size_t size;

	snprintf(path, sizeof(path), "tests/scenarios/policies/%s.ini", name);
	file = fopen(path, "re");
	if (!file)
		abort();
	size = fread(text, 1, sizeof(text), file);
	fclose(file);
	if (policy_parse(text, size, &problems, &policy) < 0)
		abort();
	return policy;
}

static void begin(struct world *world)
{
	static const char *const names[COUNT(world->policies)] = {
		"office-and-reader", "no-keyboards", "sticks", "nothing-at-all"};

	world->state = world->seed * 0x9e3779b97f4a7c15ul + 1;
	world->next_id = 1;
	world->wake_ms = CORE_NEVER;
	world->now_ms = pick(world, 2) ? 0 : pick(world, 1ul << 40);
	if (core_new(&world->core) < 0)
		abort();
	for (size_t i = 0; i < COUNT(names); i++)
		world->policies[i] = read_policy(names[i]);
	for (size_t i = 0; i < DEVICES_MAX; i++) {
		struct model_device *device = &world->devices[i];
		struct model_interface *first;

		model_init(device, kinds[i].name, kinds[i].port, kinds[i].descriptors);
		oracle_init(&world->oracles[i], device);
		if (!kinds[i].driver)
			continue;
		first = &device->interfaces[0];
		snprintf(first->driver, sizeof(first->driver), "%s", kinds[i].driver);
		first->types = kinds[i].types;
		first->points = kinds[i].points;
		first->other = kinds[i].other;
	}
}

static void end(struct world *world)
{
	core_free(world->core);
	for (size_t i = 0; i < COUNT(world->policies); i++)
		policy_free(world->policies[i]);
	for (size_t i = 0; i < DEVICES_MAX; i++) {
		oracle_clear(&world->oracles[i]);
		model_clear(&world->devices[i]);
	}
}

void random_events(unsigned long seed, char *failure, size_t size)
{
	static struct world world;

	world = (struct world){.seed = seed, .failure = failure, .failure_size = size};
	begin(&world);
	give_policy(&world);
	for (world.step = 1; world.step <= EVENTS && !failure[0]; world.step++) {
		pass(&world, pick(&world, 3) ? pick(&world, 50) : pick(&world, 5000));
		happen(&world);
	}
	if (!failure[0]) {
		come_to_rest(&world);
		check_rest(&world);
	}
	end(&world);
}
