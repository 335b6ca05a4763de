/* Which input devices count as keyboards that are no USB devices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "agent/keyboards.h"
#include "tests/unit/fake_sysfs.h"

/* As Linux shows them: the words of the bit map, the lowest last. */
#define ALL_KEYS   "402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe\n"
#define MOUSE_KEYS "1f0000 0 0 0 0\n"
#define FEW_KEYS   "1000000000007 ff9f207ac14057ff febeffdfffefffff 7ffe\n"

static void add_input(unsigned number, const char *bus, const char *keys)
{
	char path[96];

	snprintf(path, sizeof(path), "class/input/input%u/id/bustype", number);
	fake_text(path, bus);
	snprintf(path, sizeof(path), "class/input/input%u/capabilities/key", number);
	fake_text(path, keys);
}

static size_t count(void)
{
	size_t n = 4711;

	assert_int_equal(keyboards_count_others(&n), 0);
	return n;
}

static void each_row_counts_as_it_should(void **state)
{
	static const struct {
		const char *name, *bus, *keys;
		size_t count;
	} rows[] = {
		{"PS/2", "0011\n", ALL_KEYS, 1},
		{"I2C", "0018\n", ALL_KEYS, 1},
		{"SPI", "001c\n", ALL_KEYS, 1},
		{"Bluetooth", "0005\n", ALL_KEYS, 1},
		{"host", "0019\n", ALL_KEYS, 1},
		{"USB", "0003\n", ALL_KEYS, 0},
		{"made up by a program", "0006\n", ALL_KEYS, 0},
		{"PS/2 mouse", "0011\n", MOUSE_KEYS, 0},
		{"PS/2, but no letters", "0011\n", FEW_KEYS, 0},
		{"power button", "0019\n", "8000 10000000000000 0\n", 0},
		{"no keys", "0011\n", "0\n", 0},
		{"nothing", "0011\n", "\n", 0},
		{"rubbish", "rubbish\n", ALL_KEYS, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		add_input(3, rows[i].bus, rows[i].keys);
		if (count() != rows[i].count)
			fail_msg("%s", rows[i].name);
	}
}

static void all_of_them_are_counted(void **state)
{
	add_input(1, "0011\n", ALL_KEYS);
	add_input(20, "0018\n", ALL_KEYS);
	add_input(300, "0003\n", ALL_KEYS);
	fake_text("class/input/event0/id/bustype", "0011\n");
	fake_text("class/input/event0/capabilities/key", ALL_KEYS);
	fake_folder("class/input/input7");
	assert_int_equal(count(), 2);
}

static void without_input_there_is_none(void **state)
{
	assert_int_equal(count(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_sysfs_setup, fake_sysfs_teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(each_row_counts_as_it_should),
		TEST(all_of_them_are_counted),
		TEST(without_input_there_is_none),
	};

	fake_sysfs_start(argv);
	return cmocka_run_group_tests_name("keyboards", tests, NULL, NULL);
}
