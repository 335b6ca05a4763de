/*
 * Records as a terminal writes them, of random devices: the core with a policy and a model of the
 * kernel that does what the core plans. For sekisho-admin policy rehearse, which must come to the
 * same verdicts from the records alone.
 *
 * usage: make_records POLICY SEED INSERTIONS, in the root of the source tree; to standard output
 */
#include <err.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/sha.h>

#include "agent/core.h"
#include "policy/media.h"
#include "tests/scenarios/model.h"
#include "tests/unit/chance.h"
#include "tests/unit/media_builder.h"

#define PORTS           8
#define ROUNDS          8 /* of acts, until a device has come to rest */
#define BOOT_INSERTIONS 500
#define START_MS        1777000000000 /* 2026-04-24 */
#define STEP_MS         61000         /* nothing flaps */

struct terminal {
	struct core *core;
	struct policy *policy;
	struct media *media;
	struct model_device devices[PORTS];
	bool is_busy[PORTS];
	struct core_plan plans[PORTS];
	uint64_t now_ms, wake_ms, next_id, sequence, state;
	unsigned boot;
	uint8_t sha256[SHA256_SIZE]; /* of the last line */
};

static struct terminal terminal;

static unsigned below(unsigned limit)
{
	return (unsigned)(chance_next(&terminal.state) >> 33) % limit;
}

/* --- random devices --- */

static void add_interface(char *text, size_t size, bool is_first)
{
	static const char *const classes[] = {"03/01/01", "03/01/02", "03/00/00", "09/00/00",
		"08/06/50", "08/02/50", "07/01/02", "01/01/00", "0b/00/00", "06/01/01", "ff/00/00",
		"ff/42/01", "02/02/01", "0a/00/00", "e0/01/01", "0e/01/00"};
	size_t used = strlen(text);

	snprintf(text + used, size - used, " %s%s", !is_first && below(8) == 0 ? "+" : "",
		classes[below(sizeof(classes) / sizeof(classes[0]))]);
}

static void make_text(char *text, size_t size)
{
	static const char *const ids[] = {
		"0951:1666", "046d:c31c", "054c:06c3", "1d6b:0104", "04a9:1912"};
	unsigned n = 1 + below(3);

	snprintf(text, size, "%s", ids[below(5)]);
	for (unsigned i = 0; i < n; i++)
		add_interface(text, size, i == 0);
	if (below(5))
		return;
	/* A second configuration, sometimes one that nobody can tell from the first. */
	snprintf(text + strlen(text), size - strlen(text), " c%u", below(6) ? 2 : 1);
	add_interface(text, size, true);
}

/* What drivers and report descriptors will show of it is not always what it claims. */
static void make_truth(struct model_interface *interface)
{
	static const char *const drivers[] = {"usb-storage", "usbhid", "cdc_ether", "acme", ""};

	if (below(3))
		return;
	snprintf(interface->driver, sizeof(interface->driver), "%s", drivers[below(5)]);
	interface->types = below(2);
	interface->points = below(2);
	interface->other = below(2);
	interface->has_report = interface->types || interface->points || interface->other;
	interface->n_children = below(3) == 0;
	interface->children[0] = below(2) ? CLASS_USB_STORAGE : CLASS_USB_NETWORK;
}

static void make_device(unsigned port)
{
	struct model_device *device = &terminal.devices[port];
	char text[256], name[16];

	model_clear(device);
	snprintf(name, sizeof(name), "1-%u", port + 1);
	make_text(text, sizeof(text));
	model_init(device, "device", name, text);
	for (size_t i = 0; i < device->n_interfaces; i++)
		make_truth(&device->interfaces[i]);
	/* S1 to S4 are registered, if they are 0951:1666; others have escapes in them, or none. */
	if (below(4))
		snprintf(device->serial, sizeof(device->serial), "%s%u",
			below(4) ? "S" : "\"\\\xe9\x96\xa2", below(8));
}

/* --- the terminal --- */

