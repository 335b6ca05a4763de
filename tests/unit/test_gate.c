/* Which disk is meant, on which USB device it hangs, and whether it may be written to. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/gate.h"
#include "tests/unit/fake_sysfs.h"

#define FOLDER "devices/pci/usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sda"
#define STICK  "/" FOLDER

/* --- deciding --- */

static void only_what_sekishod_lets_be_written_to_is_writable(void **state)
{
	static const struct {
		struct gate_facts facts;
		enum gate_outcome outcome;
	} rows[] = {
		{{DISK_ACCESS_WRITE, .is_running = true}, GATE_WRITABLE},
		/* It was handled while sekishod lived. */
		{{DISK_ACCESS_WRITE, .before = GATE_WRITABLE}, GATE_WRITABLE},
		{{DISK_ACCESS_WRITE, .is_running = true, .before = GATE_WRITABLE}, GATE_WRITABLE},
		{{.access = DISK_ACCESS_WRITE}, GATE_READ_ONLY},
		{{DISK_ACCESS_READ_ONLY, .is_running = true}, GATE_READ_ONLY},
		{{DISK_ACCESS_READ_ONLY, .is_running = true, .before = GATE_WRITABLE},
			GATE_READ_ONLY},
		{{DISK_ACCESS_NONE, .is_running = true}, GATE_READ_ONLY},
		{{DISK_ACCESS_NONE, .is_running = true, .before = GATE_WRITABLE}, GATE_READ_ONLY},
		{{DISK_ACCESS_NONE, .before = GATE_WRITABLE}, GATE_READ_ONLY},
		{{DISK_ACCESS_MEDIUM, .is_running = true}, GATE_MEDIUM},
		{{DISK_ACCESS_MEDIUM, .before = GATE_MEDIUM}, GATE_MEDIUM},
		{{.access = DISK_ACCESS_MEDIUM}, GATE_READ_ONLY},
		/* Let in for one thing, it is not left open for another. */
		{{DISK_ACCESS_MEDIUM, .before = GATE_WRITABLE}, GATE_READ_ONLY},
		{{DISK_ACCESS_WRITE, .before = GATE_MEDIUM}, GATE_READ_ONLY},
		{{DISK_ACCESS_READ_ONLY, .before = GATE_MEDIUM}, GATE_READ_ONLY},
		{{DISK_ACCESS_NONE, .before = GATE_MEDIUM}, GATE_READ_ONLY},
		{{}, GATE_READ_ONLY},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(gate_decide(&rows[i].facts), rows[i].outcome);
}

static void only_the_word_writable_opens(void **state)
{
	assert_string_equal(gate_outcome_name(GATE_WRITABLE), "writable");
	assert_string_equal(gate_outcome_name(GATE_READ_ONLY), "read-only");
	assert_string_equal(gate_outcome_name(GATE_MEDIUM), "medium");
	assert_string_equal(gate_outcome_name((enum gate_outcome)7), "read-only");
	assert_int_equal(gate_outcome_from_name("writable"), GATE_WRITABLE);
	assert_int_equal(gate_outcome_from_name("medium"), GATE_MEDIUM);
	assert_int_equal(gate_outcome_from_name("read-only"), GATE_READ_ONLY);
	assert_int_equal(gate_outcome_from_name("Writable"), GATE_READ_ONLY);
	assert_int_equal(gate_outcome_from_name(""), GATE_READ_ONLY);
	assert_int_equal(gate_outcome_from_name(NULL), GATE_READ_ONLY);
}

/* --- finding the USB device --- */

static void make_stick(void)
{
	fake_usb_device("usb1", 1, "1d6b:0002 09/00/00");
	fake_usb_device("1-2", 7, "0951:1666 08/06/50");
	fake_folder("%s", FOLDER);
	fake_text(FOLDER "/uevent", "MAJOR=8\nMINOR=16\nDEVNAME=sdb\nDEVTYPE=disk\nDISKSEQ=9\n");
	fake_text(FOLDER "/sda1/partition", "1\n");
	fake_text(FOLDER "/sda1/uevent",
		"MAJOR=8\nMINOR=17\nDEVNAME=sdb1\nDEVTYPE=partition\nPARTN=1\n");
}

static ino_t inode_of(const char *path)
{
	struct stat facts;

	assert_int_equal(stat(fake_path(path), &facts), 0);
	return facts.st_ino;
}

static void a_disk_hangs_on_the_nearest_usb_device(void **state)
{
	static const struct {
		const char *devpath, *device;
	} rows[] = {
		{STICK, "devices/pci/usb1/1-2"},
		{STICK "/sda1", "devices/pci/usb1/1-2"},
		{"/devices/pci/usb1/1-2.4/1-2.4:1.0/block/sdb", "devices/pci/usb1/1-2.4"},
		/* Nothing between it and the controller. */
		{"/devices/pci/usb1/x/block/sdc", "devices/pci/usb1"},
	};

	make_stick();
	fake_usb_device("1-2.4", 8, "0951:1667 08/06/50");
	fake_folder("devices/pci/usb1/1-2.4/1-2.4:1.0/block/sdb");
	fake_folder("devices/pci/usb1/x/block/sdc");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int fd = gate_open_usb(rows[i].devpath);
		struct stat facts;

		assert_true(fd >= 0);
		assert_int_equal(fstat(fd, &facts), 0);
		assert_int_equal(facts.st_ino, inode_of(rows[i].device));
		close(fd);
	}
}

