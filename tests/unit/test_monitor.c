/* Uevents as libudev hands them over, and lists of what is there. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/monitor.h"
#include "tests/unit/fake_sysfs.h"
#include "tests/unit/fake_uevent.h"

static struct monitor *monitor;

static int setup(void **state)
{
	if (fake_sysfs_setup(state) < 0)
		return -1;
	return monitor_new(&monitor);
}

static int teardown(void **state)
{
	monitor_free(monitor);
	return fake_sysfs_teardown(state);
}

static void each_event_is_understood(void **state)
{
	static const struct {
		const char *action, *path, *subsystem;
		enum uevent_kind kind;
		const char *name;
	} rows[] = {
		{"add", "devices/pci/usb1/1-2", "usb", UEVENT_DEVICE_THERE, "1-2"},
		{"add", "devices/pci/usb1", "usb", UEVENT_DEVICE_THERE, "usb1"},
		{"remove", "devices/pci/usb1/1-2", "usb", UEVENT_DEVICE_REMOVE, "1-2"},
		{"bind", "devices/pci/usb1/1-2", "usb", UEVENT_DEVICE_THERE, "1-2"},
		{"change", "devices/pci/usb1/1-2", "usb", UEVENT_OTHER, "1-2"},
		{"add", "devices/pci/usb1/1-2/1-2:1.0", "usb", UEVENT_INTERFACE, "1-2"},
		{"bind", "devices/pci/usb1/1-2.4/1-2.4:2.13", "usb", UEVENT_INTERFACE, "1-2.4"},
		{"unbind", "devices/pci/usb1/1-2/1-2:1.0", "usb", UEVENT_INTERFACE, "1-2"},
		{"bind", "devices/pci/usb3/3-0:1.0", "usb", UEVENT_INTERFACE, "usb3"},
		{"bind", "devices/pci/usb12/12-0:1.0", "usb", UEVENT_INTERFACE, "usb12"},
		{"bind", "devices/pci/usb1/1-01/1-01:1.0", "usb", UEVENT_INTERFACE, "1-01"},
		{"add", "devices/pci/usb1/1-2/1-2:1.0/0003:046D:C31C.0001/input/input7", "input",
			UEVENT_INPUT, "1-2"},
		{"add", "devices/pci/usb1/1-1/1-1.4/1-1.4:1.0/input/input9", "input", UEVENT_INPUT,
			"1-1.4"},
		{"remove", "devices/pci/usb1/1-2/1-2:1.0", "usb", UEVENT_OTHER, "1-2"},
		{"add", "devices/serio0/input/input3", "input", UEVENT_INPUT, ""},
		{"remove", "devices/serio0/input/input3", "input", UEVENT_INPUT, ""},
		{"add", "devices/serio0/input/input3/event3", "input", UEVENT_OTHER, ""},
		{"change", "devices/serio0/input/input3", "input", UEVENT_OTHER, ""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct uevent event = {.name = "untouched"};

		fake_folder("%s", rows[i].path);
		fake_uevent(rows[i].action, rows[i].path, rows[i].subsystem);
		assert_int_equal(monitor_receive(monitor, &event), 1);
		if (event.kind != rows[i].kind || strcmp(event.name, rows[i].name) != 0)
			fail_msg("%s %s: kind %d, name '%s'", rows[i].action, rows[i].path,
				event.kind, event.name);
	}
}

static void when_nothing_happened_nothing_is_there(void **state)
{
	struct pollfd ready = {.fd = monitor_fd(monitor), .events = POLLIN};
	struct uevent event;

	assert_int_equal(poll(&ready, 1, 0), 0);
	assert_int_equal(monitor_receive(monitor, &event), 0);
}

/* It may have been about anything. */
static void a_message_that_cannot_be_read_counts_as_lost(void **state)
{
	struct uevent event = {.name = "untouched"};

	fake_uevent_bytes("libudev", 8);
	assert_int_equal(monitor_receive(monitor, &event), -ENOBUFS);
	assert_string_equal(event.name, "untouched");
	fake_folder("devices/pci/usb1/1-2");
	fake_uevent("add", "devices/pci/usb1/1-2", "usb");
	assert_int_equal(monitor_receive(monitor, &event), 1);
	assert_int_equal(event.kind, UEVENT_DEVICE_THERE);
}

/* The kernel drops more, without a word, until all was read: then there is another look to take. */
static void who_lost_events_catches_up_when_nothing_waits_any_more(void **state)
{
	struct uevent event;

	assert_false(monitor_has_caught_up(monitor));
	fake_uevent_bytes("libudev", 8);
	fake_folder("devices/pci/usb1/1-2");
	fake_uevent("add", "devices/pci/usb1/1-2", "usb");
	assert_int_equal(monitor_receive(monitor, &event), -ENOBUFS);
	assert_false(monitor_has_caught_up(monitor));
	assert_int_equal(monitor_receive(monitor, &event), 1);
	assert_true(monitor_has_caught_up(monitor));
	assert_false(monitor_has_caught_up(monitor));
	fake_uevent("remove", "devices/pci/usb1/1-2", "usb");
	assert_int_equal(monitor_receive(monitor, &event), 1);
	assert_false(monitor_has_caught_up(monitor));
}

struct found {
	char names[256];
	int stop_at;
};

static int found(void *userdata, const char *name)
{
	struct found *all = userdata;
	size_t used = strlen(all->names);

	snprintf(all->names + used, sizeof(all->names) - used, "%s ", name);
	return --all->stop_at == 0 ? -EIO : 0;
}

static void the_list_names_devices_and_controllers(void **state)
{
	struct found all = {.names = ""};

	fake_usb_device("usb1", 1, "1d6b:0002 09/00/00");
	fake_usb_device("1-2", 2, "046d:c31c 03/01/01");
	fake_usb_interface("1-2", 1, 0, "03", true, NULL);
	assert_int_equal(monitor_list(monitor, found, &all), 0);
	assert_non_null(strstr(all.names, "usb1 "));
	assert_non_null(strstr(all.names, "1-2 "));
	assert_int_equal(strlen(all.names), strlen("usb1 1-2 "));
}

static void the_list_ends_at_the_first_error(void **state)
{
	struct found all = {.stop_at = 1};

	fake_usb_device("usb1", 1, "1d6b:0002 09/00/00");
	fake_usb_device("usb2", 1, "1d6b:0002 09/00/00");
	assert_int_equal(monitor_list(monitor, found, &all), -EIO);
	assert_int_equal(strlen(all.names), strlen("usb1 "));
}

static void controllers_are_told_by_their_name(void **state)
{
	assert_true(monitor_is_controller("usb1"));
	assert_true(monitor_is_controller("usb12"));
	assert_false(monitor_is_controller("usb"));
	assert_false(monitor_is_controller("usb1-2"));
	assert_false(monitor_is_controller("usbmon1"));
	assert_false(monitor_is_controller("1-2"));
	assert_false(monitor_is_controller(""));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(each_event_is_understood),
		TEST(when_nothing_happened_nothing_is_there),
		TEST(a_message_that_cannot_be_read_counts_as_lost),
		TEST(who_lost_events_catches_up_when_nothing_waits_any_more),
		TEST(the_list_names_devices_and_controllers),
		TEST(the_list_ends_at_the_first_error),
		TEST(controllers_are_told_by_their_name),
	};

	fake_sysfs_start(argv);
	return cmocka_run_group_tests_name("monitor", tests, NULL, NULL);
}
