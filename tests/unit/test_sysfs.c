/* Looking at one USB device in sysfs, and bringing it to a planned state, on files that only keep
 * what is written to them. How the kernel answers is told by tests/usb. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/sysfs.h"
#include "tests/unit/fake_sysfs.h"

#define STICK    "0951:1666 08/06/50"
#define KEYBOARD "046d:c31c 03/01/01 03/00/00"

static int disks_fd;

static int setup(void **state)
{
	if (fake_sysfs_setup(state) < 0)
		return -1;
	disks_fd = fake_open_disks();
	return 0;
}

static int teardown(void **state)
{
	close(disks_fd);
	return fake_sysfs_teardown(state);
}

static struct observation *observe(const char *name)
{
	struct observation *seen;
	int fd = fake_open_device(name);

	assert_int_equal(sysfs_observe(fd, name, &seen), 0);
	close(fd);
	return seen;
}

static const struct observed_interface *interface_of(
	const struct observation *seen, uint8_t configuration, uint8_t interface)
{
	for (size_t i = 0; i < seen->n_interfaces; i++)
		if (seen->interfaces[i].configuration == configuration &&
			seen->interfaces[i].interface == interface)
			return &seen->interfaces[i];
	fail_msg("no interface %u.%u", configuration, interface);
	return &seen->interfaces[0];
}

/* --- looking --- */

static void a_refused_device_is_seen_by_its_descriptors(void **state)
{
	struct observation *seen;

	fake_usb_device("1-2", 7, STICK);
	fake_text(fake_attribute("1-2", "manufacturer"), "Kingston\n");
	fake_text(fake_attribute("1-2", "product"), "DataTraveler\n");
	seen = observe("1-2");
	assert_string_equal(seen->name, "1-2");
	assert_int_equal(seen->bus, 1);
	assert_int_equal(seen->number, 7);
	assert_false(seen->is_probed);
	assert_false(seen->is_authorized);
	assert_int_equal(seen->active_configuration, 0);
	assert_int_equal(seen->n_interfaces, 0);
	assert_int_equal(seen->descriptors_size, 18 + 9 + 9 + 7 + 7);
	assert_string_equal(seen->manufacturer, "Kingston");
	assert_string_equal(seen->model, "DataTraveler");
	assert_string_equal(seen->serial, "");
	observation_free(seen);
}

static void its_state_is_all_but_what_it_keeps(void **state)
{
	struct observation *seen = NULL;
	int fd;

	fake_usb_device("1-2", 7, STICK);
	fake_text(fake_attribute("1-2", "product"), "DataTraveler\n");
	fake_text(fake_attribute("1-2", "authorized"), "1\n");
	fake_usb_interface("1-2", 1, 0, "08", true, "usb-storage");
	fd = fake_open_device("1-2");
	assert_int_equal(sysfs_observe_state(fd, "1-2", &seen), 0);
	assert_true(seen->is_authorized);
	assert_int_equal(seen->number, 7);
	assert_int_equal(seen->n_interfaces, 1);
	assert_int_equal(seen->descriptors_size, 18 + 9 + 9 + 7 + 7);
	assert_string_equal(seen->model, "");
	observation_free(seen);
	close(fd);
}

static void a_device_that_nobody_probes_is_not_waited_for_to_the_end(void **state)
{
	struct observation *seen;
	int fd;

	fake_usb_device("1-2", 7, STICK);
	fd = fake_open_device("1-2");
	sysfs_wait_probed(fd);
	seen = observe("1-2");
	assert_false(seen->is_probed);
	observation_free(seen);
	fake_usb_probed("1-2");
	sysfs_wait_probed(fd);
	seen = observe("1-2");
	assert_true(seen->is_probed);
	observation_free(seen);
	close(fd);
}

