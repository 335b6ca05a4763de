/* What is said of the disks of a device while it is let in, and that it is said before. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/sysfs.h"
#include "tests/unit/fake_sysfs.h"

static int disks_fd, device_fd, controller_fd;
static char name[DISK_ACCESS_NAME_SIZE];

/* A stick with a keyboard on its second interface, let in and driven. */
static int setup(void **state)
{
	if (fake_sysfs_setup(state) < 0)
		return -1;
	fake_usb_device("usb1", 1, "1d6b:0002 09/00/00");
	fake_text("bus/usb/drivers_probe", "");
	fake_text("bus/usb/drivers/usbhid/bind", "");
	fake_text("bus/usb/drivers/hub/bind", "");
	fake_usb_device("1-2", 7, "0951:1666 08/06/50 03/01/01");
	fake_text(fake_attribute("1-2", "authorized"), "1\n");
	fake_usb_interface("1-2", 1, 0, "08", true, "usb-storage");
	fake_usb_interface("1-2", 1, 1, "03", true, "usbhid");
	disks_fd = fake_open_disks();
	device_fd = fake_open_device("1-2");
	controller_fd = fake_open_device("usb1");
	return disk_access_name(device_fd, name);
}

static int teardown(void **state)
{
	close(disks_fd);
	close(device_fd);
	close(controller_fd);
	return fake_sysfs_teardown(state);
}

static struct core_plan plan_for(enum disk_access access)
{
	struct core_plan plan = fake_plan("1-2", true);

	plan.access = access;
	plan.interfaces[1] = 1;
	plan.n_interfaces = 2;
	return plan;
}

static int carry_out(const struct core_plan *plan)
{
	struct observation *seen = NULL;
	int r = sysfs_carry_out(
		device_fd, controller_fd, &(struct sysfs_disks){disks_fd, name}, plan, &seen);

	observation_free(seen);
	return r;
}

static const struct row {
	const char *name;
	enum disk_access said, wished;
	bool takes_all, is_open, blinks;
} rows[] = {
	{"shut, to be read", DISK_ACCESS_NONE, DISK_ACCESS_READ_ONLY, .is_open = false},
	{"shut, to be written to", DISK_ACCESS_READ_ONLY, DISK_ACCESS_WRITE, .is_open = false},
	{"shut, no disks", DISK_ACCESS_WRITE, DISK_ACCESS_NONE, .is_open = false},
	{"open, as it is", DISK_ACCESS_WRITE, DISK_ACCESS_WRITE, .is_open = true},
	{"open, to be read only from now on", DISK_ACCESS_WRITE, DISK_ACCESS_READ_ONLY,
		.is_open = true, .blinks = true},
	{"open, to be written to from now on", DISK_ACCESS_READ_ONLY, DISK_ACCESS_WRITE,
		.is_open = true, .blinks = true},
	{"open, and nobody knows for what", DISK_ACCESS_NONE, DISK_ACCESS_READ_ONLY,
		.is_open = true, .blinks = true},
	{"open, and its disks are none of policy's", DISK_ACCESS_WRITE, DISK_ACCESS_NONE,
		.is_open = true},
	{"open before a rehearsal", DISK_ACCESS_NONE, DISK_ACCESS_WRITE, .takes_all = true,
		.is_open = true},
	{"read-only before a rehearsal", DISK_ACCESS_READ_ONLY, DISK_ACCESS_WRITE,
		.takes_all = true, .is_open = true, .blinks = true},
};

/* A "0" that is written leaves "01" of this, which is open all the same: it tells that it was. */
#define UNTOUCHED "11"

static void check_row(const struct row *row)
{
	struct core_plan plan = plan_for(row->wished);

	plan.takes_all = row->takes_all;
	fake_text(fake_attribute("1-2", "authorized"), row->is_open ? "1\n" : "0\n");
	fake_text(fake_attribute("1-2", "1-2:1.0/authorized"), row->is_open ? UNTOUCHED : "0");
	fake_text(fake_attribute("1-2", "1-2:1.1/authorized"), row->is_open ? UNTOUCHED : "0");
	assert_int_equal(disk_access_set(disks_fd, name, row->said), 0);
	if (carry_out(&plan) != 0)
		fail_msg("%s fails", row->name);
	if (disk_access_get(disks_fd, name) != row->wished)
		fail_msg("%s: that is not said", row->name);
	if (row->is_open &&
		row->blinks != (fake_read(fake_attribute("1-2", "1-2:1.0/authorized"))[0] == '0'))
		fail_msg("%s: its disk %s", row->name, row->blinks ? "stays" : "goes");
	/* People type on the other interface. */
	if (row->is_open)
		assert_string_equal(
			fake_read(fake_attribute("1-2", "1-2:1.1/authorized")), UNTOUCHED);
	assert_true(fake_read(fake_attribute("1-2", "authorized"))[0] == '1');
}

static void disks_go_and_come_anew_where_they_were_let_in_for_something_else(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}

static void what_cannot_be_said_is_not_let_in(void **state)
{
	struct core_plan plan = plan_for(DISK_ACCESS_WRITE);
	int folder = disks_fd;

	fake_text(fake_attribute("1-2", "authorized"), "0\n");
	disks_fd = -1;
	assert_true(carry_out(&plan) < 0);
	disks_fd = folder;
	assert_string_equal(fake_read(fake_attribute("1-2", "authorized")), "0");
}

static void of_what_is_shut_nothing_is_said(void **state)
{
	struct core_plan plan = plan_for(DISK_ACCESS_NONE);

	plan.authorize = false;
	assert_int_equal(disk_access_set(disks_fd, name, DISK_ACCESS_WRITE), 0);
	assert_int_equal(carry_out(&plan), 0);
	assert_int_equal(disk_access_get(disks_fd, name), DISK_ACCESS_NONE);
}

static void of_what_fails_nothing_is_said(void **state)
{
	struct core_plan plan = plan_for(DISK_ACCESS_WRITE);

	/* Another configuration than that of its interfaces: it does not read back. */
	plan.configuration = 2;
	fake_text(fake_attribute("1-2", "bConfigurationValue"), "1");
	assert_int_equal(carry_out(&plan), -EIO);
	assert_int_equal(disk_access_get(disks_fd, name), DISK_ACCESS_NONE);
	assert_string_equal(fake_read(fake_attribute("1-2", "authorized")), "0");
}

/* Nothing is said of another device than the judged one, which may be let in for more. */
static void of_another_device_nothing_is_said(void **state)
{
	struct core_plan plan = plan_for(DISK_ACCESS_WRITE);

	plan.descriptors_sha256[0] ^= 1;
	assert_int_equal(carry_out(&plan), -ESTALE);
	assert_int_equal(disk_access_get(disks_fd, name), DISK_ACCESS_NONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(disks_go_and_come_anew_where_they_were_let_in_for_something_else),
		TEST(what_cannot_be_said_is_not_let_in),
		TEST(of_what_is_shut_nothing_is_said),
		TEST(of_what_fails_nothing_is_said),
		TEST(of_another_device_nothing_is_said),
	};

	fake_sysfs_start(argv);
	return cmocka_run_group_tests_name("sysfs disks", tests, NULL, NULL);
}
