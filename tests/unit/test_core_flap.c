/* Ports where devices come and go: when they are slowed, for how long, and when they are calm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/core_internal.h"

static struct core_actions actions;

static int setup(void **state)
{
	struct core *core = calloc(1, sizeof(*core));

	*state = core;
	if (core) {
		core->actions = &actions;
		core->now_ms = 1000000;
	}
	return core ? 0 : -1;
}

static int teardown(void **state)
{
	core_actions_clear(&actions);
	free(*state);
	return 0;
}

/* For how long a device that arrives now is held. */
static uint64_t arrive(struct core *core, const char *port)
{
	unsigned arrivals;
	uint64_t held_ms = flap_arrival(core, port, &arrivals);

	return held_ms ? held_ms - core->now_ms : 0;
}

static void arrive_often(struct core *core, const char *port, unsigned times)
{
	for (unsigned i = 0; i < times; i++)
		(void)arrive(core, port);
}

static void the_21st_arrival_within_ten_seconds_is_held(void **state)
{
	struct core *core = *state;

	for (unsigned i = 0; i < FLAP_ARRIVALS_MAX; i++) {
		assert_int_equal(arrive(core, "1-1"), 0);
		core->now_ms += FLAP_WINDOW_MS / FLAP_ARRIVALS_MAX;
	}
	assert_int_equal(arrive(core, "1-1"), 1000);
}

static void slower_arrivals_are_never_held(void **state)
{
	struct core *core = *state;

	for (unsigned i = 0; i < 500; i++) {
		assert_int_equal(arrive(core, "1-1"), 0);
		core->now_ms += FLAP_WINDOW_MS / FLAP_ARRIVALS_MAX + 1;
	}
	assert_int_equal(flap_wake_ms(core), CORE_NEVER);
}

static void each_further_one_is_held_twice_as_long_up_to_30_seconds(void **state)
{
	static const uint64_t holds[] = {1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000};
	struct core *core = *state;

	arrive_often(core, "1-1", FLAP_ARRIVALS_MAX);
	for (size_t i = 0; i < sizeof(holds) / sizeof(holds[0]); i++) {
		assert_int_equal(arrive(core, "1-1"), holds[i]);
		core->now_ms += 20000;
	}
}

static void one_port_slows_no_other(void **state)
{
	struct core *core = *state;

	arrive_often(core, "1-1", 100);
	assert_int_equal(arrive(core, "1-1.1"), 0);
	assert_int_equal(arrive(core, "1-2"), 0);
}

static void a_calm_port_says_how_many_went_unrecorded(void **state)
{
	struct core *core = *state;

	arrive_often(core, "1-1", FLAP_ARRIVALS_MAX + 7);
	assert_int_equal(flap_settle(core), 0);
	assert_int_equal(actions.count, 0);
	core->now_ms = flap_wake_ms(core) - 1;
	assert_int_equal(flap_settle(core), 0);
	assert_int_equal(actions.count, 0);
	core->now_ms++;
	assert_int_equal(flap_settle(core), 0);
	assert_int_equal(actions.count, 1);
	assert_int_equal(actions.items[0].record->event, RECORD_DEVICE_FLAPPING);
	assert_string_equal(actions.items[0].record->device.name, "1-1");
	assert_int_equal(actions.items[0].record->number, 7);
	assert_int_equal(flap_wake_ms(core), CORE_NEVER);
	assert_int_equal(arrive(core, "1-1"), 0);
}

static void fill_with_quiet_ports(struct core *core, unsigned first, unsigned count)
{
	for (unsigned i = first; i < first + count; i++) {
		char name[16];

		snprintf(name, sizeof(name), "9-%u", i);
		core->now_ms++;
		(void)arrive(core, name);
	}
}

/* There is room for 64; the quietest of those that have nothing to say goes. */
static void a_slowed_port_is_not_forgotten_for_quiet_ones(void **state)
{
	struct core *core = *state;

	arrive_often(core, "1-1", FLAP_ARRIVALS_MAX + 3);
	fill_with_quiet_ports(core, 0, 3 * FLAP_PORTS_MAX);
	assert_int_equal(arrive(core, "1-1"), 8000);
	core->now_ms = flap_wake_ms(core);
	assert_int_equal(flap_settle(core), 0);
	assert_int_equal(actions.items[0].record->number, 4);
}

static void the_longest_name_fits(void **state)
{
	struct core *core = *state;
	char name[DEVICE_NAME_MAX + 1];

	memset(name, '1', DEVICE_NAME_MAX);
	name[DEVICE_NAME_MAX] = '\0';
	arrive_often(core, name, FLAP_ARRIVALS_MAX);
	assert_int_equal(arrive(core, name), 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_21st_arrival_within_ten_seconds_is_held),
		TEST(slower_arrivals_are_never_held),
		TEST(each_further_one_is_held_twice_as_long_up_to_30_seconds),
		TEST(one_port_slows_no_other),
		TEST(a_calm_port_says_how_many_went_unrecorded),
		TEST(a_slowed_port_is_not_forgotten_for_quiet_ones),
		TEST(the_longest_name_fits),
	};

	return cmocka_run_group_tests_name("core_flap", tests, NULL, NULL);
}
