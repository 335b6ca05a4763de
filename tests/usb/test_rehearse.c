/*
 * The real sekishod --rehearse with a fake kernel: what it says, and by strace that it changes
 * nothing. Usage: test_rehearse BUILD_DIR, in the root of the source tree.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/fixture.h"
#include "tests/usb/daemon.h"
#include "tests/usb/fake_kernel.h"
#include "tests/usb/trace.h"

#define POLICY "tests/scenarios/policies/office.ini"

static const char *build;
static char top[64];
static pid_t process;

static const char *path_of(const char *name)
{
	static char path[2][96];
	static unsigned turn;

	turn ^= 1;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", top, name);
	return path[turn];
}

static int setup(void **state)
{
	snprintf(top, sizeof(top), "/tmp/sekisho-rehearse-XXXXXX");
	if (kernel_setup(state) < 0 || !mkdtemp(top))
		return -1;
	process = 0;
	kernel_add_controller("usb1");
	return 0;
}

static int teardown(void **state)
{
	if (process > 0) {
		kill(process, SIGKILL);
		waitpid(process, NULL, 0);
	}
	unlink(path_of("out"));
	unlink(path_of("trace"));
	unlink(path_of("policy.ini"));
	return rmdir(top) | kernel_teardown(state);
}

/* In the child. strace, if it is wanted, stands aside, so that this stays sekishod's own process.
 */
static void run(const char *policy, bool is_traced)
{
	char preload[512], program[300];
	int out = open(path_of("out"), O_WRONLY | O_CREAT | O_APPEND, 0600);

	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	close(out);
	dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
	snprintf(preload, sizeof(preload),
		"LD_PRELOAD=%s/tests/usb/kernel_hook.so:libumockdev-preload.so.0", build);
	snprintf(program, sizeof(program), "%s/sekishod", build);
	/* Nobody may trace who looks for leaks. */
	setenv("ASAN_OPTIONS",
		is_traced ? "verify_asan_link_order=0:detect_leaks=0" : "verify_asan_link_order=0",
		1);
	setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/tmp/no-such-bus", 1);
	if (is_traced)
		execlp("strace", "strace", "-D", "-f", "-qq", "-s", "200", "-o", path_of("trace"),
			"-E", preload, program, "--rehearse", "--policy", policy, (char *)NULL);
	putenv(preload);
	execl(program, program, "--rehearse", "--policy", policy, (char *)NULL);
	_exit(127);
}

static void start(const char *policy, bool is_traced)
{
	process = fork();
	assert_true(process >= 0);
	if (process == 0)
		run(policy, is_traced);
}

