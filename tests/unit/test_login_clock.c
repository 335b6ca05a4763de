/* What two codes taught about the time is kept in a file, whoever is killed on the way. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/unit/kill_at.h"

#include "pam/code.h"
#include "pam/login_clock.h"
#include "tests/unit/temporary.h"

#define BOOT      "0123abcd-0123-4567-89ab-0123456789ab"
#define STEP      INT64_C(60000000)
#define FLOOR_S   (STEP * 30)
#define FILE_SIZE 1024
#define OTHER_UID 12345

static const struct own_file_owner own = {.uid = (uid_t)-1, .gid = (gid_t)-1};
static const struct temporary *folder;

static int setup(void **state)
{
	if (temporary_setup(state) < 0)
		return -1;
	folder = *state;
	return login_clock_make(folder->fd, &own);
}

static int take_as(const char *user, uint64_t step, int64_t at_s, enum far_verdict *ret)
{
	const struct far_code code = {BOOT, at_s, user, 30, 0, &step, step > 0};
	uint64_t typed = 0;
	int r = login_clock_take(folder->fd, 20000, &code, ret, &typed);

	assert_int_equal(typed, r == 0 && *ret == FAR_LEARNED ? step : 0);
	return r;
}

static enum far_verdict take(uint64_t step, int64_t at_s)
{
	enum far_verdict verdict = FAR_WRONG;

	assert_int_equal(take_as("ito", step, at_s, &verdict), 0);
	return verdict;
}

static enum login_time now_at(int64_t at_s, int64_t *ret)
{
	struct learned_clock clock;

	assert_int_equal(login_clock_read(folder->fd, &clock), 0);
	return learned_clock_now(&clock, BOOT, at_s, 0, FLOOR_S, ret);
}

static void two_codes_in_a_row_are_remembered_for_all(void **state)
{
	int64_t now_s;

	assert_int_equal(now_at(10, &now_s), LOGIN_TIME_UNKNOWN);
	assert_int_equal(take(STEP + 1, 100), FAR_FIRST);
	assert_int_equal(now_at(101, &now_s), LOGIN_TIME_UNKNOWN);
	assert_int_equal(take(STEP + 2, 130), FAR_LEARNED);
	assert_int_equal(now_at(131, &now_s), LOGIN_TIME_LEARNED);
	assert_int_equal(now_s, (STEP + 2) * 30 + 15 + 1);
	/* Made again at the next look of root's: it stays. */
	assert_int_equal(login_clock_make(folder->fd, &own), 0);
	assert_int_equal(now_at(131, &now_s), LOGIN_TIME_LEARNED);
	assert_int_equal(take(0, 140), FAR_WRONG);
	assert_int_equal(now_at(141, &now_s), LOGIN_TIME_LEARNED);
}

