/*
 * The real sekishod, a real bus, devices that come and go, and operators that change at random
 * moments: each record carries the one that was in force. Who that was is written down by whoever
 * changes them, in a process of its own: when he asked, and when he was told that it is done.
 * Usage: test_operator BUILD_DIR, in the root of the source tree; OPERATOR_CHANGES: how many.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <systemd/sd-bus.h>

#include "policy/login_event.h"
#include "policy/operator.h"
#include "tests/usb/daemon.h"
#include "tests/usb/fake_kernel.h"

#define CHANGES_DEFAULT 100
#define CHANGES_MAX     10000
/* So many that none comes and goes so often that it has to wait. */
#define PORTS           200
#define SESSION         "c2"
#define LINE_MAX_SIZE   16384
#define OPERATOR_MEMBER "\"operator\":\""

/* In memory that both processes see. */
struct changed {
	uint64_t asked_ms, done_ms; /* CLOCK_BOOTTIME */
	unsigned number;            /* of the operator */
	double took_ms;
};

static struct shared {
	struct changed items[CHANGES_MAX];
	unsigned n;
} * shared;

static unsigned n_changes = CHANGES_DEFAULT;
static pid_t bus_process;

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void sleep_at_random(unsigned longest_us)
{
	nanosleep(&(struct timespec){.tv_nsec = 1000l * (rand() % (int)longest_us)}, NULL);
}

/* --- the bus and the screen --- */

static const char *path_in_run(const char *name)
{
	static char path[160];

	snprintf(path, sizeof(path), "%s/%s", daemon_folder("run"), name);
	return path;
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* Where the daemon of these tests finds none otherwise. */
static void start_bus(void)
{
	char config[256], text[1024], address[200];

	snprintf(config, sizeof(config), "%s", path_in_run("bus.conf"));
	snprintf(address, sizeof(address), "unix:path=%s", path_in_run("no-bus"));
	snprintf(text, sizeof(text),
		"<busconfig><listen>%s</listen><auth>EXTERNAL</auth>"
		"<policy context=\"default\"><allow user=\"*\"/><allow own=\"*\"/>"
		"<allow send_type=\"method_call\"/><allow send_type=\"signal\"/>"
		"<allow send_requested_reply=\"true\" send_type=\"method_return\"/>"
		"<allow send_requested_reply=\"true\" send_type=\"error\"/>"
		"<allow receive_type=\"method_call\"/><allow receive_type=\"method_return\"/>"
		"<allow receive_type=\"error\"/><allow receive_type=\"signal\"/>"
		"</policy></busconfig>",
		address);
	write_file(config, text);
	bus_process = fork();
	assert_true(bus_process >= 0);
	if (bus_process == 0) {
		(void)!freopen("/dev/null", "w", stderr); /* it complains of few descriptors */
		snprintf(text, sizeof(text), "--config-file=%s", config);
		execlp("dbus-daemon", "dbus-daemon", text, "--nofork", "--nopidfile", (char *)NULL);
		_exit(127);
	}
	WAIT_FOR(access(path_in_run("no-bus"), F_OK) == 0);
	setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);
}

static void sit_down(void)
{
	char folder[160], path[200], text[64];

	snprintf(folder, sizeof(folder), "%s", path_in_run("seats"));
	assert_int_equal(mkdir(folder, 0700), 0);
	snprintf(path, sizeof(path), "%s/seat0", folder);
	snprintf(text, sizeof(text), SESSION " %u\n", getuid());
	write_file(path, text);
	snprintf(path, sizeof(path), "%s/session-" SESSION, folder);
	snprintf(text, sizeof(text), "%u\n", getuid());
	write_file(path, text);
	setenv("FAKE_SEATS", folder, 1);
}

static int setup(void **state)
{
	char spool[160];

	if (kernel_setup(state) < 0 || daemon_setup(state) < 0)
		return -1;
	kernel_add_controller("usb1");
	snprintf(spool, sizeof(spool), "%s/" LOGIN_SPOOL_FOLDER, daemon_folder("state"));
	assert_int_equal(mkdir(spool, 0770), 0);
	start_bus();
	sit_down();
	shared->n = 0;
	return 0;
}

static int teardown(void **state)
{
	kill(bus_process, SIGTERM);
	waitpid(bus_process, NULL, 0);
	unsetenv("FAKE_SEATS");
	return daemon_teardown(state) | kernel_teardown(state);
}

/* --- who changes the operator --- */

static int change(sd_bus *bus, unsigned number)
{
	struct login_event event = {
		.reason = LOGIN_OPERATOR_RIGHT, .caller = getuid(), .reference = "7F3A09QX"};
	char line[LOGIN_EVENT_SIZE];
	struct timespec real;
	size_t size;

	clock_gettime(CLOCK_REALTIME, &real);
	event.realtime_ms = (int64_t)real.tv_sec * 1000;
	event.boottime_ms = (uint64_t)now_ms();
	snprintf(event.user, sizeof(event.user), "s%u", number);
	snprintf(event.service, sizeof(event.service), OPERATOR_SERVICE);
	size = login_event_encode(&event, line);
	line[size - 1] = '\0';
	return sd_bus_call_method(bus, OPERATOR_BUS_NAME, OPERATOR_BUS_PATH, OPERATOR_BUS_INTERFACE,
		OPERATOR_BUS_CHANGE, NULL, NULL, "s", line);
}