static void a_disk_without_a_usb_device_has_none(void **state)
{
	static char long_path[PATH_MAX + 16] = "/devices/";
	static const struct {
		const char *devpath;
		int result;
	} rows[] = {
		{"/devices/pci/ata1/block/sdz", -ENODEV},
		{"/devices/virtual/block/loop0", -ENODEV},
		{"/devices", -EINVAL},
		{"/devicesx/usb1/sda", -EINVAL},
		{"devices/pci/sda", -EINVAL},
		{"/devices/../../etc", -EINVAL},
		{"", -EINVAL},
		{"/devices/pci/gone/1-9/block/sda", -ENOENT},
		{long_path, -ENAMETOOLONG},
	};

	memset(long_path + 9, 'x', sizeof(long_path) - 10);
	fake_folder("devices/pci/ata1/block/sdz");
	fake_folder("devices/virtual/block/loop0");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(gate_open_usb(rows[i].devpath), rows[i].result);
}

/* --- finding the disk --- */

static void a_partition_stands_for_its_whole_disk(void **state)
{
	static const char *const paths[] = {STICK, STICK "/sda1"};

	make_stick();
	for (size_t i = 0; i < 2; i++) {
		struct gate_disk disk = {};

		assert_int_equal(gate_find_disk(paths[i], &disk), 0);
		assert_string_equal(disk.node, "/dev/sdb");
		assert_true(disk.number == makedev(8, 16));
	}
}

static void what_is_no_whole_disk_is_told(void **state)
{
	static const struct {
		const char *uevent;
		int result;
	} rows[] = {
		{"MAJOR=21\nMINOR=0\nDEVNAME=sg0\n", -ENOTBLK},
		{"MAJOR=8\nMINOR=16\nDEVNAME=sdb\nDEVTYPE=diskette\n", -ENOTBLK},
		{"MAJOR=8\nMINOR=16\nDEVTYPE=disk\n", -EBADMSG},
		{"XMAJOR=8\nMINOR=16\nDEVNAME=sdb\nDEVTYPE=disk", -EBADMSG},
		{"MAJOR=8\nMINOR=16\nDEVNAME=sdb\nDEVTYPE=disk", 0},
		{"", -ENOTBLK},
	};
	struct gate_disk disk = {.node = "as before"};

	assert_int_equal(gate_find_disk("/devices/gone", &disk), -ENOENT);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fake_text("devices/x/uevent", rows[i].uevent);
		snprintf(disk.node, sizeof(disk.node), "as before");
		assert_int_equal(gate_find_disk("/devices/x", &disk), rows[i].result);
		assert_string_equal(disk.node, rows[i].result == 0 ? "/dev/sdb" : "as before");
	}
}

/* --- setting it: on a real disk only in the virtual PC --- */

static void a_node_that_is_not_the_disk_is_not_set(void **state)
{
	struct gate_disk disk = {.node = "/dev/null", .number = makedev(1, 3)};

	assert_int_equal(gate_set_read_only(&disk), -ESTALE);
	snprintf(disk.node, sizeof(disk.node), "/dev/no-such-disk");
	assert_int_equal(gate_set_read_only(&disk), -ENOENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_sysfs_setup, fake_sysfs_teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_sekishod_lets_be_written_to_is_writable),
		cmocka_unit_test(only_the_word_writable_opens),
		TEST(a_disk_hangs_on_the_nearest_usb_device),
		TEST(a_disk_without_a_usb_device_has_none),
		TEST(a_partition_stands_for_its_whole_disk),
		TEST(what_is_no_whole_disk_is_told),
		TEST(a_node_that_is_not_the_disk_is_not_set),
	};

	fake_sysfs_start(argv);
	return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
