#include "tests/scenarios/random_world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/scenarios/materials.h"
#include "tests/unit/chance.h"

/* The "until" of the policies that are rehearsed: 2026-05-01T00:00:00+09:00. */
#define REHEARSED_UNTIL_MS (1777561200ll * 1000)

static const struct {
	const char *name, *port, *descriptors;
	const char *driver; /* of interface 0; NULL: the usual one */
	bool types, points, other;
} kinds[WORLD_DEVICES] = {
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

void complain(struct world *world, const char *format, ...)
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

unsigned long pick(struct world *world, unsigned long below)
{
	return chance_next(&world->state) % below;
}

void world_begin(struct world *world)
{
	static const char *const names[WORLD_POLICIES] = {"office-and-reader", "no-keyboards",
		"sticks", "nothing-at-all", "office-rehearsed", "nothing-rehearsed",
		"read-only-sticks"};

	world->state = world->seed * 0x9e3779b97f4a7c15ul + 1;
	world->next_id = 1;
	world->wake_ms = CORE_NEVER;
	world->now_ms = pick(world, 2) ? 0 : pick(world, 1ul << 40);
	/* Rehearsals end in the middle of it, or have ended, or do not end. */
	world->clock_ms = REHEARSED_UNTIL_MS - (int64_t)pick(world, 1000000) -
			  (int64_t)world->now_ms + 200000;
	if (core_new(&world->core) < 0)
		abort();
	for (size_t i = 0; i < WORLD_POLICIES; i++)
		world->policies[i] = material_policy_needed(names[i]);
	for (size_t i = 0; i < WORLD_DEVICES; i++) {
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

void world_end(struct world *world)
{
	core_free(world->core);
	for (size_t i = 0; i < WORLD_POLICIES; i++)
		policy_free(world->policies[i]);
	for (size_t i = 0; i < WORLD_DEVICES; i++) {
		oracle_clear(&world->oracles[i]);
		model_clear(&world->devices[i]);
	}
}