/* In a process of its own, which nothing here waits for. Ends with 0 when each was taken. */
static void change_all(void)
{
	sd_bus *bus = NULL;

	srand(7);
	if (sd_bus_open_system(&bus) < 0)
		_exit(1);
	for (unsigned i = 0; i < n_changes; i++) {
		struct changed *changed = &shared->items[i];
		double began;

		sleep_at_random(20000);
		/* The same person twice in a row, too. */
		changed->number = (unsigned)rand() % 40;
		began = now_ms();
		changed->asked_ms = (uint64_t)began;
		if (change(bus, changed->number) < 0)
			_exit(2);
		changed->took_ms = now_ms() - began;
		changed->done_ms = (uint64_t)now_ms();
		shared->n = i + 1;
	}
	_exit(0);
}

/* --- devices --- */

static void plug_or_pull(bool is_there[PORTS])
{
	unsigned port = (unsigned)rand() % PORTS;
	char name[16];

	snprintf(name, sizeof(name), "1-%u", port + 1);
	if (is_there[port])
		kernel_unplug(name);
	else if (port % 2 == 0)
		kernel_plug_stick(name);
	else
		kernel_plug_keyboard(name);
	is_there[port] = !is_there[port];
}

/* --- what was written down --- */

static bool read_number(const char *line, const char *member, uint64_t *ret)
{
	const char *at = strstr(line, member);
	char *end;

	if (!at)
		return false;
	*ret = strtoull(at + strlen(member), &end, 10);
	return *end == ',' || *end == '}';
}

/* -1: nobody's. */
static int operator_in(const char *line)
{
	const char *at = strstr(line, OPERATOR_MEMBER "s");
	char *end;
	int number;

	if (!at)
		return -1;
	number = (int)strtoul(at + strlen(OPERATOR_MEMBER "s"), &end, 10);
	assert_int_equal(*end, '"');
	return number;
}

struct found {
	unsigned n_changes, n_devices, n_during; /* during: while a change was under way */
};

/* The change that is the last one asked for, or done, before a time; -1: none. */
static int last_done(uint64_t time_ms)
{
	int i = (int)shared->n - 1;

	while (i >= 0 && shared->items[i].done_ms >= time_ms)
		i--;
	return i;
}

/* Of the changes that were asked for by then, none is before the last that was done. */
static void check_device(const char *line, uint64_t time_ms, struct found *found)
{
	int operator= operator_in(line), done = last_done(time_ms);
	int in_force = (int)found->n_changes - 1;
	int expected = in_force < 0 ? -1 : (int)shared->items[in_force].number;

	found->n_devices++;
	if (operator!= expected)
		fail_msg("operator %d, expected %d: %s", operator, expected, line);
	/* Whoever was told that he is the operator finds no later record with another one before
	 * him, by the clock alone. */
	if (in_force < done)
		fail_msg("change %d was done before %" PRIu64 ", and %d is in force: %s", done,
			time_ms, in_force, line);
	found->n_during += done != in_force;
}

static void check_change(const char *line, uint64_t time_ms, struct found *found)
{
	const struct changed *changed = &shared->items[found->n_changes];

	assert_true(found->n_changes < shared->n);
	assert_int_equal(operator_in(line), changed->number);
	assert_in_range(time_ms, changed->asked_ms, changed->done_ms);
	found->n_changes++;
}

static struct found check_records(void)
{
	static char line[LINE_MAX_SIZE];
	struct found found = {.n_changes = 0};
	char path[160];
	FILE *file;

	snprintf(path, sizeof(path), "%s/records-1.jsonl", daemon_folder("logs"));
	file = fopen(path, "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		uint64_t time_ms;

		assert_true(read_number(line, "\"boottime_ms\":", &time_ms));
		if (strstr(line, "\"event\":\"operator-changed\""))
			check_change(line, time_ms, &found);
		else
			check_device(line, time_ms, &found);
	}
	fclose(file);
	return found;
}

static int by_time(const void *a, const void *b)
{
	double left = ((const struct changed *)a)->took_ms,
	       right = ((const struct changed *)b)->took_ms;

	return left < right ? -1 : left > right;
}

static void each_record_carries_the_operator_that_was_in_force(void **state)
{
	bool is_there[PORTS] = {false};
	struct found found;
	pid_t child;
	int status = -1;

	srand(11);
	daemon_start();
	plug_or_pull(is_there);
	WAIT_FOR(daemon_records("device-blocked", NULL) + daemon_records("device-allowed", NULL) >
		 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		change_all();
	while (waitpid(child, &status, WNOHANG) == 0) {
		plug_or_pull(is_there);
		sleep_at_random(1000);
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	plug_or_pull(is_there);
	daemon_stop();
	found = check_records();
	qsort(shared->items, shared->n, sizeof(shared->items[0]), by_time);
	print_message("# %u changes, %u other records, %u of them while a change was under way; "
		      "a change took %.1f ms in the median, %.1f ms at most\n",
		found.n_changes, found.n_devices, found.n_during,
		shared->items[shared->n / 2].took_ms, shared->items[shared->n - 1].took_ms);
	assert_int_equal(found.n_changes, n_changes);
	assert_true(found.n_devices > n_changes / 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(each_record_carries_the_operator_that_was_in_force),
	};
	const char *wanted = getenv("OPERATOR_CHANGES");

	if (argc != 2) {
		fputs("usage: test_operator BUILD_DIR\n", stderr);
		return 2;
	}
	if (wanted)
		n_changes = (unsigned)strtoul(wanted, NULL, 10);
	if (n_changes == 0 || n_changes > CHANGES_MAX)
		n_changes = CHANGES_DEFAULT;
	shared = mmap(
		NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 2;
	daemon_is_in(argv[1]);
	return cmocka_run_group_tests_name("operator", tests, NULL, NULL);
}