static int end(int signal)
{
	int status;

	if (signal)
		assert_int_equal(kill(process, signal), 0);
	assert_int_equal(waitpid(process, &status, 0), process);
	process = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const char *text_of(const char *name)
{
	static char text[4 * 1024 * 1024];
	FILE *file = fopen(path_of(name), "re");
	size_t size = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

	if (file)
		fclose(file);
	text[size] = '\0';
	return text;
}

static bool says(const char *text)
{
	return strstr(text_of("out"), text) != NULL;
}

#define WAIT_UNTIL_IT_SAYS(text) \
	do { \
		unsigned left_ = 10000; \
\
		while (!says(text) && --left_ > 0) \
			daemon_wait_a_moment(); \
		if (left_ == 0) \
			fail_msg("it does not say '%s' but:\n%s", text, text_of("out")); \
	} while (false)

/* Plugs what a person may plug, and waits for what is said of it. */
static void play(void)
{
	WAIT_UNTIL_IT_SAYS("1-1     0951:1666  (says no name)  would be refused: the policy blocks "
			   "usb-storage (line 19)\n");
	WAIT_UNTIL_IT_SAYS("1-2     046d:c31c  (says no name)  would be let in: the policy allows "
			   "keyboard (line 15)\n");
	kernel_plug(&(struct kernel_device){
		.name = "1-3", .descriptors = "1d6b:0104 03/01/01 08/06/50"});
	WAIT_UNTIL_IT_SAYS("1-3     1d6b:0104  (says no name)  would be let in partly, 1 of 2 "
			   "interfaces: the policy blocks usb-storage (line 19)\n");
	kernel_unplug("1-1");
	WAIT_UNTIL_IT_SAYS("1-1     0951:1666  (says no name)  was unplugged\n");
	/* A reader, until a driver makes a disk of it. */
	kernel_plug(&(struct kernel_device){.name = "1-4",
		.descriptors = "054c:06c3 0b/00/00",
		.drivers = {{1, 0, "acme", "host7", "scsi"}}});
	WAIT_UNTIL_IT_SAYS("1-4     054c:06c3  (says no name)  would be refused: driver acme made "
			   "it usb-storage");
}

static void it_says_what_would_happen_now_and_next(void **state)
{
	kernel_plug_stick("1-1");
	kernel_plug_keyboard("1-2");
	start(POLICY, false);
	play();
	/* Once the device has calmed down, one line is enough. */
	assert_false(says("1-4     054c:06c3  (says no name)  would be let in"));
	assert_true(says("It is not signed; a terminal would not take it.\n"));
	assert_int_equal(end(SIGINT), 0);
}

static void a_signed_policy_is_as_good_and_not_checked(void **state)
{
	start("tests/data/documents/policy-telephone.ini", false);
	assert_int_equal(end(0), 2);
	start("tests/data/documents/policy-one-key-twice.ini", false);
	WAIT_UNTIL_IT_SAYS("Its 2 signatures were not checked; a terminal would.\n");
	WAIT_UNTIL_IT_SAYS("No USB device is plugged in.\n");
	assert_int_equal(end(SIGTERM), 0);
}

static void the_keyboard_that_would_be_kept_is_named(void **state)
{
	kernel_plug_keyboard("1-2");
	start("tests/scenarios/policies/nothing-at-all.ini", false);
	WAIT_UNTIL_IT_SAYS("1-2     046d:c31c  (says no name)  would be refused, but kept to type "
			   "on: kept although refused, because nobody could type without it\n");
	assert_int_equal(end(SIGINT), 0);
}

static void a_policy_with_mistakes_is_named_line_by_line(void **state)
{
	struct fixture good = fixture_read("../../" POLICY);
	char *bad = text_edited(good.bytes, "keyboard = allow", "keyboards = allow");
	FILE *file = fopen(path_of("policy.ini"), "we");

	assert_non_null(file);
	fputs(bad, file);
	fclose(file);
	start(path_of("policy.ini"), false);
	assert_int_equal(end(0), 2);
	assert_true(says("policy.ini:15:1: read 'keyboards', expected one of the keys"));
	start("/nowhere/policy.ini", false);
	assert_int_equal(end(0), 2);
	assert_true(says("/nowhere/policy.ini cannot be read: No such file or directory"));
	free(good.bytes);
	free(bad);
}

static void it_changes_nothing(void **state)
{
	char why[512];

	if (system_has_strace() != 0)
		skip();
	kernel_plug_stick("1-1");
	kernel_plug_keyboard("1-2");
	start(POLICY, true);
	play();
	assert_int_equal(end(SIGINT), 0);
	/* The tracer may be a moment behind. */
	WAIT_FOR(strstr(text_of("trace"), "exit_group(0)"));
	if (trace_shows_a_change(text_of("trace"), getenv("UMOCKDEV_DIR"), why, sizeof(why)))
		fail_msg("it did: %s", why);
	/* All of it was seen. */
	assert_non_null(strstr(text_of("trace"), "\"descriptors\", O_RDONLY"));
	assert_int_equal(kernel_writes("1-2"), 0);
	assert_true(kernel_has_driver("1-3", 1, 1, "usb-storage"));
	assert_string_equal(kernel_read("usb1", "authorized_default"), "1");
}

/* Each of these would have been found. */
static void a_change_is_seen_in_a_trace(void **state)
{
	static const struct {
		const char *line;
		bool is_change;
	} rows[] = {
		{"7 openat(3, \"x\", O_RDONLY|O_CLOEXEC) = 4", false},
		{"7 openat(3, \"x\", O_WRONLY|O_CLOEXEC) = 4", true},
		{"7 openat(3, \"x\", O_RDWR) = 4", true},
		{"7 openat(AT_FDCWD, \"x\", O_RDONLY|O_CREAT, 0600) = 4", true},
		{"7 open(\"x\", O_WRONLY) = -1 EACCES (Permission denied)", true},
		{"7 creat(\"x\", 0600) = 4", true},
		{"7 write(1, \"x\", 1) = 1", false},
		{"7 write(2, \"x\", 1) = 1", false},
		{"7 write(12, \"x\", 1) = 1", true},
		{"7 writev(5, [{iov_base=\"x\"}], 1) = 1", true},
		{"7 pwrite64(5, \"x\", 1, 0) = 1", true},
		{"7 connect(5, {sa_family=AF_UNIX, sun_path=\"/run/dbus/system_bus_socket\"}, 30) "
		 "= 0",
			true},
		{"7 connect(5, {sa_family=AF_UNIX, sun_path=\"/tmp/fake/event1\"}, 30) = 0", false},
		{"7 bind(5, {sa_family=AF_UNIX, sun_path=\"/tmp/fake/event1\"}, 30) = 0", false},
		{"7 bind(5, {sa_family=AF_UNIX, sun_path=@\"hidden\"}, 30) = 0", true},
		{"7 bind(5, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=0x000001}, 12) = 0", false},
		{"7 bind(5, {sa_family=AF_INET, sin_port=htons(1)}, 12) = 0", true},
		{"7 sendmsg(5, {msg_name=NULL}, 0) = 1", true},
		{"7 mkdir(\"/run/sekisho\", 0700) = -1 EEXIST (File exists)", true},
		{"7 unlink(\"/tmp/fake/event5\") = -1 ENOENT (No such file or directory)", false},
		{"7 unlink(\"/tmp/fake/sys/event5\") = 0", true},
		{"7 unlinkat(5, \"x\", 0) = 0", true},
		{"7 renameat2(5, \"x\", 5, \"y\", 0) = 0", true},
		{"7 ftruncate(5, 0) = 0", true},
		{"7 fchmod(5, 0600) = 0", true},
		{"7 readlink(\"/sys/bus/usb\", \"x\", 5) = 1", false},
		{"7 ioctl(1, TCGETS, 0x7ffe) = -1 ENOTTY", false},
		{"7 ioctl(5, USBDEVFS_RESET) = 0", true},
		{"7 --- SIGINT {si_signo=SIGINT} ---", false},
	};
	char why[512];

	for (size_t i = 0; i < COUNT(rows); i++)
		if (trace_shows_a_change(rows[i].line, "/tmp/fake", why, sizeof(why)) !=
			rows[i].is_change)
			fail_msg("%s", rows[i].line);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(it_says_what_would_happen_now_and_next),
		TEST(a_signed_policy_is_as_good_and_not_checked),
		TEST(the_keyboard_that_would_be_kept_is_named),
		TEST(a_policy_with_mistakes_is_named_line_by_line),
		TEST(it_changes_nothing),
		cmocka_unit_test(a_change_is_seen_in_a_trace),
	};

	if (argc != 2) {
		fputs("usage: test_rehearse BUILD_DIR\n", stderr);
		return 2;
	}
	build = argv[1];
	return cmocka_run_group_tests_name("rehearse", tests, NULL, NULL);
}