static void flip(off_t at)
{
	int fd = openat(folder->fd, LOGIN_CLOCK_FILE, O_RDWR | O_CLOEXEC);
	uint8_t byte;

	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 1;
	assert_int_equal(__real_pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

static void a_byte_that_changes_tells_no_other_time(void **state)
{
	int64_t now_s, wished;

	take(STEP + 1, 100);
	take(STEP + 2, 130);
	assert_int_equal(now_at(131, &wished), LOGIN_TIME_LEARNED);
	for (off_t at = 0; at < FILE_SIZE; at++) {
		flip(at);
		if (now_at(131, &now_s) == LOGIN_TIME_LEARNED && now_s != wished)
			fail_msg("byte %ld", (long)at);
		flip(at);
	}
	/* Both slots gone: nothing is known, and can be learned anew. */
	flip(20);
	flip(532);
	assert_int_equal(now_at(131, &now_s), LOGIN_TIME_UNKNOWN);
	assert_int_equal(take(STEP + 7, 200), FAR_FIRST);
	assert_int_equal(take(STEP + 8, 230), FAR_LEARNED);
	assert_int_equal(now_at(231, &now_s), LOGIN_TIME_LEARNED);
}

static void cut_to(off_t size)
{
	int fd = openat(folder->fd, LOGIN_CLOCK_FILE, O_RDWR | O_CLOEXEC);

	assert_int_equal(ftruncate(fd, size), 0);
	close(fd);
}

static void a_file_that_is_empty_or_cut_short_is_as_a_new_one(void **state)
{
	static const off_t sizes[] = {0, 1, 511, 512, 1000};
	int64_t now_s;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		cut_to(sizes[i]);
		assert_int_equal(now_at(131, &now_s), LOGIN_TIME_UNKNOWN);
		assert_int_equal(take(STEP + 1, 100), FAR_FIRST);
		assert_int_equal(take(STEP + 2, 130), FAR_LEARNED);
		assert_int_equal(now_at(131, &now_s), LOGIN_TIME_LEARNED);
		cut_to(1000);
		assert_int_equal(login_clock_make(folder->fd, &own), 0);
		assert_int_equal(now_at(131, &now_s), LOGIN_TIME_UNKNOWN);
	}
}

static int take_second(void *data)
{
	enum far_verdict verdict;

	return take_as("ito", STEP + 2, 130, &verdict);
}

static void who_is_killed_leaves_the_old_or_the_new(void **state)
{
	int calls = 0;

	for (int torn = 0; torn <= 1; torn++) {
		for (int call = 0;; call++) {
			int64_t now_s;
			enum login_time after;

			assert_int_equal(unlinkat(folder->fd, LOGIN_CLOCK_FILE, 0), 0);
			assert_int_equal(login_clock_make(folder->fd, &own), 0);
			take(STEP + 1, 100);
			if (!killed_at(call, torn, take_second, NULL))
				break;
			calls++;
			after = now_at(131, &now_s);
			assert_int_equal(after, call > 0 ? LOGIN_TIME_LEARNED : LOGIN_TIME_UNKNOWN);
			/* The third code is a second one where the second was not kept. */
			assert_int_equal(take(STEP + 3, 160), call > 0 ? FAR_FIRST : FAR_LEARNED);
		}
	}
	assert_int_equal(calls, 4);
}

static void the_next_ones_at_once_are_one_after_the_other(void **state)
{
	unsigned count[3] = {};
	struct learned_clock clock;

	take(STEP + 1, 100);
	for (int i = 0; i < 20; i++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0)
			_exit((int)take(STEP + 2, 130));
	}
	for (int i = 0; i < 20; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_true(WIFEXITED(status));
		assert_in_range(WEXITSTATUS(status), 0, FAR_LEARNED);
		count[WEXITSTATUS(status)]++;
	}
	/* The one that told the time; the others begin anew. */
	assert_int_equal(count[FAR_LEARNED], 1);
	assert_int_equal(count[FAR_FIRST], 19);
	assert_int_equal(login_clock_read(folder->fd, &clock), 0);
	assert_int_equal(clock.generation, 21);
}

static void what_cannot_be_used_teaches_nothing(void **state)
{
	enum far_verdict verdict = FAR_WRONG;
	struct learned_clock clock;
	off_t size;
	int fd;

	assert_int_equal(fchmodat(folder->fd, LOGIN_CLOCK_FILE, 0644, 0), 0);
	assert_int_equal(take_as("ito", STEP, 100, &verdict), -EPERM);
	assert_int_equal(login_clock_read(folder->fd, &clock), -EPERM);
	assert_int_equal(login_clock_make(folder->fd, &own), -EPERM);
	assert_int_equal(fchmodat(folder->fd, LOGIN_CLOCK_FILE, 0600, 0), 0);
	assert_int_equal(
		own_file_open_locked(folder->fd, LOGIN_CLOCK_FILE, (uid_t)-1, 0, &fd, &size), 0);
	assert_int_equal(login_clock_take(folder->fd, 5, &(struct far_code){.boot = BOOT}, &verdict,
				 &(uint64_t){0}),
		-ETIMEDOUT);
	close(fd);
	assert_int_equal(unlinkat(folder->fd, LOGIN_CLOCK_FILE, 0), 0);
	assert_int_equal(take_as("ito", STEP, 100, &verdict), -ENOENT);
	assert_int_equal(login_clock_read(folder->fd, &clock), -ENOENT);
	assert_int_equal(verdict, FAR_WRONG);
	limit_file_size(100);
	assert_int_equal(login_clock_make(folder->fd, &own), -ENOSPC);
	limit_file_size(SIZE_MAX);
	assert_int_equal(temporary_count(folder), 0);
}

