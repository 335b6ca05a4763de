/* What sekishod says of the disks of a device, and that nobody else's disks can be meant. */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/disk_access.h"
#include "tests/unit/fake_sysfs.h"

#define STICK "0951:1666 08/06/50"

static int folder_fd;

static int setup(void **state)
{
	if (fake_sysfs_setup(state) < 0)
		return -1;
	folder_fd = fake_open_disks();
	fake_usb_device("1-2", 7, STICK);
	return 0;
}

static int teardown(void **state)
{
	close(folder_fd);
	return fake_sysfs_teardown(state);
}

static void name_of(const char *device, char ret[DISK_ACCESS_NAME_SIZE])
{
	int fd = fake_open_device(device);

	assert_int_equal(disk_access_name(fd, ret), 0);
	close(fd);
}

static size_t files(void)
{
	DIR *folder = opendir(fake_path("disks"));
	size_t count = 0;

	while (readdir(folder))
		count++;
	closedir(folder);
	return count - 2;
}

static void what_is_said_is_found_again_and_one_thing_is_said(void **state)
{
	static const enum disk_access said[] = {DISK_ACCESS_WRITE, DISK_ACCESS_READ_ONLY,
		DISK_ACCESS_READ_ONLY, DISK_ACCESS_WRITE, DISK_ACCESS_NONE, DISK_ACCESS_NONE,
		DISK_ACCESS_READ_ONLY, DISK_ACCESS_NONE};
	char name[DISK_ACCESS_NAME_SIZE];

	name_of("1-2", name);
	assert_int_equal(disk_access_get(folder_fd, name), DISK_ACCESS_NONE);
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		assert_int_equal(disk_access_set(folder_fd, name, said[i]), 0);
		assert_int_equal(disk_access_get(folder_fd, name), said[i]);
		assert_int_equal(files(), said[i] != DISK_ACCESS_NONE);
	}
}

/* Half of a change that a power cut or kill -9 left behind. */
static void of_two_things_said_the_stricter_counts(void **state)
{
	char name[DISK_ACCESS_NAME_SIZE], path[256];

	name_of("1-2", name);
	snprintf(path, sizeof(path), "disks/%s.writable", name);
	fake_text(path, "");
	assert_int_equal(disk_access_get(folder_fd, name), DISK_ACCESS_WRITE);
	snprintf(path, sizeof(path), "disks/%s.read-only", name);
	fake_text(path, "");
	assert_int_equal(disk_access_get(folder_fd, name), DISK_ACCESS_READ_ONLY);
}

/* A stick of the same make in the same port may get the same number. */
static void the_next_device_with_the_same_numbers_has_another_name(void **state)
{
	char name[DISK_ACCESS_NAME_SIZE], next[DISK_ACCESS_NAME_SIZE];

	name_of("1-2", name);
	assert_int_equal(disk_access_set(folder_fd, name, DISK_ACCESS_WRITE), 0);
	fake_usb_device("1-3", 7, STICK);
	name_of("1-3", next);
	assert_string_not_equal(name, next);
	assert_int_equal(strncmp(name, "1-7-", 4) | strncmp(next, "1-7-", 4), 0);
	assert_int_equal(disk_access_get(folder_fd, next), DISK_ACCESS_NONE);
}

/* Inodes of sysfs begin anew with each boot, and the folder outlives it. */
static void the_name_tells_the_boot(void **state)
{
	char name[DISK_ACCESS_NAME_SIZE], boot[64] = "";
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	assert_non_null(fgets(boot, sizeof(boot), file));
	fclose(file);
	boot[strcspn(boot, "\n")] = '\0';
	name_of("1-2", name);
	assert_string_equal(name + strlen(name) - strlen(boot), boot);
}

static void a_device_that_is_gone_has_no_name(void **state)
{
	char name[DISK_ACCESS_NAME_SIZE] = "as before";
	int fd = fake_open_device("1-2");

	fake_remove("devices/pci/usb1/1-2");
	assert_true(disk_access_name(fd, name) < 0);
	assert_string_equal(name, "as before");
	close(fd);
}

static bool is_known(void *userdata, const char *name)
{
	return strcmp(userdata, name) == 0;
}

static void what_is_plugged_in_survives_a_sweep_and_nothing_else(void **state)
{
	char name[DISK_ACCESS_NAME_SIZE], gone[DISK_ACCESS_NAME_SIZE];

	name_of("1-2", name);
	fake_usb_device("1-3", 8, STICK);
	name_of("1-3", gone);
	assert_int_equal(disk_access_set(folder_fd, name, DISK_ACCESS_WRITE), 0);
	assert_int_equal(disk_access_set(folder_fd, gone, DISK_ACCESS_WRITE), 0);
	fake_text("disks/rubbish", "");
	assert_int_equal(disk_access_sweep(folder_fd, is_known, name), 0);
	assert_int_equal(files(), 1);
	assert_int_equal(disk_access_get(folder_fd, name), DISK_ACCESS_WRITE);
}

static void without_a_folder_nothing_is_said(void **state)
{
	assert_int_equal(disk_access_get(-1, "1-7-1"), DISK_ACCESS_NONE);
	assert_true(disk_access_set(-1, "1-7-1", DISK_ACCESS_WRITE) < 0);
	assert_true(disk_access_sweep(-1, is_known, NULL) < 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_said_is_found_again_and_one_thing_is_said),
		TEST(of_two_things_said_the_stricter_counts),
		TEST(the_next_device_with_the_same_numbers_has_another_name),
		TEST(the_name_tells_the_boot),
		TEST(a_device_that_is_gone_has_no_name),
		TEST(what_is_plugged_in_survives_a_sweep_and_nothing_else),
		TEST(without_a_folder_nothing_is_said),
	};

	fake_sysfs_start(argv);
	return cmocka_run_group_tests_name("disk access", tests, NULL, NULL);
}
