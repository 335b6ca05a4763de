/*
 * Right codes outside of a token's dates: they are judged like others and let nobody in, and nobody
 * is locked out by them. With a lost clock the date has to hold whatever day it is.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "pam/judge.h"
#include "pam/login_clock.h"
#include "pam/user_file.h"
#include "tests/unit/judge_bench.h"
#include "tests/unit/temporary.h"

#define FLOOR_S 60

static void enrol(enum code_kind kind, int64_t from_s, int64_t until_s)
{
	const struct user_head head = bench_head(kind, from_s, until_s);

	bench_enrol("ito", &head);
}

static struct judge_answer attempt(
	const char *typed, int64_t now_s, const struct judge_lost_clock *lost)
{
	return bench_attempt("ito", typed, now_s, lost);
}

static void a_right_code_lets_in_within_the_dates_only(void **state)
{
	static const struct {
		int64_t from_s, until_s;
		enum login_reason reason;
		int64_t date_s;
	} rows[] = {
		{0, 0, LOGIN_RIGHT, 0},
		{STEP5, 0, LOGIN_RIGHT, 0},
		{STEP5 + 1, 0, LOGIN_NOT_YET, STEP5 + 1},
		{STEP5 + 1, STEP5 + 9, LOGIN_NOT_YET, STEP5 + 1},
		{0, STEP5 + 1, LOGIN_RIGHT, 0},
		{0, STEP5, LOGIN_EXPIRED, STEP5},
		{STEP5 - 9, STEP5, LOGIN_EXPIRED, STEP5},
		{STEP5, STEP5 + 1, LOGIN_RIGHT, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		for (enum code_kind kind = CODE_TOTP; kind <= CODE_HOTP; kind++) {
			struct judge_answer answer;

			enrol(kind, rows[i].from_s, rows[i].until_s);
			answer = attempt(bench_codes[kind == CODE_TOTP ? 5 : 0], STEP5, NULL);
			assert_int_equal(answer.reason, rows[i].reason);
			assert_int_equal(answer.date_s, rows[i].date_s);
			assert_int_equal(answer.wait_s, 0);
			assert_string_equal(answer.token, "T-000123");
		}
		enrol(CODE_TOTP, rows[i].from_s, rows[i].until_s);
		assert_int_equal(attempt(RECOVERY_CODE, STEP5, NULL).reason,
			rows[i].reason == LOGIN_RIGHT ? LOGIN_RECOVERY_RIGHT : rows[i].reason);
	}
}

/* As many tries, and writes, as of somebody whose token counts. */
static void guesses_outside_of_the_dates_are_guesses(void **state)
{
	static const int64_t ends[] = {0, STEP5};
	uint64_t generations[2];

	for (size_t i = 0; i < 2; i++) {
		enrol(CODE_TOTP, 0, ends[i]);
		for (int guess = 0; guess < 4; guess++) {
			struct judge_answer answer = attempt("000000", STEP5, NULL);

			assert_int_equal(answer.reason, LOGIN_WRONG);
			assert_int_equal(answer.date_s, 0);
		}
		assert_int_equal(attempt("000000", STEP5, NULL).wait_s, 600);
		assert_int_equal(attempt(bench_codes[5], STEP5, NULL).reason, LOGIN_LOCKED);
		enrol(CODE_TOTP, 0, ends[i]);
		assert_int_equal(attempt("000000", STEP5, NULL).reason, LOGIN_WRONG);
		assert_int_equal(attempt(bench_codes[5], STEP5, NULL).reason,
			i == 0 ? LOGIN_RIGHT : LOGIN_EXPIRED);
		generations[i] = bench_remembered("ito").generation;
	}
	assert_int_equal(generations[0], generations[1]);
}

/* The desk makes the token longer; the terminal's record goes on. */
static void extend(int64_t until_s)
{
	const struct user_head head = bench_head(CODE_HOTP, 0, until_s);
	const struct own_file_owner me = {.uid = geteuid(), .gid = getegid()};

	assert_int_equal(user_file_rehead(bench_place.records_fd, "ito", 0, &head, &me), 0);
}

static void right_codes_outside_of_the_dates_lock_nobody_out_and_are_used(void **state)
{
	enrol(CODE_HOTP, 0, STEP5);
	for (unsigned i = 0; i < 9; i++) {
		assert_int_equal(attempt(bench_codes[i], STEP5, NULL).reason, LOGIN_EXPIRED);
		assert_int_equal(bench_remembered("ito").attempts.failures, 0);
	}
	assert_int_equal(attempt(RECOVERY_CODE, STEP5, NULL).reason, LOGIN_EXPIRED);
	extend(STEP5 + 1);
	assert_int_equal(attempt(bench_codes[8], STEP5, NULL).reason, LOGIN_USED);
	assert_int_equal(attempt(RECOVERY_CODE, STEP5, NULL).reason, LOGIN_USED);
	assert_int_equal(attempt(bench_codes[9], STEP5, NULL).reason, LOGIN_RIGHT);
}