static void interfaces_drivers_and_children_are_seen(void **state)
{
	const struct observed_interface *keyboard, *closed, *disk;
	struct observation *seen;

	fake_usb_device("1-2.4", 7, "1d6b:0104 03/01/01 03/00/00 ff/00/00");
	fake_usb_probed("1-2.4");
	fake_text(fake_attribute("1-2.4", "authorized"), "1\n");
	fake_usb_interface("1-2.4", 1, 0, "03", true, "usbhid");
	fake_hid("1-2.4", 1, 0, fake_report_keyboard, fake_report_keyboard_size);
	fake_usb_interface("1-2.4", 1, 1, "03", false, NULL);
	fake_usb_interface("1-2.4", 1, 2, "ff", true, "acme");
	fake_folder("%s/host4", fake_attribute("1-2.4", "1-2.4:1.2"));
	fake_link("devices/pci/usb1/1-2.4/1-2.4:1.2/host4/subsystem", "/sys/bus/scsi");
	fake_folder("%s/net/eth0", fake_attribute("1-2.4", "1-2.4:1.2"));
	seen = observe("1-2.4");
	assert_true(seen->is_probed);
	assert_true(seen->is_authorized);
	assert_int_equal(seen->active_configuration, 1);
	assert_int_equal(seen->n_interfaces, 3);
	keyboard = interface_of(seen, 1, 0);
	assert_true(keyboard->is_authorized);
	assert_string_equal(keyboard->driver, "usbhid");
	assert_true(keyboard->has_report && keyboard->usages.has_keyboard);
	assert_int_equal(keyboard->n_children, 0);
	closed = interface_of(seen, 1, 1);
	assert_false(closed->is_authorized || closed->has_report);
	assert_string_equal(closed->driver, "");
	disk = interface_of(seen, 1, 2);
	assert_string_equal(disk->driver, "acme");
	assert_int_equal(disk->n_children, 2);
	assert_int_equal(
		disk->children[0] + disk->children[1], CLASS_USB_STORAGE + CLASS_USB_NETWORK);
	observation_free(seen);
}

/* One that types and points is both. */
static void all_reports_of_an_interface_count(void **state)
{
	const struct observed_interface *interface;
	struct observation *seen;
	static const char second[] = "devices/pci/usb1/1-2/1-2:1.0/0003:046D:C31C.0002";
	char path[128];

	fake_usb_device("1-2", 7, KEYBOARD);
	fake_usb_interface("1-2", 1, 0, "03", true, "usbhid");
	fake_hid("1-2", 1, 0, fake_report_mouse, fake_report_mouse_size);
	fake_folder("%s", second);
	snprintf(path, sizeof(path), "%s/subsystem", second);
	fake_link(path, "/sys/bus/hid");
	snprintf(path, sizeof(path), "%s/report_descriptor", second);
	fake_file(path, fake_report_keyboard, fake_report_keyboard_size);
	seen = observe("1-2");
	interface = interface_of(seen, 1, 0);
	assert_true(interface->usages.has_keyboard && interface->usages.has_pointer);
	observation_free(seen);
}

/* Linux 6.1 shows nothing until a HID driver has probed. That is no proof of a keyless thing. */
static void an_empty_report_descriptor_says_nothing_yet(void **state)
{
	struct observation *seen;

	fake_usb_device("1-2", 7, KEYBOARD);
	fake_usb_interface("1-2", 1, 0, "03", true, "usbhid");
	fake_hid("1-2", 1, 0, fake_report_mouse, 0);
	seen = observe("1-2");
	assert_false(interface_of(seen, 1, 0)->has_report);
	observation_free(seen);
}

static void folders_of_other_devices_are_no_interfaces(void **state)
{
	struct observation *seen;

	fake_usb_device("1-2", 7, STICK);
	fake_folder("%s", fake_attribute("1-2", "1-2.1"));
	fake_text(fake_attribute("1-2", "1-2.1:1.0/authorized"), "1\n");
	fake_text(fake_attribute("1-2", "1-2:1.x/authorized"), "1\n");
	fake_text(fake_attribute("1-2", "1-2:999.0/authorized"), "1\n");
	fake_text(fake_attribute("1-2", "1-20:1.0/authorized"), "1\n");
	seen = observe("1-2");
	assert_int_equal(seen->n_interfaces, 0);
	observation_free(seen);
}

