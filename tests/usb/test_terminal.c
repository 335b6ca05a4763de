/*
 * The real sekishod and the machine that it runs on: it makes its key once, and a copied disk in
 * another machine has none of it. Usage: test_terminal BUILD_DIR, in the root of the source tree.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/fake_sysfs.h"
#include "tests/usb/daemon.h"
#include "tests/usb/fake_kernel.h"

#define ONE    "4c4c4544-0034-5a10-8047-b7c04f4d3532"
#define OTHER  "4c4c4544-0034-5a10-8047-b7c04f4d3533"
#define UUID   "class/dmi/id/product_uuid"
#define PLACE  "[site]\nsite = tosu\ntier = my-number\nterminal = desk-17\n"
#define SOURCE "source = file:///srv/sekisho\n"

static void start_on(const char *uuid, const char *site)
{
	fake_folder("class/dmi/id");
	fake_text(UUID, uuid);
	daemon_put("etc", "site.ini", site, strlen(site));
	daemon_start();
}

static int setup(void **state)
{
	if (kernel_setup(state) < 0 || daemon_setup(state) < 0)
		return -1;
	kernel_add_controller("usb1");
	return 0;
}

static int teardown(void **state)
{
	return daemon_teardown(state) | kernel_teardown(state);
}

/* /run/sekisho/terminal: "machine HHHH", and "key SHA256:…" or nothing. */
static void read_terminal(char ret_machine[32], char ret_key[80])
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/terminal", daemon_folder("run"));
	file = fopen(path, "re");
	assert_non_null(file);
	ret_key[0] = '\0';
	assert_true(fscanf(file, "machine %31s\nkey %79s\n", ret_machine, ret_key) >= 1);
	fclose(file);
	assert_int_equal(strlen(ret_machine), 16);
}

static void without_a_source_it_has_no_key(void **state)
{
	char machine[32], key[80];

	start_on(ONE, PLACE);
	read_terminal(machine, key);
	assert_string_equal(key, "");
	assert_int_equal(daemon_records("terminal-key-made", NULL), 0);
	daemon_stop();
	assert_false(daemon_has("state", "terminal/sign.key"));
}

static void it_makes_its_key_once(void **state)
{
	char machine[32], key[80], again[80];

	start_on(ONE, PLACE SOURCE);
	read_terminal(machine, key);
	assert_int_equal(strncmp(key, "SHA256:", 7), 0);
	daemon_stop();
	start_on(ONE, PLACE SOURCE);
	read_terminal(machine, again);
	assert_string_equal(key, again);
	daemon_stop();
	assert_int_equal(daemon_records("terminal-key-made", NULL), 1);
	assert_int_equal(daemon_records("terminal-copied", NULL), 0);
}

static void a_copy_in_another_machine_is_another_terminal(void **state)
{
	char machine[32], key[80], other_machine[32], other_key[80];

	start_on(ONE, PLACE SOURCE);
	read_terminal(machine, key);
	daemon_stop();
	for (unsigned start = 1; start <= 2; start++) {
		start_on(OTHER, PLACE SOURCE);
		read_terminal(other_machine, other_key);
		assert_string_not_equal(machine, other_machine);
		assert_string_not_equal(key, other_key);
		daemon_stop();
		assert_int_equal(daemon_records("terminal-copied", NULL), start);
	}
	assert_int_equal(daemon_records("terminal-key-made", NULL), 2);
	assert_true(daemon_has("state", "terminal/sign.key.other"));
}

/* A folder where the fact should be: nobody knows, so nobody loses anything. */
static void a_machine_that_cannot_be_told_guards_on(void **state)
{
	char machine[32], key[80], again[80];

	start_on(ONE, PLACE SOURCE);
	read_terminal(machine, key);
	daemon_stop();
	assert_int_equal(unlink(fake_path(UUID)), 0);
	fake_folder(UUID);
	daemon_start();
	assert_false(daemon_has("run", "terminal"));
	daemon_stop();
	assert_int_equal(rmdir(fake_path(UUID)), 0);
	start_on(ONE, PLACE SOURCE);
	read_terminal(machine, again);
	assert_string_equal(key, again);
	daemon_stop();
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		test(without_a_source_it_has_no_key),
		test(it_makes_its_key_once),
		test(a_copy_in_another_machine_is_another_terminal),
		test(a_machine_that_cannot_be_told_guards_on),
	};

	if (argc != 2) {
		fprintf(stderr, "usage: test_terminal BUILD_DIR\n");
		return 2;
	}
	daemon_is_in(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
