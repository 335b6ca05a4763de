/*
 * The real sekishod and the spool of sekisho-fetch: what is good is taken as if root had handed it
 * in, and whoever fills the spool with anything else gains and spoils nothing. Usage: test_spool
 * BUILD_DIR, in the root of the source tree.
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

#include "agent/spool_plan.h"
#include "tests/unit/fixture.h"
#include "tests/unit/policy_signer.h"
#include "tests/usb/daemon.h"
#include "tests/usb/fake_kernel.h"

#define TOP   "sekisho-fetch"
#define SPOOL TOP "/spool"

static struct signed_policy policy_42, policy_43;

static int setup(void **state)
{
	static const char site[] = "[site]\nsite = tosu\ntier = my-number\n";
	struct fixture root = fixture_read("documents/root.ini");

	if (kernel_setup(state) < 0 || daemon_setup(state) < 0)
		return -1;
	kernel_add_controller("usb1");
	daemon_put("etc", "root.ini", root.bytes, root.size);
	daemon_put("etc", "site.ini", site, sizeof(site) - 1);
	free(root.bytes);
	return 0;
}

static int teardown(void **state)
{
	return daemon_teardown(state) | kernel_teardown(state);
}

/* Beside the folders of sekishod. */
static const char *path_of(const char *name)
{
	static char path[2][200];
	static unsigned which;

	which = !which;
	snprintf(path[which], sizeof(path[0]), "%s/../%s", daemon_folder("run"), name);
	return path[which];
}

static void make_folder(const char *name)
{
	assert_int_equal(mkdir(path_of(name), 0750), 0);
}

static void make_spool(void)
{
	make_folder(TOP);
	make_folder(SPOOL);
	make_folder(SPOOL "/root");
	make_folder(SPOOL "/media");
	make_folder(SPOOL "/sent");
}

