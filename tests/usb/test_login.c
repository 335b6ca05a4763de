/*
 * The real sekishod and logins: what was written to the spool while it was away, was being killed
 * or could not write is in its records afterwards; and what it leaves for sekisho-verify. Usage:
 * test_login BUILD_DIR, in the root of the source tree.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "policy/login_event.h"
#include "policy/login_rules.h"
#include "tests/unit/fixture.h"
#include "tests/unit/policy_signer.h"
#include "tests/usb/daemon.h"
#include "tests/usb/fake_kernel.h"

static struct signed_policy policy_42;

static int setup(void **state)
{
	if (kernel_setup(state) < 0 || daemon_setup(state) < 0)
		return -1;
	kernel_add_controller("usb1");
	return 0;
}

static int teardown(void **state)
{
	return daemon_teardown(state) | kernel_teardown(state);
}

static const char *path_of(const char *name)
{
	static char path[160];

	snprintf(path, sizeof(path), "%s/%s", daemon_folder("state"), name);
	return path;
}

static void make_folder(void)
{
	assert_int_equal(mkdir(path_of("login-spool"), 0770), 0);
}

static bool has(const char *name)
{
	return access(path_of(name), F_OK) == 0;
}

/* As sekisho-verify does, under the lock. */
static void append(const char *bytes, size_t size)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct stat opened, named;
	int fd = -1;

	do {
		if (fd >= 0)
			close(fd);
		fd = open(path_of("login-spool/spool"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
			0660);
		assert_true(fd >= 0);
		assert_int_equal(fcntl(fd, F_OFD_SETLKW, &lock), 0);
		assert_int_equal(fstat(fd, &opened), 0);
	} while (stat(path_of("login-spool/spool"), &named) < 0 || named.st_ino != opened.st_ino);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
}

static const char *reference_of(unsigned number)
{
	static char reference[LOGIN_REFERENCE_SIZE];

	snprintf(reference, sizeof(reference), "R%07u", number);
	return reference;
}

static size_t encode(enum login_reason reason, unsigned number, char line[LOGIN_EVENT_SIZE])
{
	struct login_event event = {
		.reason = reason,
		.realtime_ms = 1780272000000,
		.user = "tanaka",
		.service = "login",
		.terminal = "tty1",
	};

	memcpy(event.reference, reference_of(number), sizeof(event.reference));
	return login_event_encode(&event, line);
}

static void log_in(enum login_reason reason, unsigned number)
{
	char line[LOGIN_EVENT_SIZE];

	append(line, encode(reason, number, line));
}

static void log_in_often(unsigned n)
{
	char *lines = malloc((size_t)n * LOGIN_EVENT_SIZE);
	size_t size = 0;

	assert_non_null(lines);
	for (unsigned i = 0; i < n; i++)
		size += encode(LOGIN_WRONG, i, lines + size);
	append(lines, size);
	free(lines);
}

static bool is_recorded(enum login_reason reason, unsigned number)
{
	return daemon_records(reason == LOGIN_RIGHT ? "login-allowed" : "login-refused",
		       reference_of(number)) > 0;
}

static void a_login_is_recorded_within_a_moment(void **state)
{
	make_folder();
	daemon_start();
	WAIT_FOR(has("login-spool/spool"));
	log_in(LOGIN_RIGHT, 1);
	WAIT_FOR(is_recorded(LOGIN_RIGHT, 1));
	log_in(LOGIN_WRONG, 2);
	WAIT_FOR(is_recorded(LOGIN_WRONG, 2));
	/* When the disk has it, the spool lets it go. */
	WAIT_FOR(!has("login-spool/spool.taken"));
	assert_true(has("login-spool/spool"));
	daemon_stop();
	assert_int_equal(daemon_records("login-allowed", NULL), 1);
	assert_int_equal(daemon_records("login-refused", NULL), 1);
}

static void where_there_is_no_folder_it_sleeps(void **state)
{
	double used;

	daemon_start();
	nanosleep(&(struct timespec){.tv_nsec = 500000000}, NULL);
	used = daemon_cpu_ms();
	nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
	assert_true(daemon_cpu_ms() - used < 100);
	daemon_stop();
}

static void the_folder_may_come_later(void **state)
{
	daemon_start();
	make_folder();
	WAIT_FOR(has("login-spool/spool"));
	log_in(LOGIN_RIGHT, 1);
	WAIT_FOR(is_recorded(LOGIN_RIGHT, 1));
	daemon_stop();
}

static void what_happened_while_it_was_away_is_recorded_once(void **state)
{
	make_folder();
	daemon_start();
	WAIT_FOR(has("login-spool/spool"));
	daemon_stop();
	log_in(LOGIN_WRONG, 1);
	log_in(LOGIN_RIGHT, 2);
	daemon_start();
	WAIT_FOR(is_recorded(LOGIN_RIGHT, 2));
	WAIT_FOR(!has("login-spool/spool.taken"));
	/* The time is that of the login. */
	assert_int_equal(daemon_records("login-refused", reference_of(1)), 1);
	daemon_stop();
	log_in(LOGIN_RIGHT, 3);
	daemon_start();
	WAIT_FOR(is_recorded(LOGIN_RIGHT, 3));
	daemon_stop();
	assert_int_equal(daemon_records("login-allowed", reference_of(2)), 1);
	assert_int_equal(daemon_records("login-allowed", reference_of(3)), 1);
}

