/*
 * The real sekishod with a fake kernel: what it writes to sysfs, what the kernel makes of it, and
 * what it writes down. Usage: test_usb BUILD_DIR, in the root of the source tree.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "policy/timestamp.h"
#include "tests/unit/fake_sysfs.h"
#include "tests/unit/fixture.h"
#include "tests/unit/policy_signer.h"
#include "tests/usb/daemon.h"
#include "tests/usb/fake_kernel.h"

static struct signed_policy no_keyboards;

static int setup(void **state)
{
	if (kernel_setup(state) < 0 || daemon_setup(state) < 0)
		return -1;
	kernel_add_controller("usb1");
	kernel_add_controller("usb2");
	return 0;
}

static int teardown(void **state)
{
	return daemon_teardown(state) | kernel_teardown(state);
}

/* In which something wrong would happen, if it did. */
static void give_it_time(void)
{
	for (unsigned i = 0; i < 25; i++)
		daemon_wait_a_moment();
}

/* sekishod wrote that it refused it, and the kernel never let anything of it in. */
#define assert_refused(device) \
	do { \
		WAIT_FOR(daemon_records("device-blocked", device) > 0); \
		assert_false(kernel_is_open(device)); \
		assert_int_equal(kernel_writes(device), 0); \
		assert_false(kernel_was_dangerous(device)); \
	} while (false)

static void a_stick_is_refused_and_a_keyboard_works(void **state)
{
	daemon_start();
	kernel_plug_stick("1-1");
	kernel_plug_keyboard("1-2");
	WAIT_FOR(kernel_has_driver("1-2", 1, 0, "usbhid"));
	assert_int_equal(daemon_records("device-allowed", "1-2"), 1);
	/* Not by the kernel's own probe, after us, once more. */
	assert_int_equal(kernel_configured("1-2"), 1);
	assert_refused("1-1");
	daemon_stop();
	assert_int_equal(daemon_records("stopped", NULL), 1);
	assert_int_equal(daemon_records("tampered", NULL), 0);
}

static void what_was_there_before_is_judged_at_start(void **state)
{
	/* The controllers stood open: the stick was let in by the kernel itself. */
	kernel_plug_stick("1-1");
	kernel_plug_keyboard("2-1");
	assert_true(kernel_was_dangerous("1-1"));
	daemon_start();
	WAIT_FOR(!kernel_is_open("1-1"));
	WAIT_FOR(daemon_records("device-allowed", "2-1") == 1);
	assert_true(kernel_has_driver("2-1", 1, 0, "usbhid"));
	assert_int_equal(daemon_records("controller-closed", NULL), 3);
	assert_string_equal(kernel_read("usb1", "authorized_default"), "0");
	assert_string_equal(kernel_read("usb1", "interface_authorized_default"), "0");
	daemon_stop();
	/* It goes on standing open for nobody. */
	assert_string_equal(kernel_read("usb1", "authorized_default"), "0");
	assert_true(kernel_is_open("2-1"));
}

static void a_composite_device_is_split(void **state)
{
	daemon_start();
	kernel_plug(&(struct kernel_device){
		.name = "1-1", .descriptors = "1d6b:0104 08/06/50 03/01/01"});
	WAIT_FOR(kernel_has_driver("1-1", 1, 1, "usbhid"));
	assert_true(kernel_interface_is_open("1-1", 1, 1));
	assert_false(kernel_interface_is_open("1-1", 1, 0));
	assert_false(kernel_was_dangerous("1-1"));
	daemon_stop();
}

static void a_disk_in_another_configuration_is_never_set(void **state)
{
	daemon_start();
	kernel_plug(&(struct kernel_device){
		.name = "1-1", .descriptors = "1d6b:0104 03/01/01 c2 08/06/50", .picks = 2});
	kernel_plug(&(struct kernel_device){
		.name = "1-2", .descriptors = "1d6b:0104 0b/00/00 c2 08/06/50", .picks = 2});
	WAIT_FOR(kernel_has_driver("1-1", 1, 0, "usbhid"));
	assert_string_equal(kernel_read("1-1", "bConfigurationValue"), "1");
	assert_false(kernel_was_dangerous("1-1"));
	assert_refused("1-2");
	daemon_stop();
}