static void write_file(const char *name, const void *bytes, size_t size)
{
	FILE *file = fopen(path_of(name), "we");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

/* As sekisho-fetch does. */
static void put(const char *name, const void *bytes, size_t size)
{
	char from[200], to[200];

	write_file(SPOOL "/.new", bytes, size);
	snprintf(from, sizeof(from), "%s", path_of(SPOOL "/.new"));
	snprintf(to, sizeof(to), "%s/%s", path_of(SPOOL), name);
	assert_int_equal(rename(from, to), 0);
}

static void put_policy(const struct signed_policy *policy)
{
	put("policy.ini", policy->bytes, policy->size);
}

static void put_fixture(const char *name, const char *fixture_name)
{
	struct fixture fixture = fixture_read(fixture_name);

	put(name, fixture.bytes, fixture.size);
	free(fixture.bytes);
}

static void wait_ms(long ms)
{
	nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static void what_comes_is_taken(void **state)
{
	make_spool();
	daemon_start();
	put_policy(&policy_42);
	WAIT_FOR(daemon_records("policy-applied", NULL) == 1);
	put_policy(&policy_43);
	WAIT_FOR(daemon_records("policy-applied", NULL) == 2);
	daemon_stop();
	assert_true(daemon_has("state", "policy.ini"));
	/* What is there when it starts again is in force already. */
	daemon_start();
	put("fresh.ini", "x", 1);
	WAIT_FOR(daemon_records("fresh-refused", NULL) == 1);
	assert_int_equal(daemon_records("policy-applied", NULL), 2);
	assert_int_equal(daemon_records("policy-refused", NULL), 0);
	daemon_stop();
}

static void the_spool_may_come_later_in_parts_and_anew(void **state)
{
	char old[200];

	daemon_start();
	wait_ms(300);
	make_folder(TOP);
	wait_ms(300);
	make_folder(SPOOL);
	put_policy(&policy_42);
	WAIT_FOR(daemon_records("policy-applied", NULL) == 1);
	snprintf(old, sizeof(old), "%s", path_of(TOP "/old"));
	assert_int_equal(rename(path_of(SPOOL), old), 0);
	wait_ms(300);
	make_folder(SPOOL);
	put_policy(&policy_43);
	WAIT_FOR(daemon_records("policy-applied", NULL) == 2);
	daemon_stop();
}

static void what_waits_for_a_root_is_taken_when_it_comes(void **state)
{
	make_spool();
	daemon_start();
	put_fixture("fresh.ini", "documents/fresh.ini");
	WAIT_FOR(daemon_records("fresh-refused", NULL) == 1);
	put_fixture("root/2.ini", "documents/root-2.ini");
	WAIT_FOR(daemon_records("root-applied", NULL) == 1);
	WAIT_FOR(daemon_records("fresh-taken", NULL) == 1);
	daemon_stop();
}

static void the_same_rubbish_is_recorded_once(void **state)
{
	make_spool();
	daemon_start();
	for (unsigned i = 0; i < 10; i++) {
		put("policy.ini", "rubbish", 7);
		wait_ms(150);
	}
	WAIT_FOR(daemon_records("policy-refused", NULL) == 1);
	put_policy(&policy_42);
	WAIT_FOR(daemon_records("policy-applied", NULL) == 1);
	assert_int_equal(daemon_records("policy-refused", NULL), 1);
	daemon_stop();
}

static void what_is_half_there_is_taken_when_it_is_whole(void **state)
{
	make_spool();
	daemon_start();
	write_file(SPOOL "/policy.ini", policy_42.bytes, policy_42.size / 2);
	WAIT_FOR(daemon_records("policy-refused", NULL) == 1);
	write_file(SPOOL "/policy.ini", policy_42.bytes, policy_42.size);
	WAIT_FOR(daemon_records("policy-applied", NULL) == 1);
	daemon_stop();
}

static void what_is_no_regular_file_is_not_opened(void **state)
{
	char target[200];

	make_spool();
	write_file(TOP "/elsewhere", policy_42.bytes, policy_42.size);
	snprintf(target, sizeof(target), "%s", path_of(TOP "/elsewhere"));
	assert_int_equal(symlink(target, path_of(SPOOL "/policy.ini")), 0);
	assert_int_equal(mkfifo(path_of(SPOOL "/fresh.ini"), 0600), 0);
	make_folder(SPOOL "/tokens.ini");
	assert_int_equal(rmdir(path_of(SPOOL "/root")), 0);
	assert_int_equal(symlink("/", path_of(SPOOL "/root")), 0);
	assert_int_equal(mkfifo(path_of(SPOOL "/root.fifo"), 0600), 0);
	daemon_start();
	put_fixture("media.ini", "documents/media.ini");
	WAIT_FOR(daemon_records("media-refused", NULL) == 1); /* its shards are not there */
	wait_ms(300);
	assert_int_equal(daemon_records("policy-applied", NULL), 0);
	assert_int_equal(daemon_records("fresh-refused", NULL), 0);
	assert_int_equal(unlink(path_of(SPOOL "/policy.ini")), 0);
	put_policy(&policy_42);
	WAIT_FOR(daemon_records("policy-applied", NULL) == 1);
	daemon_stop();
}

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Ever new rubbish, as large as it may be, as fast as it goes. */
static void a_flood_costs_little_and_hides_nothing(void **state)
{
	static char rubbish[256 * 1024];
	double began, used;
	unsigned i = 0;

	make_spool();
	daemon_start();
	wait_ms(300);
	used = daemon_cpu_ms();
	for (began = now_ms(); now_ms() - began < 6000; i++) {
		snprintf(rubbish, sizeof(rubbish), "[policy]\n# %u", i);
		put("policy.ini", rubbish, sizeof(rubbish));
		put("fresh.ini", rubbish, 1000);
		write_file(SPOOL "/sent/x", "", 0);
	}
	used = daemon_cpu_ms() - used;
	assert_true(i > 100);
	/* A twentieth for looking, and as much for what it has to write. */
	if (used > (now_ms() - began) / 4)
		fail_msg("%.0f ms of 6000", used);
	assert_in_range(
		daemon_records("policy-refused", NULL) + daemon_records("fresh-refused", NULL), 10,
		SPOOL_REFUSALS_MAX + 2);
	put_policy(&policy_42);
	WAIT_FOR(daemon_records("policy-applied", NULL) == 1);
	daemon_stop();
}

static void what_has_a_receipt_is_removed(void **state)
{
	static const char *const names[] = {"request-E-1.ini", "request-E-2.ini"};

	make_spool();
	daemon_start();
	WAIT_FOR(daemon_has("state", "up")); /* sekishod makes it where nobody did */
	for (size_t i = 0; i < COUNT(names); i++) {
		char name[64];

		snprintf(name, sizeof(name), "state/up/%s", names[i]);
		write_file(name, "x", 1);
	}
	daemon_put("state", "kept", "x", 1);
	write_file(SPOOL "/sent/request-E-1.ini", "", 0);
	write_file(SPOOL "/sent/.new", "", 0);
	WAIT_FOR(!daemon_has("state/up", names[0]));
	assert_true(daemon_has("state/up", names[1]));
	assert_true(daemon_has("state", "kept"));
	daemon_stop();
}

/* The text of a file of /run/sekisho; valid until the next call. */
static const char *told(const char *name)
{
	static char text[64];
	char path[300];
	FILE *file;
	size_t size = 0;

	snprintf(path, sizeof(path), "%s/%s", daemon_folder("run"), name);
	file = fopen(path, "re");
	if (file) {
		size = fread(text, 1, sizeof(text) - 1, file);
		fclose(file);
	}
	text[size] = '\0';
	return text;
}

static void the_fetcher_is_told_of_a_refused_medium_and_of_the_time(void **state)
{
	make_spool();
	kernel_plug_stick("1-1");
	daemon_start();
	WAIT_FOR(daemon_records("device-blocked", NULL) == 1);
	/* It was there when sekishod came. */
	assert_string_equal(told("pace"), "idle\nevent 0\n");
	kernel_plug_stick("1-2");
	WAIT_FOR(strcmp(told("pace"), "idle\nevent 1\n") == 0);
	/* One that comes and goes is not told of each time. */
	kernel_plug_stick("1-3");
	WAIT_FOR(daemon_records("device-blocked", NULL) >= 3);
	wait_ms(200);
	assert_string_equal(told("pace"), "idle\nevent 1\n");
	daemon_stop();
	daemon_start();
	/* The root's own time at least. */
	assert_true(strtoll(told("floor"), NULL, 10) > 1700000000);
	daemon_stop();
}

static int sign(void **state)
{
	if (policy_signer_setup(state) < 0)
		return -1;
	policy_42 = policy_signed(&(struct policy_wish){.serial = 42});
	policy_43 = policy_signed(&(struct policy_wish){.serial = 43});
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(what_comes_is_taken),
		TEST(the_spool_may_come_later_in_parts_and_anew),
		TEST(what_waits_for_a_root_is_taken_when_it_comes),
		TEST(the_same_rubbish_is_recorded_once),
		TEST(what_is_half_there_is_taken_when_it_is_whole),
		TEST(what_is_no_regular_file_is_not_opened),
		TEST(a_flood_costs_little_and_hides_nothing),
		TEST(what_has_a_receipt_is_removed),
		TEST(the_fetcher_is_told_of_a_refused_medium_and_of_the_time),
	};

	if (argc != 2) {
		fputs("usage: test_spool BUILD_DIR\n", stderr);
		return 2;
	}
	daemon_is_in(argv[1]);
	return cmocka_run_group_tests_name("spool", tests, sign, policy_signer_teardown);
}