static void a_head_of_before_the_dates_counts_always(void **state)
{
	uint8_t format;
	int fd;

	enrol(CODE_TOTP, 0, 0);
	fd = openat(bench_place.records_fd, "ito", O_RDONLY | O_CLOEXEC);
	assert_int_equal(pread(fd, &format, 1, 3), 1);
	close(fd);
	assert_int_equal(format, 1);
	assert_int_equal(attempt(bench_codes[5], STEP5, NULL).reason, LOGIN_RIGHT);
}

/* --- a lost clock --- */

static struct judge_lost_clock lost_clock(bool is_learned, int64_t boottime_s)
{
	static char boot[BOOT_ID_TEXT_SIZE];

	assert_int_equal(login_clock_boot(boot), 0);
	return (struct judge_lost_clock){.floor_s = FLOOR_S,
		.is_learned = is_learned,
		.boottime_s = boottime_s,
		.boot = boot};
}

static void two_codes_that_tell_the_time_are_judged_by_it(void **state)
{
	static const struct {
		int64_t from_s, until_s;
		enum login_reason reason;
	} rows[] = {
		{0, 0, LOGIN_RIGHT},
		{180, 0, LOGIN_RIGHT}, /* after the floor: what it says alone would refuse */
		{181, 0, LOGIN_NOT_YET},
		{0, 181, LOGIN_RIGHT},
		{0, 180, LOGIN_EXPIRED}, /* what the floor says alone would let in */
		{FLOOR_S, FLOOR_S + FAR_S, LOGIN_RIGHT},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct judge_lost_clock lost = lost_clock(false, 1000);

		(void)unlinkat(bench_place.state_fd, LOGIN_CLOCK_FILE, 0);
		assert_int_equal(login_clock_make(bench_place.state_fd, &bench_owner), 0);
		enrol(CODE_TOTP, rows[i].from_s, rows[i].until_s);
		assert_int_equal(attempt(bench_codes[5], FLOOR_S, &lost).reason, LOGIN_FAR);
		lost.boottime_s += 30;
		assert_int_equal(attempt(bench_codes[6], FLOOR_S, &lost).reason, rows[i].reason);
		assert_int_equal(bench_remembered("ito").attempts.failures, 0);
	}
}

static void where_nothing_tells_the_time_a_date_has_to_hold_for_thirty_days(void **state)
{
	static const struct {
		bool is_learned;
		int64_t from_s, until_s;
		enum login_reason reason;
	} rows[] = {
		{false, 0, 0, LOGIN_RIGHT},
		{false, FLOOR_S, 0, LOGIN_RIGHT},
		{false, FLOOR_S + 1, 0, LOGIN_NOT_YET},
		{false, 0, FLOOR_S, LOGIN_EXPIRED},
		{false, 0, FLOOR_S + FAR_S, LOGIN_EXPIRED},
		{false, 0, FLOOR_S + FAR_S + 1, LOGIN_RIGHT},
		{true, 0, FLOOR_S, LOGIN_EXPIRED},
		{true, 0, FLOOR_S + 1, LOGIN_RIGHT},
		{true, FLOOR_S + 1, 0, LOGIN_NOT_YET},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct judge_lost_clock lost = lost_clock(rows[i].is_learned, 1000);

		enrol(CODE_HOTP, rows[i].from_s, rows[i].until_s);
		assert_int_equal(attempt(bench_codes[0], FLOOR_S, &lost).reason, rows[i].reason);
		assert_int_equal(attempt(RECOVERY_CODE, FLOOR_S, &lost).reason,
			rows[i].reason == LOGIN_RIGHT ? LOGIN_RECOVERY_RIGHT : rows[i].reason);
		assert_int_equal(bench_remembered("ito").attempts.failures, 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, judge_bench_setup, judge_bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_right_code_lets_in_within_the_dates_only),
		TEST(guesses_outside_of_the_dates_are_guesses),
		TEST(right_codes_outside_of_the_dates_lock_nobody_out_and_are_used),
		TEST(a_head_of_before_the_dates_counts_always),
		TEST(two_codes_that_tell_the_time_are_judged_by_it),
		TEST(where_nothing_tells_the_time_a_date_has_to_hold_for_thirty_days),
	};

	return cmocka_run_group_tests_name("judge_dates", tests, NULL, NULL);
}