/* Linux opens the interfaces of a controller that comes, whatever its parameter says. */
static void a_dock_brings_its_own_controller(void **state)
{
	daemon_start();
	kernel_add_controller("usb3");
	kernel_plug_stick("3-1");
	kernel_plug_keyboard("3-2");
	WAIT_FOR(kernel_has_driver("3-2", 1, 0, "usbhid"));
	assert_refused("3-1");
	assert_string_equal(kernel_read("usb3", "authorized_default"), "0");
	assert_string_equal(kernel_read("usb3", "interface_authorized_default"), "0");
	daemon_stop();
}

static void whoever_opens_a_port_is_undone_and_written_down(void **state)
{
	daemon_start();
	kernel_plug_stick("1-1");
	kernel_plug(&(struct kernel_device){
		.name = "1-2", .descriptors = "1d6b:0104 03/01/01 08/06/50"});
	WAIT_FOR(daemon_records("device-blocked", "1-1") == 1);
	WAIT_FOR(kernel_has_driver("1-2", 1, 0, "usbhid"));
	kernel_write("1-1", "authorized", "1");
	WAIT_FOR(!kernel_is_open("1-1"));
	WAIT_FOR(daemon_records("tampered", "1-1") == 1);
	kernel_write("1-2", "1-2:1.1/authorized", "1");
	WAIT_FOR(!kernel_interface_is_open("1-2", 1, 1));
	WAIT_FOR(daemon_records("tampered", "1-2") == 1);
	kernel_write("usb1", "authorized_default", "1");
	WAIT_FOR(kernel_read("usb1", "authorized_default")[0] == '0');
	WAIT_FOR(daemon_records("tampered", "usb1") == 1);
	kernel_write("1-2", "authorized", "0");
	WAIT_FOR(kernel_has_driver("1-2", 1, 0, "usbhid"));
	assert_false(kernel_was_dangerous("1-1") || kernel_was_dangerous("1-2"));
	daemon_stop();
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void who_opens_the_ports_again_and_again_fills_no_disk_with_records(void **state)
{
	static const char parameter[] = "module/usbcore/parameters/authorized_default";
	double began;

	daemon_start();
	began = seconds_now();
	while (seconds_now() - began < 3)
		fake_text(parameter, "1\n");
	assert_in_range(
		daemon_records("tampered", "usbcore"), 2, 100 * (seconds_now() - began + 1));
	fake_text(parameter, "1\n");
	WAIT_FOR(fake_read(parameter)[0] == '0');
	kernel_plug_stick("1-1");
	assert_refused("1-1");
	daemon_stop();
}

static void a_new_start_touches_no_device(void **state)
{
	unsigned writes;

	daemon_start();
	kernel_plug_stick("1-1");
	kernel_plug_keyboard("1-2");
	WAIT_FOR(kernel_has_driver("1-2", 1, 0, "usbhid"));
	WAIT_FOR(daemon_records("device-blocked", "1-1") == 1);
	writes = kernel_writes("1-2");
	daemon_stop();
	daemon_start();
	WAIT_FOR(daemon_records("device-allowed", "1-2") == 2);
	WAIT_FOR(daemon_records("device-blocked", "1-1") == 2);
	daemon_stop();
	assert_int_equal(kernel_writes("1-2"), writes);
	assert_int_equal(kernel_writes("1-1"), 0);
}

static void killed_it_leaves_the_ports_shut(void **state)
{
	daemon_start();
	kernel_plug_keyboard("1-2");
	WAIT_FOR(kernel_has_driver("1-2", 1, 0, "usbhid"));
	daemon_kill();
	kernel_plug_stick("1-1");
	kernel_plug_keyboard("1-3");
	assert_false(kernel_is_open("1-1"));
	assert_true(kernel_has_driver("1-2", 1, 0, "usbhid"));
	daemon_start();
	WAIT_FOR(kernel_has_driver("1-3", 1, 0, "usbhid"));
	assert_refused("1-1");
	daemon_stop();
}

static void a_hundred_devices_at_once(void **state)
{
	static char names[100][16];

	kernel_add_controller("usb3");
	daemon_start();
	for (size_t i = 0; i < 100; i++) {
		snprintf(names[i], sizeof(names[i]), "%zu-%zu", i % 3 + 1, i + 1);
		if (i % 2)
			kernel_plug_keyboard(names[i]);
		else
			kernel_plug_stick(names[i]);
	}
	for (size_t i = 0; i < 100; i++) {
		if (i % 2)
			WAIT_FOR(kernel_has_driver(names[i], 1, 0, "usbhid"));
		else
			assert_refused(names[i]);
	}
	daemon_stop();
	assert_int_equal(daemon_records("device-allowed", NULL), 50);
	assert_int_equal(daemon_records("device-blocked", NULL), 50);
	assert_int_equal(daemon_records("tampered", NULL), 0);
}

static void a_device_that_stalls_delays_only_its_controller(void **state)
{
	/* A first run shuts the controllers, so that it waits for the second one. */
	daemon_start();
	daemon_stop();
	kernel_plug_keyboard("1-2");
	kernel_stall("1-2");
	daemon_start();
	kernel_plug_keyboard("2-1");
	kernel_plug_stick("2-2");
	WAIT_FOR(kernel_has_driver("2-1", 1, 0, "usbhid"));
	assert_refused("2-2");
	assert_false(kernel_is_open("1-2"));
	kernel_release("1-2");
	WAIT_FOR(kernel_has_driver("1-2", 1, 0, "usbhid"));
	daemon_stop();
}

static void a_failure_is_shut_at_once_and_tried_again(void **state)
{
	daemon_start();
	daemon_stop();
	kernel_plug_keyboard("1-1");
	kernel_fail("1-1", 1);
	daemon_start();
	WAIT_FOR(daemon_records("device-failed", "1-1") == 1);
	WAIT_FOR(kernel_has_driver("1-1", 1, 0, "usbhid"));
	assert_int_equal(daemon_records("tampered", NULL), 0);
	daemon_stop();
}

static void a_reader_that_becomes_a_disk_is_shut(void **state)
{
	daemon_start();
	kernel_plug(&(struct kernel_device){.name = "1-1",
		.descriptors = "054c:06c3 0b/00/00",
		.drivers = {{1, 0, "acme", "host7", "scsi"}}});
	WAIT_FOR(daemon_records("device-disguised", "1-1") == 1);
	WAIT_FOR(!kernel_is_open("1-1"));
	WAIT_FOR(daemon_records("device-blocked", "1-1") == 1);
	daemon_stop();
}

/* usb-storage would take this one, because it knows the VID:PID; nobody asks it to. */
static void a_stick_that_calls_itself_input_gets_no_disk(void **state)
{
	daemon_start();
	kernel_plug(&(struct kernel_device){.name = "1-1",
		.descriptors = "4971:1012 03/06/50",
		.drivers = {{1, 0, "usb-storage", "host7", "scsi"}}});
	WAIT_FOR(kernel_interface_is_open("1-1", 1, 0));
	kernel_plug_keyboard("1-2");
	WAIT_FOR(kernel_has_driver("1-2", 1, 0, "usbhid"));
	assert_false(kernel_was_dangerous("1-1"));
	daemon_stop();
}

static void a_device_that_changes_when_it_is_let_in_is_judged_anew(void **state)
{
	daemon_start();
	daemon_stop();
	kernel_plug_keyboard("1-1");
	kernel_lie_later("1-1", "0951:1666 08/06/50");
	daemon_start();
	WAIT_FOR(daemon_records("device-blocked", "1-1") == 1);
	assert_int_equal(daemon_records("device-changed", "1-1"), 1);
	WAIT_FOR(!kernel_is_open("1-1"));
	assert_false(kernel_was_dangerous("1-1"));
	daemon_stop();
}

static void another_device_in_the_same_port_is_another_device(void **state)
{
	daemon_start();
	for (unsigned i = 1; i <= 10; i++) {
		kernel_plug_keyboard("1-1");
		WAIT_FOR(kernel_has_driver("1-1", 1, 0, "usbhid"));
		kernel_unplug("1-1");
		kernel_plug_stick("1-1");
		assert_false(kernel_is_open("1-1"));
		WAIT_FOR(daemon_records("device-blocked", "1-1") == i);
		assert_false(kernel_is_open("1-1"));
		kernel_unplug("1-1");
	}
	WAIT_FOR(daemon_records("device-removed", "1-1") == 20);
	daemon_stop();
	assert_int_equal(daemon_records("tampered", NULL), 0);
}

/* The removal was not heard of before the next one came. */
static void a_name_that_is_taken_over_unheard_is_another_device(void **state)
{
	daemon_start();
	kernel_plug_keyboard("1-1");
	WAIT_FOR(kernel_has_driver("1-1", 1, 0, "usbhid"));
	kernel_unplug_unheard("1-1");
	kernel_plug_stick("1-1");
	WAIT_FOR(daemon_records("device-blocked", "1-1") == 1);
	assert_false(kernel_is_open("1-1") || kernel_was_dangerous("1-1"));
	assert_int_equal(daemon_records("device-removed", "1-1"), 1);
	daemon_stop();
}

static void put_root(void)
{
	static const char site[] = "[site]\nsite = tosu\ntier = my-number\n";
	struct fixture root = fixture_read("documents/root.ini");

	daemon_put("etc", "root.ini", root.bytes, root.size);
	daemon_put("etc", "site.ini", site, sizeof(site) - 1);
	free(root.bytes);
}

/* Else whoever stops it each minute stops the time of a flat battery. */
static void a_stop_stores_the_floor_of_time(void **state)
{
	put_root();
	daemon_start();
	assert_false(daemon_has("state", "time"));
	daemon_stop();
	assert_true(daemon_has("state", "time"));
}

static void the_floor_is_stored_again_and_again(void)
{
	put_root();
	setenv("FAST_CLOCK", "200", 1);
	daemon_start();
	for (unsigned i = 0; i < 3; i++) {
		WAIT_FOR(daemon_has("state", "time"));
		daemon_remove("state", "time");
	}
	unsetenv("FAST_CLOCK");
	daemon_stop();
}

/* It waits for a wake-up that comes anyway, and must come all the same. */
static void each_minute_the_floor_of_time_is_stored(void **state)
{
	setenv("WATCHDOG_USEC", "30000000", 1);
	the_floor_is_stored_again_and_again();
	unsetenv("WATCHDOG_USEC");
}

static void without_a_watchdog_the_floor_of_time_is_stored_too(void **state)
{
	the_floor_is_stored_again_and_again();
}

static void put_no_keyboards(void)
{
	put_root();
	daemon_put("state", "policy.ini", no_keyboards.bytes, no_keyboards.size);
	daemon_put("state", "policy.last-good.ini", no_keyboards.bytes, no_keyboards.size);
}

static void a_policy_that_refuses_every_keyboard_leaves_the_last_one(void **state)
{
	kernel_plug(&(struct kernel_device){
		.name = "1-1", .descriptors = "046d:c31c 03/01/01 08/06/50"});
	put_no_keyboards();
	daemon_start();
	/* The initramfs had let it in, disk and all: the keyboard stays, the disk goes. */
	WAIT_FOR(daemon_records("alert-last-input", "1-1") == 1);
	WAIT_FOR(!kernel_interface_is_open("1-1", 1, 1));
	assert_true(kernel_interface_is_open("1-1", 1, 0));
	kernel_plug_keyboard("1-2");
	WAIT_FOR(daemon_records("device-blocked", "1-2") == 1);
	assert_false(kernel_is_open("1-2"));
	kernel_unplug("1-1");
	WAIT_FOR(kernel_has_driver("1-2", 1, 0, "usbhid"));
	assert_int_equal(daemon_records("alert-last-input", "1-2"), 1);
	daemon_stop();
}

/* Linux 6.1 shows no report descriptor before a HID driver, perhaps a module, has probed. */
static void a_keyboard_whose_driver_comes_late_is_kept(void **state)
{
	put_no_keyboards();
	daemon_start();
	kernel_plug(&(struct kernel_device){
		.name = "1-1", .descriptors = "046d:c31c 03/01/01", .is_hid_late = true});
	WAIT_FOR(kernel_has_driver("1-1", 1, 0, "usbhid"));
	give_it_time();
	kernel_probe_hid("1-1");
	kernel_plug_keyboard("1-2");
	WAIT_FOR(daemon_records("device-blocked", "1-2") == 1);
	assert_true(kernel_has_driver("1-1", 1, 0, "usbhid"));
	assert_int_equal(daemon_records("alert-last-input", NULL), 1);
	daemon_stop();
}

static void a_mouse_that_turns_out_late_to_type_is_found_out(void **state)
{
	put_no_keyboards();
	daemon_start();
	kernel_plug(&(struct kernel_device){
		.name = "1-1", .descriptors = "046d:c077 03/01/02", .is_hid_late = true});
	WAIT_FOR(kernel_has_driver("1-1", 1, 0, "usbhid"));
	give_it_time();
	assert_int_equal(daemon_records("device-disguised", NULL), 0);
	kernel_probe_hid("1-1");
	WAIT_FOR(daemon_records("device-disguised", "1-1") == 1);
	daemon_stop();
}

/* Whatever the clock of this machine shows: a rehearsal that ends so many seconds from now. */
static void put_rehearsal(int64_t seconds)
{
	char issued[TIMESTAMP_SIZE], until[TIMESTAMP_SIZE], not_after[TIMESTAMP_SIZE], mode[96];
	int64_t now_s = time(NULL), documents_s = 1773968400; /* when the root was there */
	struct signed_policy policy;

	now_s = now_s > documents_s ? now_s : documents_s;
	timestamp_format(now_s, 0, issued);
	timestamp_format(now_s + seconds, 0, until);
	timestamp_format(now_s + 86400, 0, not_after);
	snprintf(mode, sizeof(mode), "mode = rehearse\nuntil = %s", until);
	policy = policy_signed(&(struct policy_wish){
		.serial = 43,
		.issued = issued,
		.not_before = issued,
		.not_after = not_after,
		.old = "mode = enforce",
		.new = mode,
	});
	put_root();
	daemon_put("state", "policy.ini", policy.bytes, policy.size);
}

static void a_rehearsed_policy_lets_everything_in(void **state)
{
	unsigned writes;

	put_rehearsal(3600);
	daemon_start();
	kernel_plug_stick("1-1");
	kernel_plug(&(struct kernel_device){
		.name = "1-2", .descriptors = "1d6b:0104 03/01/01 c2 08/06/50", .picks = 2});
	WAIT_FOR(kernel_has_driver("1-1", 1, 0, "usb-storage"));
	/* In the configuration that the kernel picks, where the policy would have set the other. */
	WAIT_FOR(kernel_has_driver("1-2", 2, 0, "usb-storage"));
	assert_int_equal(daemon_records("device-blocked", "1-1"), 1);
	assert_int_equal(daemon_records("device-allowed", "1-2"), 1);
	assert_int_equal(kernel_configured("1-2"), 1);
	/* The ports are shut all the same: what comes while sekishod is away is refused. */
	assert_string_equal(kernel_read("usb1", "authorized_default"), "0");
	writes = kernel_writes("1-1");
	daemon_stop();
	kernel_plug_stick("1-3");
	assert_false(kernel_is_open("1-3"));
	daemon_start();
	WAIT_FOR(kernel_has_driver("1-3", 1, 0, "usb-storage"));
	/* What was said of its disks is still there. */
	assert_int_equal(kernel_writes("1-1"), writes);
	assert_int_equal(daemon_records("rehearsal-began", NULL), 2);
	daemon_stop();
	assert_int_equal(daemon_records("tampered", NULL), 0);
	/* It passed no trial, because there was nothing to try. */
	assert_false(daemon_has("state", "policy.last-good.ini"));
}

static void a_rehearsal_ends_while_sekishod_runs(void **state)
{
	int64_t seconds = 2;

	kernel_plug_stick("1-1");
	kernel_plug_keyboard("1-2");
	/* A slow machine may need longer than that to start. */
	for (; daemon_records("rehearsal-began", NULL) == 0; seconds *= 2) {
		if (seconds > 2)
			daemon_stop();
		put_rehearsal(seconds);
		daemon_start();
	}
	WAIT_FOR(daemon_records("rehearsal-ended", NULL) == 1);
	WAIT_FOR(!kernel_is_open("1-1"));
	assert_true(kernel_has_driver("1-2", 1, 0, "usbhid"));
	WAIT_FOR(daemon_has("state", "policy.last-good.ini"));
	kernel_plug_stick("1-3");
	assert_refused("1-3");
	daemon_stop();
}

static int sign(void **state)
{
	if (policy_signer_setup(state) < 0)
		return -1;
	no_keyboards = policy_signed(&(struct policy_wish){
		.serial = 42, .old = "keyboard = allow", .new = "keyboard = block"});
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(a_stick_is_refused_and_a_keyboard_works),
		TEST(what_was_there_before_is_judged_at_start),
		TEST(a_composite_device_is_split),
		TEST(a_disk_in_another_configuration_is_never_set),
		TEST(a_dock_brings_its_own_controller),
		TEST(whoever_opens_a_port_is_undone_and_written_down),
		TEST(who_opens_the_ports_again_and_again_fills_no_disk_with_records),
		TEST(a_new_start_touches_no_device),
		TEST(killed_it_leaves_the_ports_shut),
		TEST(a_hundred_devices_at_once),
		TEST(a_device_that_stalls_delays_only_its_controller),
		TEST(a_failure_is_shut_at_once_and_tried_again),
		TEST(a_reader_that_becomes_a_disk_is_shut),
		TEST(a_stick_that_calls_itself_input_gets_no_disk),
		TEST(a_device_that_changes_when_it_is_let_in_is_judged_anew),
		TEST(another_device_in_the_same_port_is_another_device),
		TEST(a_name_that_is_taken_over_unheard_is_another_device),
		TEST(a_stop_stores_the_floor_of_time),
		TEST(each_minute_the_floor_of_time_is_stored),
		TEST(without_a_watchdog_the_floor_of_time_is_stored_too),
		TEST(a_policy_that_refuses_every_keyboard_leaves_the_last_one),
		TEST(a_keyboard_whose_driver_comes_late_is_kept),
		TEST(a_mouse_that_turns_out_late_to_type_is_found_out),
		TEST(a_rehearsed_policy_lets_everything_in),
		TEST(a_rehearsal_ends_while_sekishod_runs),
	};

	if (argc != 2) {
		fputs("usage: test_usb BUILD_DIR\n", stderr);
		return 2;
	}
	daemon_is_in(argv[1]);
	return cmocka_run_group_tests_name("usb", tests, sign, policy_signer_teardown);
}