static void a_stop_that_had_recorded_all_leaves_nothing_to_record_twice(void **state)
{
	make_folder();
	daemon_start();
	WAIT_FOR(has("login-spool/spool"));
	for (unsigned i = 0; i < 5; i++) {
		log_in(LOGIN_RIGHT, i);
		WAIT_FOR(is_recorded(LOGIN_RIGHT, i));
		daemon_stop();
		daemon_start();
	}
	daemon_stop();
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(daemon_records("login-allowed", reference_of(i)), 1);
}

/* At whatever moment: each login is there, and none more often than it was killed. */
static void killed_again_and_again_it_loses_none(void **state)
{
	enum { LOGINS = 300, KILLS = 12 };
	unsigned n = 0;

	make_folder();
	for (unsigned i = 0; i < KILLS; i++) {
		log_in_often(LOGINS);
		daemon_start();
		for (unsigned j = 0; j < i; j++)
			daemon_wait_a_moment();
		daemon_kill();
	}
	daemon_start();
	WAIT_FOR(!has("login-spool/spool.taken") && is_recorded(LOGIN_WRONG, LOGINS - 1));
	WAIT_FOR(daemon_records("login-refused", NULL) >= KILLS * LOGINS);
	WAIT_FOR(!has("login-spool/spool.taken"));
	daemon_stop();
	for (unsigned i = 0; i < LOGINS; i += 37)
		n += daemon_records("login-refused", reference_of(i)) >= KILLS;
	assert_int_equal(n, (LOGINS + 36) / 37);
}

static void a_damaged_line_is_a_record_and_hides_no_other(void **state)
{
	make_folder();
	log_in(LOGIN_RIGHT, 1);
	append("half of a line\n", 15);
	log_in(LOGIN_RIGHT, 2);
	daemon_start();
	WAIT_FOR(is_recorded(LOGIN_RIGHT, 2));
	assert_true(is_recorded(LOGIN_RIGHT, 1));
	assert_int_equal(daemon_records("login-line-damaged", NULL), 1);
	daemon_stop();
}

static void a_flood_of_logins_keeps_no_keyboard_waiting(void **state)
{
	enum { LOGINS = 6000 };

	make_folder();
	daemon_start();
	WAIT_FOR(has("login-spool/spool"));
	log_in_often(LOGINS);
	kernel_plug_keyboard("1-1");
	WAIT_FOR(kernel_has_driver("1-1", 1, 0, "usbhid"));
	assert_true(daemon_records("login-refused", NULL) < LOGINS);
	WAIT_FOR(daemon_records("login-refused", NULL) == LOGINS);
	daemon_stop();
}

/* In place of the file of the records something is in the way. */
static void what_cannot_be_recorded_yet_is_kept(void **state)
{
	char records[160];

	snprintf(records, sizeof(records), "%s/records-1.jsonl", daemon_folder("logs"));
	assert_int_equal(mkdir(records, 0700), 0);
	make_folder();
	log_in(LOGIN_RIGHT, 1);
	daemon_start();
	WAIT_FOR(has("login-spool/spool.taken"));
	log_in(LOGIN_RIGHT, 2);
	for (unsigned i = 0; i < 50; i++)
		daemon_wait_a_moment();
	assert_true(has("login-spool/spool.taken"));
	assert_int_equal(rmdir(records), 0);
	/* The next login is the next look. */
	log_in(LOGIN_RIGHT, 3);
	WAIT_FOR(is_recorded(LOGIN_RIGHT, 1) && is_recorded(LOGIN_RIGHT, 3));
	assert_true(is_recorded(LOGIN_RIGHT, 2));
	WAIT_FOR(!has("login-spool/spool.taken"));
	daemon_stop();
}

/* --- what it leaves for sekisho-verify --- */

static void put_root(void)
{
	static const char site[] = "[site]\nsite = tosu\ntier = my-number\n";
	struct fixture root = fixture_read("documents/root.ini");

	daemon_put("etc", "root.ini", root.bytes, root.size);
	daemon_put("etc", "site.ini", site, sizeof(site) - 1);
	free(root.bytes);
}

static struct login_rules rules(void)
{
	struct login_rules ret = {};
	uint8_t bytes[LOGIN_RULES_SIZE + 1];
	int fd = open(path_of(LOGIN_RULES_FILE), O_RDONLY | O_CLOEXEC);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, bytes, sizeof(bytes));
	close(fd);
	assert_int_equal(login_rules_decode(bytes, (size_t)n, &ret), 0);
	return ret;
}