static void write_record(const struct record *record)
{
	static char line[RECORD_LINE_MAX];
	struct record_link link = {.sequence = ++terminal.sequence};
	int length;

	snprintf(
		link.boot_id, sizeof(link.boot_id), "01234567-89ab-cdef-0123-%012u", terminal.boot);
	memcpy(link.previous_sha256, terminal.sha256, SHA256_SIZE);
	length = record_format(record, &link, line, sizeof(line));
	if (length < 0 || !SHA256((unsigned char *)line, (size_t)length, terminal.sha256) ||
		fwrite(line, 1, (size_t)length, stdout) != (size_t)length)
		err(1, "a record");
}

static void take_plan(const struct core_plan *plan)
{
	for (unsigned i = 0; i < PORTS; i++)
		if (terminal.devices[i].id == plan->device_id) {
			terminal.is_busy[i] = true;
			terminal.plans[i] = *plan;
		}
}

static void hand_in(struct core_event *event)
{
	struct core_actions actions = {};

	event->time_ms = terminal.now_ms;
	event->realtime_ms = (int64_t)(START_MS + terminal.now_ms);
	event->trusted_ms = 0; /* a rehearsal does not end */
	if (core_handle(terminal.core, event, &actions, &terminal.wake_ms) < 0)
		errx(1, "no memory");
	for (size_t i = 0; i < actions.count; i++) {
		if (actions.items[i].kind == ACTION_RECORD)
			write_record(actions.items[i].record);
		else if (actions.items[i].kind == ACTION_CARRY_OUT)
			take_plan(&actions.items[i].plan);
	}
	core_actions_clear(&actions);
}

static void observe(unsigned port, enum observed_because because)
{
	struct observation seen;
	struct core_event event = {.kind = EVENT_DEVICE_OBSERVED,
		.device_id = terminal.devices[port].id,
		.observed.because = because,
		.observed.observation = &seen};

	model_observe(&terminal.devices[port], &seen);
	snprintf(seen.manufacturer, sizeof(seen.manufacturer), "Maker");
	hand_in(&event);
}

static void pass(uint64_t ms)
{
	uint64_t until = terminal.now_ms + ms;

	while (terminal.wake_ms <= until) {
		struct core_event tick = {.kind = EVENT_TICK};

		terminal.now_ms = terminal.wake_ms;
		hand_in(&tick);
	}
	terminal.now_ms = until;
}

static void come_to_rest(void)
{
	for (unsigned round = 0; round < ROUNDS; round++)
		for (unsigned i = 0; i < PORTS; i++) {
			if (!terminal.is_busy[i] || !terminal.devices[i].is_plugged)
				continue;
			terminal.is_busy[i] = false;
			model_carry_out(&terminal.devices[i], &terminal.plans[i]);
			observe(i, OBSERVED_RESULT);
			/* Drivers that come late. */
			observe(i, OBSERVED_PRESENT);
		}
}

static void unplug(unsigned port)
{
	struct core_event removed = {
		.kind = EVENT_DEVICE_REMOVED, .device_id = terminal.devices[port].id};

	if (!terminal.devices[port].is_plugged)
		return;
	model_unplug(&terminal.devices[port]);
	terminal.is_busy[port] = false;
	hand_in(&removed);
}

static void plug(unsigned port)
{
	struct model_device *device = &terminal.devices[port];

	unplug(port);
	make_device(port);
	model_plug(device, terminal.next_id++);
	/* Somebody let it in before, in a configuration of their own. */
	if (below(6) == 0) {
		model_authorize(device);
		model_set_configuration(
			device, device->interfaces[device->n_interfaces - 1].configuration);
	}
	observe(port, OBSERVED_PRESENT);
	come_to_rest();
	pass(STEP_MS);
	come_to_rest();
}

/* Where the policy has exemptions: two for an event window, to read and to write, and who may use
 * them is at the screen. */
