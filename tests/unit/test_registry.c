/* The devices that are held open, and who is told when somebody writes to their files. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/registry.h"
#include "tests/unit/fake_sysfs.h"

static struct registry *registry;

static int setup(void **state)
{
	if (fake_sysfs_setup(state) < 0)
		return -1;
	fake_usb_device("usb1", 1, "1d6b:0002 09/00/00");
	fake_usb_device("usb12", 1, "1d6b:0002 09/00/00");
	fake_usb_device("1-2", 7, "046d:c31c 03/01/01");
	fake_usb_device("12-1.4", 3, "0951:1666 08/06/50");
	return registry_new(&registry);
}

static int teardown(void **state)
{
	registry_free(registry);
	return fake_sysfs_teardown(state);
}

static struct registered *add(const char *name)
{
	struct registered *entry;

	assert_int_equal(registry_add(registry, name, &entry), 0);
	return entry;
}

/* As somebody else does it. */
static void write_to(const char *device, const char *attribute)
{
	int fd = open(fake_path(fake_attribute(device, attribute)), O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "1", 1), 1);
	close(fd);
}

static void assert_flip(const struct registered *expected)
{
	struct registered *entry = NULL;
	int watch;

	assert_int_equal(registry_next_flip(registry, &entry, &watch), 1);
	assert_ptr_equal(entry, expected);
}

static void assert_no_flip(void)
{
	struct registered *entry;
	int watch;

	assert_int_equal(registry_next_flip(registry, &entry, &watch), 0);
}

static void devices_and_controllers_are_found(void **state)
{
	struct registered *keyboard = add("1-2"), *stick = add("12-1.4");
	struct registered *first = add("usb1"), *second = add("usb12");

	assert_int_equal(keyboard->bus, 1);
	assert_int_equal(stick->bus, 12);
	assert_false(keyboard->is_controller);
	assert_true(second->is_controller);
	assert_ptr_equal(registry_find(registry, "1-2"), keyboard);
	assert_null(registry_find(registry, "1-20"));
	assert_ptr_equal(registry_find_id(registry, stick->id), stick);
	assert_ptr_equal(registry_find_controller(registry, 1), first);
	assert_ptr_equal(registry_find_controller(registry, 12), second);
	assert_null(registry_find_controller(registry, 2));
	assert_ptr_equal(registry_at(registry, 0), keyboard);
	assert_ptr_equal(registry_at(registry, 3), second);
	assert_null(registry_at(registry, 4));
	registry_remove(registry, keyboard);
	assert_null(registry_find(registry, "1-2"));
	assert_ptr_equal(registry_at(registry, 0), stick);
}

static void an_id_is_never_used_again(void **state)
{
	struct registered *entry = add("1-2");
	uint64_t id = entry->id;

	registry_remove(registry, entry);
	entry = add("1-2");
	assert_true(entry->id > id);
	assert_null(registry_find_id(registry, id));
}

static void what_is_not_there_is_not_added(void **state)
{
	struct registered untouched, *entry = &untouched;

	assert_int_equal(registry_add(registry, "9-9", &entry), -ENODEV);
	assert_ptr_equal(entry, &untouched);
	assert_null(registry_at(registry, 0));
}

/* Another device may have taken the name; the folder that was opened is still the old one's. */
static void a_device_is_alive_until_it_goes(void **state)
{
	struct registered *entry = add("1-2");

	assert_true(registry_is_alive(entry));
	fake_remove("devices/pci/usb1/1-2");
	fake_remove("bus/usb/devices/1-2");
	fake_usb_device("1-2", 8, "0951:1666 08/06/50");
	assert_false(registry_is_alive(entry));
	registry_remove(registry, entry);
	assert_true(registry_is_alive(add("1-2")));
}

static void whoever_writes_to_authorized_is_noticed(void **state)
{
	struct registered *keyboard = add("1-2"), *stick = add("12-1.4");

	assert_no_flip();
	write_to("12-1.4", "authorized");
	write_to("1-2", "authorized");
	assert_flip(stick);
	assert_flip(keyboard);
	assert_no_flip();
	(void)fake_read(fake_attribute("1-2", "authorized"));
	assert_no_flip();
}

static void whoever_writes_to_a_controllers_defaults_is_noticed(void **state)
{
	struct registered *controller = add("usb1");

	write_to("usb1", "authorized_default");
	assert_flip(controller);
	write_to("usb1", "interface_authorized_default");
	assert_flip(controller);
	assert_no_flip();
}