static void where_no_policy_was_ever_seen_there_are_no_rules(void **state)
{
	put_root();
	daemon_put("state", LOGIN_RULES_FILE, "x", 1);
	daemon_start();
	assert_false(has(LOGIN_RULES_FILE));
	daemon_stop();
	assert_false(has(LOGIN_RULES_LAST_FILE));
	/* Documents prove what time it is all the same. */
	assert_true(has("login-floor"));
}

static void the_rules_are_those_of_the_policy_and_strict_ones_where_all_is_lost(void **state)
{
	char last[4096];

	snprintf(last, sizeof(last), "%s", path_of(LOGIN_RULES_LAST_FILE));
	put_root();
	daemon_put("state", "policy.ini", policy_42.bytes, policy_42.size);
	daemon_put("state", "policy.last-good.ini", policy_42.bytes, policy_42.size);
	daemon_put("state", "policy-seen", "", 0);
	daemon_start();
	assert_int_equal(rules().policy_serial, 42);
	assert_int_equal(rules().lock_after, 7);
	daemon_stop();
	daemon_put("state", "policy.ini", "x", 1);
	daemon_start();
	assert_int_equal(rules().policy_serial, 42); /* the last good one stands in */
	daemon_stop();
	daemon_remove("state", "policy.last-good.ini");
	daemon_start();
	assert_int_equal(daemon_records("policy-lost", NULL), 2);
	assert_int_equal(rules().policy_serial, 42); /* what was compiled of it stands in */
	daemon_stop();
	assert_int_equal(rename(path_of(LOGIN_RULES_FILE), last), 0);
	daemon_put("state", LOGIN_RULES_FILE, "x", 1);
	daemon_start();
	assert_int_equal(rules().policy_serial, 42); /* and those before, where it is damaged */
	daemon_stop();
	daemon_put("state", LOGIN_RULES_FILE, "x", 1);
	daemon_put("state", LOGIN_RULES_LAST_FILE, "x", 1);
	daemon_start();
	assert_int_equal(rules().policy_serial, 0);
	assert_int_equal(rules().mode, SECOND_FACTOR_REQUIRED);
	daemon_stop();
}

static void rules_that_cannot_be_stored_are_told(void **state)
{
	put_root();
	daemon_put("state", "policy.ini", policy_42.bytes, policy_42.size);
	assert_int_equal(mkdir(path_of(LOGIN_RULES_FILE), 0700), 0);
	daemon_start();
	assert_int_equal(daemon_records("login-rules-not-stored", NULL), 1);
	daemon_stop();
	assert_int_equal(rmdir(path_of(LOGIN_RULES_FILE)), 0);
	daemon_start();
	assert_int_equal(rules().policy_serial, 42);
	assert_int_equal(daemon_records("login-rules-not-stored", NULL), 1);
	daemon_stop();
}

static void rules_are_tried_again_each_minute(void **state)
{
	put_root();
	daemon_put("state", "policy.ini", policy_42.bytes, policy_42.size);
	assert_int_equal(mkdir(path_of(LOGIN_RULES_FILE), 0700), 0);
	setenv("FAST_CLOCK", "100", 1);
	daemon_start();
	unsetenv("FAST_CLOCK");
	assert_int_equal(rmdir(path_of(LOGIN_RULES_FILE)), 0);
	WAIT_FOR(has(LOGIN_RULES_FILE));
	assert_int_equal(rules().policy_serial, 42);
	assert_int_equal(daemon_records("login-rules-not-stored", NULL), 1);
	daemon_kill();
}

static void tokens_that_are_damaged_are_told_and_left(void **state)
{
	put_root();
	daemon_put("state", "tokens.ini", "x", 1);
	daemon_start();
	assert_int_equal(daemon_records("tokens-lost", NULL), 1);
	daemon_stop();
	assert_true(has("tokens.ini"));
}

static int sign(void **state)
{
	if (policy_signer_setup(state) < 0)
		return -1;
	policy_42 = policy_signed(&(struct policy_wish){
		.serial = 42, .old = "lock-after = 5", .new = "lock-after = 7"});
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(a_login_is_recorded_within_a_moment),
		TEST(where_there_is_no_folder_it_sleeps),
		TEST(the_folder_may_come_later),
		TEST(what_happened_while_it_was_away_is_recorded_once),
		TEST(a_stop_that_had_recorded_all_leaves_nothing_to_record_twice),
		TEST(killed_again_and_again_it_loses_none),
		TEST(a_damaged_line_is_a_record_and_hides_no_other),
		TEST(a_flood_of_logins_keeps_no_keyboard_waiting),
		TEST(what_cannot_be_recorded_yet_is_kept),
		TEST(where_no_policy_was_ever_seen_there_are_no_rules),
		TEST(the_rules_are_those_of_the_policy_and_strict_ones_where_all_is_lost),
		TEST(rules_that_cannot_be_stored_are_told),
		TEST(rules_are_tried_again_each_minute),
		TEST(tokens_that_are_damaged_are_told_and_left),
	};

	if (argc != 2) {
		fputs("usage: test_login BUILD_DIR\n", stderr);
		return 2;
	}
	daemon_is_in(argv[1]);
	return cmocka_run_group_tests_name("logins", tests, sign, policy_signer_teardown);
}
