/* The filter on uevents, attached to a real socket: what it lets through and what it drops. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/uevent_filter.h"

static const char *const subsystems[] = {"usb", "input"};

struct sockets {
	int sender, receiver;
};

static int open_sockets(void **state)
{
	static struct sockets sockets;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -1;
	sockets = (struct sockets){.sender = pair[0], .receiver = pair[1]};
	*state = &sockets;
	return uevent_filter_attach(sockets.receiver, subsystems, 2);
}

static int close_sockets(void **state)
{
	const struct sockets *sockets = *state;

	close(sockets->sender);
	close(sockets->receiver);
	return 0;
}

struct message {
	char bytes[4096];
	size_t size;
};

/* text with the NUL that ends it */
__attribute__((format(printf, 2, 3))) static void add(
	struct message *message, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	message->size += (size_t)vsnprintf(message->bytes + message->size,
		sizeof(message->bytes) - message->size, format, arguments);
	va_end(arguments);
	message->size++;
	assert_true(message->size < sizeof(message->bytes));
}

/* As lib/kobject_uevent.c makes it. */
static struct message uevent(const char *action, const char *path, const char *subsystem)
{
	struct message message = {.size = 0};

	add(&message, "%s@%s", action, path);
	add(&message, "ACTION=%s", action);
	add(&message, "DEVPATH=%s", path);
	add(&message, "SUBSYSTEM=%s", subsystem);
	add(&message, "DEVTYPE=usb_device");
	add(&message, "SEQNUM=4711");
	return message;
}

/* Whether the message arrives, whole. */
static bool passes(const struct sockets *sockets, const void *bytes, size_t size)
{
	static char received[8192];
	ssize_t n;

	assert_int_equal(send(sockets->sender, bytes, size, 0), size);
	n = recv(sockets->receiver, received, sizeof(received), MSG_DONTWAIT);
	if (n < 0) {
		assert_int_equal(errno, EAGAIN);
		return false;
	}
	assert_int_equal(n, size);
	assert_memory_equal(received, bytes, size);
	return true;
}

static bool uevent_passes(void **state, const char *action, const char *path, const char *subsystem)
{
	struct message message = uevent(action, path, subsystem);

	return passes(*state, message.bytes, message.size);
}