static void root_makes_it_for_another_account(void **state)
{
	const struct own_file_owner other = {.uid = OTHER_UID, .gid = OTHER_UID};
	struct learned_clock clock;
	struct stat facts;

	assert_int_equal(unlinkat(folder->fd, LOGIN_CLOCK_FILE, 0), 0);
	if (geteuid() != 0) {
		assert_int_equal(login_clock_make(folder->fd, &other), -EPERM);
		assert_int_equal(temporary_count(folder), 0);
		return;
	}
	assert_int_equal(login_clock_make(folder->fd, &other), 0);
	assert_int_equal(login_clock_make(folder->fd, &other), 0);
	assert_int_equal(fstatat(folder->fd, LOGIN_CLOCK_FILE, &facts, 0), 0);
	assert_int_equal(facts.st_uid, OTHER_UID);
	assert_int_equal(login_clock_read(folder->fd, &clock), -EPERM);
}

/* From the code on a token to the time, with the clock at 1970. */
static void a_flat_battery_costs_two_codes(void **state)
{
	static const struct code_token token = {.kind = CODE_TOTP,
		.hash = CODE_SHA1,
		.digits = 8,
		.period_s = 30,
		.secret = "12345678901234567890",
		.secret_size = 20};
	/* RFC 6238, at 1111111109 and 1111111111: the end of one step, the begin of the next. */
	static const char *const typed[] = {"07081804", "14050471"};
	const int64_t floor_s = 1111111109 - 20 * 86400;
	enum far_verdict verdict = FAR_WRONG;
	struct learned_clock clock;
	uint64_t step = 0;
	int64_t now_s;

	for (size_t i = 0; i < 2; i++) {
		uint64_t steps[LEARNED_CANDIDATES];
		struct far_code code = {BOOT, 50 + 2 * (int64_t)i, "ito", 30, 0, steps, 0};

		assert_int_equal(code_search(&token, typed[i], (uint64_t)(floor_s / 30),
					 (uint64_t)(floor_s / 30 + 86399), steps,
					 LEARNED_CANDIDATES, &code.n_steps),
			0);
		assert_int_equal(login_clock_take(folder->fd, 0, &code, &verdict, &step), 0);
		assert_int_equal(verdict, i == 0 ? FAR_FIRST : FAR_LEARNED);
	}
	assert_int_equal(step, 1111111111 / 30);
	assert_int_equal(login_clock_read(folder->fd, &clock), 0);
	assert_int_equal(
		learned_clock_now(&clock, BOOT, 52, 60, floor_s, &now_s), LOGIN_TIME_LEARNED);
	assert_in_range(now_s, 1111111111 - 15, 1111111111 + 15);
}

static void each_start_of_the_machine_has_a_name(void **state)
{
	char boot[BOOT_ID_TEXT_SIZE];

	assert_int_equal(login_clock_boot(boot), 0);
	assert_int_equal(strlen(boot), strlen(BOOT));
	assert_int_equal(boot[8], '-');
	assert_null(strchr(boot, '\n'));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, temporary_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(two_codes_in_a_row_are_remembered_for_all),
		TEST(a_byte_that_changes_tells_no_other_time),
		TEST(a_file_that_is_empty_or_cut_short_is_as_a_new_one),
		TEST(who_is_killed_leaves_the_old_or_the_new),
		TEST(the_next_ones_at_once_are_one_after_the_other),
		TEST(what_cannot_be_used_teaches_nothing),
		TEST(root_makes_it_for_another_account),
		TEST(a_flat_battery_costs_two_codes),
		cmocka_unit_test(each_start_of_the_machine_has_a_name),
	};

	return cmocka_run_group_tests_name("login_clock", tests, NULL, NULL);
}