static void allow_event(void)
{
	static const enum verdict access[] = {VERDICT_READ_ONLY, VERDICT_ALLOW};
	static struct exemption exemptions[2];
	struct core_exemption items[2] = {};
	struct core_session session = {.id = "1", .uid = 1000, .user = "tanaka", .is_active = true};
	struct core_event states = {.kind = EVENT_EXEMPTION_STATES, .states.boot_id = "boot"};
	struct core_event people = {.kind = EVENT_SESSIONS, .sessions = {&session, 1}};
	struct core_event papers = {.kind = EVENT_EXEMPTIONS, .exemptions = {items, 2}};

	for (unsigned i = 0; i < 2; i++) {
		exemptions[i] = (struct exemption){.header.not_after = INT32_MAX,
			.medium.kind = EXEMPTION_MEDIUM_CLASS,
			.medium.device_class = CLASS_USB_STORAGE,
			.use = {.access = access[i], .duration_s = 1000000},
			.n_users = 1};
		snprintf(exemptions[i].id, sizeof(exemptions[i].id), "E-0000000%u", i);
		snprintf(exemptions[i].users[0], sizeof(exemptions[i].users[0]), "tanaka");
		items[i] = (struct core_exemption){.exemption = &exemptions[i],
			.fault = EXEMPTION_FAULT_NONE,
			.method = EXEMPTION_METHOD_PREPARED};
	}
	hand_in(&states);
	hand_in(&papers);
	hand_in(&people);
}

static void boot(void)
{
	struct core_event began = {.kind = EVENT_SCAN_BEGAN}, ended = {.kind = EVENT_SCAN_ENDED};
	struct core_event policy = {.kind = EVENT_POLICY,
		.policy = {.policy = terminal.policy, .media = terminal.media}};

	for (unsigned i = 0; i < PORTS; i++) {
		if (terminal.devices[i].is_plugged)
			model_unplug(&terminal.devices[i]);
		terminal.is_busy[i] = false;
	}
	core_free(terminal.core);
	if (core_new(&terminal.core) < 0)
		errx(1, "no memory");
	terminal.boot++;
	if (terminal.policy->has_exemption)
		allow_event();
	hand_in(&policy);
	hand_in(&began);
	hand_in(&ended);
}

static struct policy *read_policy(const char *path)
{
	static char text[POLICY_SIZE_MAX];
	struct problems problems = {};
	struct signed_document parts;
	struct policy *policy;
	FILE *file = fopen(path, "re");
	size_t size;

	if (!file)
		err(1, "%s", path);
	size = fread(text, 1, sizeof(text), file);
	fclose(file);
	if (document_split(text, size, &problems, &parts) < 0 ||
		policy_parse(parts.text.bytes, parts.text.size, &problems, &policy) < 0)
		errx(1, "%s has mistakes", path);
	return policy;
}

static struct media *register_media(void)
{
	static struct media_builder builder;
	struct medium media[4];
	struct media *table;

	for (unsigned i = 0; i < 4; i++) {
		char text[32];

		snprintf(text, sizeof(text), "M-%u 0951:1666 S%u", i + 1, i + 1);
		media[i] = media_builder_medium(text);
	}
	media_builder_start(&builder, 1, media, 4);
	table = media_builder_load(&builder);
	media_builder_clear(&builder);
	return table;
}

int main(int argc, char **argv)
{
	unsigned long count = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;

	if (count == 0)
		errx(2, "usage: make_records POLICY SEED INSERTIONS");
	terminal.state = strtoul(argv[2], NULL, 10) * 0x9e3779b97f4a7c15ul + 1;
	terminal.next_id = 1;
	terminal.wake_ms = CORE_NEVER;
	terminal.policy = read_policy(argv[1]);
	terminal.media = register_media();
	for (unsigned long i = 0; i < count; i++) {
		if (i % BOOT_INSERTIONS == 0)
			boot();
		if (below(20) == 0) {
			struct core_event keyboards = {
				.kind = EVENT_OTHER_KEYBOARDS, .other_keyboards = below(2)};

			hand_in(&keyboards);
		}
		plug(below(PORTS));
	}
	core_free(terminal.core);
	policy_free(terminal.policy);
	media_free(terminal.media);
	for (unsigned i = 0; i < PORTS; i++)
		model_clear(&terminal.devices[i]);
	return fclose(stdout) == 0 ? 0 : 1;
}