static void whoever_writes_to_an_interface_is_noticed(void **state)
{
	struct registered *entry = add("1-2");
	struct observation seen = {.n_interfaces = 1};

	fake_usb_interface("1-2", 1, 0, "03", false, NULL);
	seen.interfaces[0].configuration = 1;
	write_to("1-2", "1-2:1.0/authorized");
	assert_no_flip();
	registry_watch_interfaces(registry, entry, &seen);
	registry_watch_interfaces(registry, entry, &seen);
	assert_int_equal(entry->n_watches, 2);
	write_to("1-2", "1-2:1.0/authorized");
	assert_flip(entry);
	assert_no_flip();
}

/* A device that changes its configuration again and again uses the same few watches. */
static void watches_of_old_interfaces_make_room(void **state)
{
	struct registered *entry = add("1-2");
	struct observation seen = {.n_interfaces = 1};

	for (unsigned i = 0; i < 3 * WATCHES_MAX; i++) {
		seen.interfaces[0].configuration = (uint8_t)(i + 1);
		fake_usb_interface("1-2", i + 1, 0, "03", false, NULL);
		registry_watch_interfaces(registry, entry, &seen);
		assert_true(entry->n_watches <= WATCHES_MAX);
	}
	write_to("1-2", "authorized");
	assert_flip(entry);
	write_to("1-2", "1-2:99.0/authorized");
	assert_flip(entry);
	write_to("1-2", "1-2:1.0/authorized");
	assert_no_flip();
}

static void other_paths_can_be_watched(void **state)
{
	struct registered *entry;
	int watch = 0, flipped = -1;

	fake_text("module/usbcore/parameters/authorized_default", "0\n");
	assert_int_equal(registry_watch_path(registry, "/sys/no/such/file", &watch), -ENOENT);
	assert_int_equal(watch, 0);
	assert_int_equal(registry_watch_path(registry,
				 "/sys/module/usbcore/parameters/authorized_default", &watch),
		0);
	fake_text("module/usbcore/parameters/authorized_default", "1\n");
	assert_int_equal(registry_next_flip(registry, &entry, &flipped), 1);
	assert_null(entry);
	assert_int_equal(flipped, watch);
}

/* What was written just before it went is nobody's. */
static void a_removed_device_flips_no_other(void **state)
{
	struct registered *entry;
	int watch;

	entry = add("1-2");
	add("12-1.4");
	write_to("1-2", "authorized");
	registry_remove(registry, entry);
	while (registry_next_flip(registry, &entry, &watch) > 0)
		assert_null(entry);
}

static void lost_events_are_said(void **state)
{
	FILE *file = fopen("/proc/sys/fs/inotify/max_queued_events", "re");
	unsigned long most = 0;
	struct registered *entry;
	int watch, r;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%lu", &most), 1);
	fclose(file);
	if (most > 100000)
		skip();
	add("1-2");
	add("12-1.4");
	/* Two files by turns: the same twice would be one event. */
	for (unsigned long i = 0; i < most; i++) {
		write_to("1-2", "authorized");
		write_to("12-1.4", "authorized");
	}
	while ((r = registry_next_flip(registry, &entry, &watch)) > 0)
		;
	assert_int_equal(r, -EOVERFLOW);
}

static void the_descriptor_says_when_there_is_something(void **state)
{
	struct pollfd ready = {.fd = registry_fd(registry), .events = POLLIN};

	add("1-2");
	assert_int_equal(poll(&ready, 1, 0), 0);
	write_to("1-2", "authorized");
	assert_int_equal(poll(&ready, 1, 0), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(devices_and_controllers_are_found),
		TEST(an_id_is_never_used_again),
		TEST(what_is_not_there_is_not_added),
		TEST(a_device_is_alive_until_it_goes),
		TEST(whoever_writes_to_authorized_is_noticed),
		TEST(whoever_writes_to_a_controllers_defaults_is_noticed),
		TEST(whoever_writes_to_an_interface_is_noticed),
		TEST(watches_of_old_interfaces_make_room),
		TEST(other_paths_can_be_watched),
		TEST(a_removed_device_flips_no_other),
		TEST(lost_events_are_said),
		TEST(the_descriptor_says_when_there_is_something),
	};

	fake_sysfs_start(argv);
	return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
