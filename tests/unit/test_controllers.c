/* The defaults that decide over devices nobody has judged. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/controllers.h"
#include "tests/unit/fake_sysfs.h"

#define PARAMETER "module/usbcore/parameters/authorized_default"

static int close_usb1(bool *ret_was_open)
{
	int fd = open("/sys/bus/usb/devices/usb1", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;

	assert_true(fd >= 0);
	r = controller_close(fd, 1, ret_was_open);
	close(fd);
	return r;
}

/* The kernel's own default is -1: as it thinks fit. */
static void usbcores_parameter_is_shut_whatever_it_said(void **state)
{
	static const char *const open_values[] = {"-1\n", "1\n", "2\n"};

	for (size_t i = 0; i < 3; i++) {
		bool was_open = false;

		fake_text(PARAMETER, open_values[i]);
		assert_int_equal(usbcore_close(&was_open), 0);
		assert_true(was_open);
		/* A plain file keeps what was behind the new text; the kernel reads it whole. */
		assert_int_equal(fake_read(PARAMETER)[0], '0');
		fake_text(PARAMETER, "0\n");
		assert_int_equal(usbcore_close(&was_open), 0);
		assert_false(was_open);
	}
}

static void without_usbcore_there_is_nothing_to_shut(void **state)
{
	bool was_open = true;

	assert_int_equal(usbcore_close(&was_open), -ENOENT);
	assert_true(was_open);
	fake_text(PARAMETER, "rubbish\n");
	assert_int_equal(usbcore_close(&was_open), -EBADMSG);
	assert_true(was_open);
}

static void both_defaults_of_a_controller_are_shut(void **state)
{
	static const struct {
		const char *device, *interface;
		bool was_open;
	} rows[] = {
		{"1\n", "1\n", true},
		{"2\n", "0\n", true},
		{"0\n", "1\n", true},
		{"0\n", "0\n", false},
	};

	fake_usb_device("usb1", 1, "1d6b:0002 09/00/00");
	fake_text("devices/pci/usb1/1-0:1.0/driver", "");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool was_open;

		fake_text("devices/pci/usb1/authorized_default", rows[i].device);
		fake_text("devices/pci/usb1/interface_authorized_default", rows[i].interface);
		assert_int_equal(close_usb1(&was_open), 0);
		assert_int_equal(was_open, rows[i].was_open);
		assert_string_equal(fake_read("devices/pci/usb1/authorized_default"), "0");
		assert_string_equal(
			fake_read("devices/pci/usb1/interface_authorized_default"), "0");
	}
}

/* Its own interface would be refused: seen as "hub 3-0:1.0: Interface 0 is not authorized". */
static void a_root_hub_that_does_not_work_yet_is_not_shut_out(void **state)
{
	bool was_open = false;

	fake_usb_device("usb1", 1, "1d6b:0002 09/00/00");
	fake_text("devices/pci/usb1/authorized_default", "1\n");
	fake_text("devices/pci/usb1/interface_authorized_default", "1\n");
	assert_int_equal(close_usb1(&was_open), 0);
	assert_true(was_open);
	assert_int_equal(fake_read("devices/pci/usb1/authorized_default")[0], '0');
	assert_int_equal(fake_read("devices/pci/usb1/interface_authorized_default")[0], '1');
	fake_text("devices/pci/usb1/1-0:1.0/driver", "");
	assert_int_equal(close_usb1(&was_open), 0);
	assert_true(was_open);
	assert_int_equal(fake_read("devices/pci/usb1/interface_authorized_default")[0], '0');
}

static void a_controller_that_is_gone_is_said_to_be(void **state)
{
	bool was_open = true;

	fake_usb_device("usb1", 1, "1d6b:0002 09/00/00");
	fake_remove("devices/pci/usb1/authorized_default");
	assert_int_equal(close_usb1(&was_open), -ENOENT);
	assert_true(was_open);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_sysfs_setup, fake_sysfs_teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(usbcores_parameter_is_shut_whatever_it_said),
		TEST(without_usbcore_there_is_nothing_to_shut),
		TEST(both_defaults_of_a_controller_are_shut),
		TEST(a_root_hub_that_does_not_work_yet_is_not_shut_out),
		TEST(a_controller_that_is_gone_is_said_to_be),
	};

	fake_sysfs_start(argv);
	return cmocka_run_group_tests_name("controllers", tests, NULL, NULL);
}