static void a_device_that_is_gone_is_no_device(void **state)
{
	struct observation *seen = NULL;
	int fd;

	fake_usb_device("1-2", 7, STICK);
	fd = fake_open_device("1-2");
	fake_remove("devices/pci/usb1/1-2");
	assert_int_equal(sysfs_observe(fd, "1-2", &seen), -ENODEV);
	assert_null(seen);
	close(fd);
}

static void numbers_are_numbers(void **state)
{
	static const struct {
		const char *text;
		int result;
		long value;
	} rows[] = {
		{"0\n", 0, 0},
		{"1", 0, 1},
		{"-1\n", 0, -1},
		{"", -EBADMSG, 0},
		{"\n", -EBADMSG, 0},
		{"x\n", -EBADMSG, 0},
		{"1x\n", -EBADMSG, 0},
		{"99999999999999999999\n", -EBADMSG, 0},
		{"0123456789012345678901234567890123456789\n", -EOVERFLOW, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		long value = 4711;

		fake_text("number", rows[i].text);
		assert_int_equal(
			sysfs_read_number(AT_FDCWD, "/sys/number", &value), rows[i].result);
		assert_int_equal(value, rows[i].result == 0 ? rows[i].value : 4711);
	}
	assert_int_equal(sysfs_write(AT_FDCWD, "/sys/no-such-file", "1"), -ENOENT);
}

/* --- acting --- */

static int act(int device, int controller, const struct core_plan *plan, struct observation **ret)
{
	char name[DISK_ACCESS_NAME_SIZE] = "";

	(void)disk_access_name(device, name);
	return sysfs_carry_out(
		device, controller, &(struct sysfs_disks){disks_fd, name}, plan, ret);
}

/* The state of the device afterwards goes to *ret_authorized. */
static int carry_out(const struct core_plan *plan, bool has_controller, bool *ret_authorized)
{
	struct observation *seen = NULL;
	int device = fake_open_device(plan->name),
	    controller = has_controller ? fake_open_device("usb1") : -1;
	int r = act(device, controller, plan, &seen);

	assert_non_null(seen);
	*ret_authorized = seen->is_authorized;
	observation_free(seen);
	close(device);
	if (has_controller)
		close(controller);
	return r;
}

static void make_keyboard(bool is_authorized)
{
	fake_usb_device("usb1", 1, "1d6b:0002 09/00/00");
	fake_text("bus/usb/drivers_probe", "");
	fake_text("bus/usb/drivers/usbhid/bind", "");
	fake_text("bus/usb/drivers/hub/bind", "");
	fake_usb_device("1-2", 7, KEYBOARD);
	fake_text(fake_attribute("1-2", "authorized"), is_authorized ? "1\n" : "0\n");
	fake_usb_interface("1-2", 1, 0, "03", false, NULL);
	fake_usb_interface("1-2", 1, 1, "03", true, NULL);
}

static void what_is_planned_is_let_in_and_the_rest_is_not(void **state)
{
	struct core_plan plan;
	bool is_authorized;

	make_keyboard(false);
	plan = fake_plan("1-2", true);
	assert_int_equal(carry_out(&plan, true, &is_authorized), 0);
	assert_true(is_authorized);
	assert_string_equal(fake_read(fake_attribute("1-2", "1-2:1.0/authorized")), "1");
	assert_string_equal(fake_read(fake_attribute("1-2", "1-2:1.1/authorized")), "0");
	assert_string_equal(fake_read("bus/usb/drivers/usbhid/bind"), "1-2:1.0");
	assert_string_equal(fake_read("bus/usb/drivers_probe"), "");
	/* Before the device was authorised its controller let no interface in by itself. */
	assert_string_equal(fake_read(fake_attribute("usb1", "interface_authorized_default")), "0");
}

/* As the kernel would have done it without sekisho: no configuration is set, and any driver asked.
 */
static void what_is_rehearsed_is_let_in_whole(void **state)
{
	struct core_plan plan;
	bool is_authorized;

	make_keyboard(false);
	fake_text(fake_attribute("1-2", "bConfigurationValue"), "7\n");
	plan = fake_plan("1-2", true);
	plan.takes_all = true;
	plan.configuration = plan.n_interfaces = 0;
	assert_int_equal(carry_out(&plan, true, &is_authorized), 0);
	assert_true(is_authorized);
	assert_string_equal(fake_read(fake_attribute("1-2", "1-2:1.0/authorized")), "1");
	assert_string_equal(fake_read(fake_attribute("1-2", "1-2:1.1/authorized")), "1");
	assert_string_equal(fake_read(fake_attribute("1-2", "bConfigurationValue")), "7");
	assert_string_not_equal(fake_read("bus/usb/drivers_probe"), "");
	assert_string_equal(fake_read("bus/usb/drivers/usbhid/bind"), "");
	plan.descriptors_sha256[0] ^= 1;
	assert_int_equal(carry_out(&plan, true, &is_authorized), -ESTALE);
}

/* usb-storage takes an interface that says HID where it knows the VID:PID, so only the one driver
 * that HID and hubs are let in for is asked. */
static void only_plain_interfaces_are_offered_to_every_driver(void **state)
{
	static const struct {
		const char *class, *file;
	} rows[] = {
		{"03\n", "bus/usb/drivers/usbhid/bind"}, {"09\n", "bus/usb/drivers/hub/bind"},
		{"ff\n", "bus/usb/drivers_probe"}, {"0b\n", "bus/usb/drivers_probe"},
		{NULL, "bus/usb/drivers/usbhid/bind"}, /* not readable: the narrow door */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct core_plan plan;
		bool is_authorized;

		make_keyboard(false);
		if (rows[i].class)
			fake_text(fake_attribute("1-2", "1-2:1.0/bInterfaceClass"), rows[i].class);
		else
			fake_remove(fake_attribute("1-2", "1-2:1.0/bInterfaceClass"));
		plan = fake_plan("1-2", true);
		assert_int_equal(carry_out(&plan, true, &is_authorized), 0);
		assert_string_equal(fake_read(rows[i].file), "1-2:1.0");
		fake_remove("devices");
		fake_remove("bus");
	}
}

/* Its module may come later; then the driver is looked at like any other. */
static void an_interface_without_a_driver_is_no_error(void **state)
{
	struct core_plan plan;
	bool is_authorized;

	make_keyboard(false);
	fake_remove("bus/usb/drivers/usbhid");
	plan = fake_plan("1-2", true);
	assert_int_equal(carry_out(&plan, true, &is_authorized), 0);
	assert_true(is_authorized);
}

static void shutting_needs_no_controller_and_no_likeness(void **state)
{
	struct core_plan plan;
	bool is_authorized;

	make_keyboard(true);
	plan = fake_plan("1-2", false);
	plan.number = 99;
	memset(plan.descriptors_sha256, 0, sizeof(plan.descriptors_sha256));
	assert_int_equal(carry_out(&plan, false, &is_authorized), 0);
	assert_false(is_authorized);
}

static void without_a_controller_nothing_is_let_in(void **state)
{
	struct core_plan plan;
	bool is_authorized;

	make_keyboard(false);
	plan = fake_plan("1-2", true);
	assert_int_equal(carry_out(&plan, false, &is_authorized), -EBADF);
	assert_false(is_authorized);
}

static void another_device_than_the_judged_one_is_not_let_in(void **state)
{
	struct core_plan plan;
	bool is_authorized;

	make_keyboard(false);
	plan = fake_plan("1-2", true);
	plan.number++;
	assert_int_equal(carry_out(&plan, true, &is_authorized), -ESTALE);
	assert_false(is_authorized);
	plan.number--;
	plan.bus++;
	assert_int_equal(carry_out(&plan, true, &is_authorized), -ESTALE);
	plan.bus--;
	plan.descriptors_sha256[31] ^= 1;
	assert_int_equal(carry_out(&plan, true, &is_authorized), -ESTALE);
	assert_false(is_authorized);
	plan.descriptors_sha256[31] ^= 1;
	assert_int_equal(carry_out(&plan, true, &is_authorized), 0);
	assert_true(is_authorized);
}

static void a_device_that_changed_while_it_was_open_is_shut(void **state)
{
	struct core_plan plan;
	bool is_authorized;

	make_keyboard(true);
	plan = fake_plan("1-2", true);
	fake_file(fake_attribute("1-2", "descriptors"), "\x12\x01", 2);
	assert_int_equal(carry_out(&plan, true, &is_authorized), -ESTALE);
	assert_false(is_authorized);
}

/* After an error the kernel may still say that it is authorised. */
static void after_an_error_it_is_shut(void **state)
{
	struct core_plan plan;
	bool is_authorized;

	make_keyboard(false);
	plan = fake_plan("1-2", true);
	/* There is no file to choose another configuration with. */
	plan.configuration = 2;
	fake_remove(fake_attribute("1-2", "bConfigurationValue"));
	assert_int_equal(carry_out(&plan, true, &is_authorized), -ENOENT);
	assert_false(is_authorized);
}

static void what_does_not_read_back_as_planned_is_an_error(void **state)
{
	struct core_plan plan;
	bool is_authorized;

	make_keyboard(false);
	plan = fake_plan("1-2", true);
	/* It is set, but the interfaces that are there belong to configuration 1 still. */
	plan.configuration = 2;
	assert_int_not_equal(carry_out(&plan, true, &is_authorized), 0);
	assert_string_equal(fake_read(fake_attribute("1-2", "bConfigurationValue")), "2");
	assert_false(is_authorized);
}

/* It stands open and cannot be looked at any more: then nobody knows what is open of it. */
static void a_device_that_cannot_be_looked_at_is_shut(void **state)
{
	struct observation *seen = NULL;
	struct core_plan plan;
	int device, controller;

	make_keyboard(true);
	plan = fake_plan("1-2", true);
	device = fake_open_device("1-2");
	controller = fake_open_device("usb1");
	fake_text(fake_attribute("1-2", "1-2:1.1/authorized"), "rubbish\n");
	assert_int_equal(act(device, controller, &plan, &seen), -EBADMSG);
	assert_null(seen);
	assert_string_equal(fake_read(fake_attribute("1-2", "authorized")), "0");
	close(device);
	close(controller);
}

static void a_device_that_is_gone_is_left_alone(void **state)
{
	struct observation *seen = NULL;
	struct core_plan plan;
	int device, controller;

	make_keyboard(false);
	plan = fake_plan("1-2", true);
	device = fake_open_device("1-2");
	controller = fake_open_device("usb1");
	fake_remove("devices/pci/usb1/1-2");
	assert_int_equal(act(device, controller, &plan, &seen), -ENODEV);
	assert_null(seen);
	plan.authorize = false;
	assert_true(act(device, -1, &plan, &seen) < 0);
	assert_null(seen);
	close(device);
	close(controller);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(a_refused_device_is_seen_by_its_descriptors),
		TEST(its_state_is_all_but_what_it_keeps),
		TEST(a_device_that_nobody_probes_is_not_waited_for_to_the_end),
		TEST(interfaces_drivers_and_children_are_seen),
		TEST(all_reports_of_an_interface_count),
		TEST(an_empty_report_descriptor_says_nothing_yet),
		TEST(folders_of_other_devices_are_no_interfaces),
		TEST(a_device_that_is_gone_is_no_device),
		TEST(numbers_are_numbers),
		TEST(what_is_planned_is_let_in_and_the_rest_is_not),
		TEST(what_is_rehearsed_is_let_in_whole),
		TEST(only_plain_interfaces_are_offered_to_every_driver),
		TEST(an_interface_without_a_driver_is_no_error),
		TEST(shutting_needs_no_controller_and_no_likeness),
		TEST(without_a_controller_nothing_is_let_in),
		TEST(another_device_than_the_judged_one_is_not_let_in),
		TEST(a_device_that_changed_while_it_was_open_is_shut),
		TEST(after_an_error_it_is_shut),
		TEST(what_does_not_read_back_as_planned_is_an_error),
		TEST(a_device_that_cannot_be_looked_at_is_shut),
		TEST(a_device_that_is_gone_is_left_alone),
	};

	fake_sysfs_start(argv);
	return cmocka_run_group_tests_name("sysfs", tests, NULL, NULL);
}