static void only_usb_and_input_pass(void **state)
{
	static const struct {
		const char *action, *path, *subsystem;
		bool passes;
	} rows[] = {
		{"add", "/devices/pci0000:00/0000:00:14.0/usb1/1-2", "usb", true},
		{"remove", "/devices/pci0000:00/0000:00:14.0/usb1/1-2", "usb", true},
		{"bind", "/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0", "usb", true},
		{"add", "/devices/platform/i8042/serio0/input/input3", "input", true},
		{"change", "/devices/virtual/block/loop0", "block", false},
		{"add", "/devices/virtual/net/veth0", "net", false},
		{"add", "/devices/virtual/usbmon/usbmon1", "usbmon", false},
		{"add", "/devices/virtual/x", "usbx", false},
		{"add", "/devices/virtual/x", "us", false},
		{"add", "/devices/virtual/x", "", false},
		{"add", "/devices/virtual/x", "inputs", false},
		{"add", "/devices/virtual/x", "usb_device", false},
		{"add", "/devices/virtual/x", "USB", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (uevent_passes(state, rows[i].action, rows[i].path, rows[i].subsystem) !=
			rows[i].passes)
			fail_msg("%s %s %s", rows[i].action, rows[i].path, rows[i].subsystem);
}

/* Where the subsystem stands depends on both lengths, in words of four bytes and the rest. */
static void the_length_of_action_and_path_does_not_matter(void **state)
{
	static const char *const actions[] = {
		"add", "move", "bind", "change", "remove", "online", "unbind", "offline"};
	char path[UEVENT_PATH_MAX];

	for (size_t length = 1; length < UEVENT_PATH_MAX - 12; length++) {
		memset(path, 'x', length);
		path[0] = '/';
		path[length] = '\0';
		for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
			assert_true(uevent_passes(state, actions[i], path, "usb"));
			assert_true(uevent_passes(state, actions[i], path, "input"));
			assert_false(uevent_passes(state, actions[i], path, "block"));
			assert_false(uevent_passes(state, actions[i], path, "usbmon"));
		}
	}
}

/* Any byte may stand in a path, those that look like the end of a word too. */
static void odd_bytes_in_a_path_are_no_end(void **state)
{
	static const char odd[] = "\x01\x80\x81\xff\x7f\x02";
	char path[64];

	for (size_t i = 0; i < sizeof(odd) - 1; i++)
		for (size_t length = 2; length < sizeof(path) - 1; length++) {
			memset(path, odd[i], length);
			path[0] = '/';
			path[length] = '\0';
			assert_true(uevent_passes(state, "add", path, "usb"));
			assert_false(uevent_passes(state, "add", path, "net"));
		}
}

static void a_path_that_is_too_long_to_read_passes(void **state)
{
	char path[2 * UEVENT_PATH_MAX];

	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_true(uevent_passes(state, "add", path, "usb"));
	assert_true(uevent_passes(state, "add", path, "block"));
}

/* A path cannot carry the subsystem of another: only the place that the kernel gives it counts. */
static void a_path_that_names_a_subsystem_changes_nothing(void **state)
{
	assert_false(uevent_passes(state, "add", "/devices/SUBSYSTEM=usb", "block"));
	assert_true(uevent_passes(state, "add", "/devices/SUBSYSTEM=block", "usb"));
}

static void what_is_not_in_the_kernels_form_passes(void **state)
{
	/* udev's own messages, and those of test beds */
	static const char from_udev[200] = "libudev\0\xfe\xed\xca\xfe";
	struct message message = {.size = 0};

	assert_true(passes(*state, from_udev, sizeof(from_udev)));
	/* No SUBSYSTEM= where the kernel puts it. */
	add(&message, "add@/devices/x");
	add(&message, "ACTION=add");
	add(&message, "SUBSYSTEM=block");
	add(&message, "DEVPATH=/devices/x, and something that fills the message up");
	assert_true(passes(*state, message.bytes, message.size));
}

/* The kernel cuts none; but neither does the judgement hang on what comes behind. */
static void what_stands_behind_the_subsystem_does_not_matter(void **state)
{
	static const char usb[] = "add@/devices/usb1\0ACTION=add\0DEVPATH=/devices/usb1\0"
				  "SUBSYSTEM=usb";
	static const char block[] = "add@/devices/loop\0ACTION=add\0DEVPATH=/devices/loop\0"
				    "SUBSYSTEM=block";

	assert_true(passes(*state, usb, sizeof(usb)));
	assert_false(passes(*state, block, sizeof(block)));
}

static void the_kernel_takes_a_program_of_that_length(void **state)
{
	struct sock_filter *code = NULL;
	size_t size = 0;

	assert_int_equal(uevent_filter_build(subsystems, 2, &code, &size), 0);
	assert_in_range(size, 1, BPF_MAXINSNS);
	free(code);
}

static void a_program_that_is_too_long_is_not_built(void **state)
{
	static const char *many[700];
	struct sock_filter untouched, *code = &untouched;
	size_t size = 4711;

	for (size_t i = 0; i < sizeof(many) / sizeof(many[0]); i++)
		many[i] = "subsystem-with-a-name";
	assert_int_equal(
		uevent_filter_build(many, sizeof(many) / sizeof(many[0]), &code, &size), -E2BIG);
	assert_ptr_equal(code, &untouched);
	assert_int_equal(size, 4711);
}

/* 0 when a filter can be attached where sockets may hold as little as on Linux 6.1. */
static int attach_with_little_memory(void)
{
	static const char little[] = "20480";
	int fd, pair[2];

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0 && unshare(CLONE_NEWNET) < 0)
		return 77;
	fd = open("/proc/sys/net/core/optmem_max", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, little, sizeof(little) - 1) < 0)
		return 77;
	close(fd);
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) < 0)
		return 77;
	return uevent_filter_attach(pair[0], subsystems, 2) == 0 ? 0 : 1;
}

static void debian_12_has_memory_for_it(void **state)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		_exit(attach_with_little_memory());
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip(); /* this kernel does not let us say how much there is */
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_usb_and_input_pass),
		cmocka_unit_test(the_length_of_action_and_path_does_not_matter),
		cmocka_unit_test(odd_bytes_in_a_path_are_no_end),
		cmocka_unit_test(a_path_that_is_too_long_to_read_passes),
		cmocka_unit_test(a_path_that_names_a_subsystem_changes_nothing),
		cmocka_unit_test(what_is_not_in_the_kernels_form_passes),
		cmocka_unit_test(what_stands_behind_the_subsystem_does_not_matter),
		cmocka_unit_test(the_kernel_takes_a_program_of_that_length),
		cmocka_unit_test(a_program_that_is_too_long_is_not_built),
		cmocka_unit_test(debian_12_has_memory_for_it),
	};

	return cmocka_run_group_tests_name("uevent_filter", tests, open_sockets, close_sockets);
}
