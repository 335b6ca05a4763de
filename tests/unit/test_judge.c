/*
 * One attempt at a time on one record: right codes count once, guesses side by side are all
 * counted, and a record that is not what it was lets nobody in.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "pam/judge.h"
#include "pam/user_file.h"
#include "tests/unit/judge_bench.h"
#include "tests/unit/temporary.h"

/* yescrypt of nothing. */
#define OTHER_HASH "$y$j75$abcdefghijklmnop$iepZ4Iqn2JlRBtD0Z3qpAkIYH7Adkvvm1Ldbj47nJKA"

static void enrol(const char *user, enum code_kind kind)
{
	const struct user_head head = {
		.token = {.kind = kind, .hash = CODE_SHA1, .digits = 6, .period_s = 30},
		.serial = "T-000123",
	};

	bench_enrol(user, &head);
}

static struct judge_answer attempt_at(const char *user, const char *typed, int64_t now_s)
{
	return bench_attempt(user, typed, now_s, NULL);
}

static enum login_reason attempt(const char *user, const char *typed)
{
	return attempt_at(user, typed, STEP5).reason;
}

/* The step or counter is the code's, whatever the clock shows: so another terminal says the same.
 */
static void a_right_code_is_known_by_what_counts_next(void **state)
{
	enrol("ito", CODE_TOTP);
	assert_int_equal(attempt_at("ito", bench_codes[5], STEP5 + 30).number, 6);
	assert_int_equal(attempt_at("ito", bench_codes[5], STEP5 + 30).number, 0);
	assert_int_equal(attempt_at("ito", bench_codes[8], STEP5).number, 0);
	enrol("sato", CODE_HOTP);
	assert_int_equal(attempt_at("sato", bench_codes[0], STEP5).number, 1);
	assert_int_equal(attempt_at("sato", bench_codes[1], STEP5).number, 2);
}

static void a_right_code_lets_in_once(void **state)
{
	enrol("ito", CODE_TOTP);
	assert_int_equal(attempt("ito", bench_codes[5]), LOGIN_RIGHT);
	assert_int_equal(attempt("ito", bench_codes[5]), LOGIN_USED);
	assert_int_equal(attempt("ito", bench_codes[4]), LOGIN_USED);
	assert_int_equal(attempt("ito", bench_codes[8]), LOGIN_WRONG);
	assert_int_equal(attempt("ito", bench_codes[6]), LOGIN_RIGHT);
	/* An hour back on the clock, in steps. */
	assert_int_equal(attempt_at("ito", bench_codes[5], STEP5 - 30).reason, LOGIN_USED);
}

static void wrong_codes_lock_and_a_right_one_has_to_wait(void **state)
{
	struct judge_answer answer;

	enrol("ito", CODE_TOTP);
	for (int i = 0; i < 4; i++)
		assert_int_equal(attempt("ito", "000000"), LOGIN_WRONG);
	answer = attempt_at("ito", "000000", STEP5);
	assert_int_equal(answer.reason, LOGIN_WRONG);
	assert_int_equal(answer.wait_s, 600);
	answer = attempt_at("ito", bench_codes[5], STEP5);
	assert_int_equal(answer.reason, LOGIN_LOCKED);
	assert_int_equal(answer.wait_s, 600);
	/* What was refused for the lock is not used. */
	assert_int_equal(attempt_at("ito", "000000", STEP5 + 599).reason, LOGIN_LOCKED);
	enrol("ito", CODE_HOTP);
	assert_int_equal(attempt("ito", bench_codes[0]), LOGIN_RIGHT);
}

static void a_right_code_before_the_last_try_forgives(void **state)
{
	enrol("ito", CODE_HOTP);
	for (unsigned i = 0; i < 6; i++) {
		for (int wrong = 0; wrong < 4; wrong++)
			assert_int_equal(attempt("ito", "000000"), LOGIN_WRONG);
		assert_int_equal(attempt("ito", bench_codes[i]), LOGIN_RIGHT);
	}
}

static void a_counter_that_ran_away_comes_back_by_two_codes(void **state)
{
	enrol("ito", CODE_HOTP);
	assert_int_equal(attempt("ito", bench_codes[5]), LOGIN_FAR);
	assert_int_equal(attempt("ito", bench_codes[6]), LOGIN_RIGHT);
	assert_int_equal(attempt("ito", bench_codes[6]), LOGIN_USED);
}

static void who_has_no_record_or_no_secret_does_not_get_in(void **state)
{
	static const char *const names[] = {"sato", "", ".", "..", "../records/ito", "ito/", "Ito",
		"1to", "-ito", "abcdefghijklmnopqrstuvwxyzabcdefg", ".ito.new"};

	enrol("ito", CODE_TOTP);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_int_equal(attempt(names[i], bench_codes[5]), LOGIN_NOT_ENROLLED);
	assert_int_equal(unlinkat(bench_place.secrets_fd, "ito", 0), 0);
	assert_int_equal(attempt("ito", bench_codes[5]), LOGIN_NO_SECRET);
	bench_write_secret("ito", "too short", 0600);
	assert_int_equal(attempt("ito", bench_codes[5]), LOGIN_DAMAGED);
	bench_write_secret("ito", KEY KEY KEY KEY, 0600);
	assert_int_equal(attempt("ito", bench_codes[5]), LOGIN_DAMAGED);
	bench_write_secret("ito", KEY, 0600);
	assert_int_equal(attempt("ito", bench_codes[5]), LOGIN_RIGHT);
}

static void what_others_may_touch_is_not_believed(void **state)
{
	struct judge_answer answer;

	enrol("ito", CODE_TOTP);
	assert_int_equal(fchmodat(bench_place.records_fd, "ito", 0640, 0), 0);
	answer = attempt_at("ito", bench_codes[5], STEP5);
	assert_int_equal(answer.reason, LOGIN_FAULT);
	assert_int_equal(answer.error, -EPERM);
	assert_int_equal(fchmodat(bench_place.records_fd, "ito", 0600, 0), 0);
	assert_int_equal(fchmodat(bench_place.secrets_fd, "ito", 0604, 0), 0);
	assert_int_equal(attempt_at("ito", bench_codes[5], STEP5).error, -EPERM);
	assert_int_equal(fchmodat(bench_place.secrets_fd, "ito", 0600, 0), 0);
	assert_int_equal(
		linkat(bench_place.records_fd, "ito", bench_place.records_fd, "sato", 0), 0);
	assert_int_equal(attempt_at("ito", bench_codes[5], STEP5).error, -EPERM);
	assert_int_equal(unlinkat(bench_place.records_fd, "ito", 0), 0);
	assert_int_equal(symlinkat("sato", bench_place.records_fd, "ito"), 0);
	assert_int_equal(attempt_at("ito", bench_codes[5], STEP5).error, -EPERM);
	assert_int_equal(unlinkat(bench_place.records_fd, "ito", 0), 0);
	assert_int_equal(mkdirat(bench_place.records_fd, "ito", 0700), 0);
	assert_int_equal(attempt("ito", bench_codes[5]), LOGIN_FAULT);
	assert_int_equal(unlinkat(bench_place.records_fd, "ito", AT_REMOVEDIR), 0);
	assert_int_equal(mkfifoat(bench_place.records_fd, "ito", 0600), 0);
	assert_int_equal(attempt_at("ito", bench_codes[5], STEP5).error, -EPERM);
	assert_int_equal(unlinkat(bench_place.records_fd, "ito", 0), 0);
	assert_int_equal(
		linkat(bench_place.records_fd, "sato", bench_place.records_fd, "ito", 0), 0);
	assert_int_equal(unlinkat(bench_place.records_fd, "sato", 0), 0);
	assert_int_equal(attempt("ito", bench_codes[5]), LOGIN_RIGHT);
}

static enum login_reason own_attempt(const char *typed)
{
	struct typed read;
	const struct judge_request request = {
		.user = "ito", .typed = &read, .is_own = true, .now_s = STEP5};
	struct judge_answer answer;

	typed_read(typed, &read);
	judge(&bench_place, &bench_rules, &request, &answer);
	return answer.reason;
}

static void guesses_at_ones_own_screen_lock_nobody_out_of_the_console(void **state)
{
	enrol("ito", CODE_TOTP);
	for (int i = 0; i < 5; i++)
		assert_int_equal(own_attempt("000000"), LOGIN_WRONG);
	assert_int_equal(own_attempt(bench_codes[5]), LOGIN_LOCKED);
	assert_int_equal(attempt("ito", "000000"), LOGIN_WRONG);
	assert_int_equal(attempt("ito", bench_codes[5]), LOGIN_RIGHT);
	assert_int_equal(own_attempt(bench_codes[6]), LOGIN_RIGHT);
	for (int i = 0; i < 5; i++)
		assert_int_equal(attempt("ito", "000000"), LOGIN_WRONG);
	assert_int_equal(attempt("ito", bench_codes[7]), LOGIN_LOCKED);
	assert_int_equal(own_attempt("000000"), LOGIN_WRONG);
}

static void a_kind_of_token_that_policy_does_not_name_lets_nobody_in(void **state)
{
	static const struct {
		enum code_kind kind;
		unsigned methods;
		enum login_reason reason;
	} rows[] = {
		{CODE_TOTP, LOGIN_METHOD_TOTP, LOGIN_RIGHT},
		{CODE_TOTP, LOGIN_METHOD_HOTP, LOGIN_METHOD},
		{CODE_TOTP, 0, LOGIN_METHOD},
		{CODE_HOTP, LOGIN_METHOD_HOTP, LOGIN_RIGHT},
		{CODE_HOTP, LOGIN_METHOD_TOTP, LOGIN_METHOD},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct judge_rules some = bench_rules;
		struct typed typed;
		const struct judge_request request = {
			.user = "ito", .typed = &typed, .now_s = STEP5};
		struct judge_answer answer;

		typed_read(bench_codes[rows[i].kind == CODE_TOTP ? 5 : 0], &typed);
		enrol("ito", rows[i].kind);
		some.methods = rows[i].methods;
		judge(&bench_place, &some, &request, &answer);
		assert_int_equal(answer.reason, rows[i].reason);
		assert_string_equal(answer.token, "T-000123");
	}
}

static void who_has_no_record_is_judged_against_one_that_never_lets_in(void **state)
{
	const struct user_head head = {
		.token = {.kind = CODE_TOTP, .hash = CODE_SHA1, .digits = 6, .period_s = 30}};
	const struct login_state fresh = {};
	struct user_head read_head;
	struct user_state before, after;
	struct user_file *file;
	char typed[8];

	assert_int_equal(user_file_make(bench_place.records_fd, USER_FILE_DECOY, &head, &fresh,
				 &bench_owner),
		0);
	assert_int_equal(
		user_file_open(bench_place.records_fd, USER_FILE_DECOY, 0, &read_head, &file), 0);
	assert_int_equal(user_file_read(file, &before), 0);
	for (unsigned code = 0; code < 20; code++) {
		snprintf(typed, sizeof(typed), "%06u", code);
		user_file_close(file);
		assert_int_equal(attempt("sato", typed), LOGIN_NOT_ENROLLED);
		assert_int_equal(attempt(USER_FILE_DECOY, typed), LOGIN_NOT_ENROLLED);
		assert_int_equal(user_file_open(bench_place.records_fd, USER_FILE_DECOY, 0,
					 &read_head, &file),
			0);
	}
	assert_int_equal(user_file_read(file, &after), 0);
	assert_int_equal(after.slots.state.generation, before.slots.state.generation + 40);
	assert_int_equal(after.slots.state.attempts.failures, 0);
	assert_int_equal(after.slots.state.attempts.locked_until_s, 0);
	user_file_close(file);
}

static void flip(int fd, off_t at)
{
	uint8_t byte;

	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 0x10;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
}

/* As if the file was last written at that time. */
static void set_written(int fd, int64_t time_s)
{
	const struct timespec times[] = {{.tv_sec = time_s}, {.tv_sec = time_s}};

	assert_int_equal(futimens(fd, times), 0);
}

static void no_byte_of_a_record_can_change_unseen(void **state)
{
	int fd;

	enrol("ito", CODE_TOTP);
	assert_int_equal(attempt("ito", bench_codes[4]), LOGIN_RIGHT);
	fd = openat(bench_place.records_fd, "ito", O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	for (off_t at = 0; at < USER_FILE_SIZE; at++) {
		flip(fd, at);
		set_written(fd, STEP5);
		/* Neither the code that counted nor one that did not yet. */
		if (attempt("ito", bench_codes[4]) != LOGIN_DAMAGED ||
			attempt("ito", bench_codes[5]) != LOGIN_DAMAGED)
			fail_msg("byte %ld", (long)at);
		flip(fd, at);
	}
	assert_int_equal(attempt("ito", bench_codes[4]), LOGIN_USED);
	assert_int_equal(attempt("ito", bench_codes[5]), LOGIN_RIGHT);
	assert_int_equal(ftruncate(fd, USER_FILE_SIZE - 1), 0);
	assert_int_equal(attempt("ito", bench_codes[6]), LOGIN_DAMAGED);
	assert_int_equal(ftruncate(fd, USER_FILE_SIZE), 0);
	assert_int_equal(attempt("ito", bench_codes[6]), LOGIN_RIGHT);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(attempt("ito", bench_codes[7]), LOGIN_DAMAGED);
	close(fd);
}

/* The power went while a slot was written: minutes later it is right again by itself. */
static void a_slot_that_was_lost_is_written_anew(void **state)
{
	int fd;

	enrol("ito", CODE_TOTP);
	fd = openat(bench_place.records_fd, "ito", O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	flip(fd, 2560);
	/* Written in step 1; drift 2 and window 1 could have used up step 4. */
	set_written(fd, 59);
	assert_int_equal(attempt_at("ito", bench_codes[3], 3 * 30 - 1).reason, LOGIN_DAMAGED);
	assert_int_equal(attempt_at("ito", bench_codes[4], 4 * 30).reason, LOGIN_USED);
	assert_int_equal(attempt_at("ito", bench_codes[5], 4 * 30).reason, LOGIN_RIGHT);
	close(fd);
	/* Both slots are readable again. */
	assert_int_equal(attempt("ito", bench_codes[6]), LOGIN_RIGHT);
}

static void enrol_with_recovery_code(void)
{
	struct user_head head = {
		.token = {.kind = CODE_TOTP, .hash = CODE_SHA1, .digits = 6, .period_s = 30},
		.n_recovery = 2,
	};

	snprintf(head.recovery[0], CODE_HASH_TEXT_SIZE, "%s", OTHER_HASH);
	snprintf(head.recovery[1], CODE_HASH_TEXT_SIZE, "%s", RECOVERY_HASH);
	bench_enrol("ito", &head);
}

static void a_recovery_code_counts_once_and_is_guessed_as_often_as_others(void **state)
{
	struct judge_answer answer;

	enrol_with_recovery_code();
	answer = attempt_at("ito", RECOVERY_CODE, STEP5);
	assert_int_equal(answer.reason, LOGIN_RECOVERY_RIGHT);
	assert_int_equal(answer.number, 2);
	assert_int_equal(attempt("ito", RECOVERY_CODE), LOGIN_USED);
	assert_int_equal(attempt("ito", bench_codes[5]), LOGIN_RIGHT);
	/* It is the way in when the secret cannot be opened, too. */
	enrol_with_recovery_code();
	assert_int_equal(unlinkat(bench_place.secrets_fd, "ito", 0), 0);
	assert_int_equal(attempt("ito", bench_codes[5]), LOGIN_NO_SECRET);
	assert_int_equal(attempt("ito", RECOVERY_CODE), LOGIN_RECOVERY_RIGHT);
	bench_write_secret("ito", KEY, 0600);
	for (int i = 0; i < 5; i++)
		assert_int_equal(attempt("ito", "abcde-fgh24"), LOGIN_WRONG);
	assert_int_equal(attempt("ito", bench_codes[6]), LOGIN_LOCKED);
}

static void a_recovery_code_that_may_have_been_spent_is_spent(void **state)
{
	int fd;

	enrol_with_recovery_code();
	fd = openat(bench_place.records_fd, "ito", O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	flip(fd, 2560);
	set_written(fd, 59);
	close(fd);
	assert_int_equal(attempt("ito", RECOVERY_CODE), LOGIN_USED);
	assert_int_equal(attempt("ito", bench_codes[5]), LOGIN_RIGHT);
	assert_int_equal(attempt("ito", RECOVERY_CODE), LOGIN_USED);
}

static void a_counter_has_no_time_to_go_by(void **state)
{
	int fd;

	enrol("ito", CODE_HOTP);
	fd = openat(bench_place.records_fd, "ito", O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	flip(fd, 2048);
	set_written(fd, 59);
	assert_int_equal(attempt_at("ito", bench_codes[0], 100000).reason, LOGIN_DAMAGED);
	flip(fd, 2048);
	assert_int_equal(attempt_at("ito", bench_codes[0], 100000).reason, LOGIN_RIGHT);
	close(fd);
}

static void a_record_that_is_held_too_long_refuses(void **state)
{
	const struct judge_rules hasty = {.attempts = {.lock_after = 5, .lock_for_s = 600},
		.methods = LOGIN_METHOD_TOTP,
		.steps = {.ahead = 1}};
	struct typed typed;
	const struct judge_request request = {.user = "ito", .typed = &typed, .now_s = STEP5};
	struct user_head head;
	struct user_file *held;
	struct judge_answer answer;

	enrol("ito", CODE_TOTP);
	assert_int_equal(user_file_open(bench_place.records_fd, "ito", 0, &head, &held), 0);
	assert_string_equal(head.serial, "T-000123");
	typed_read(bench_codes[5], &typed);
	judge(&bench_place, &hasty, &request, &answer);
	assert_int_equal(answer.reason, LOGIN_BUSY);
	user_file_close(held);
	judge(&bench_place, &hasty, &request, &answer);
	assert_int_equal(answer.reason, LOGIN_RIGHT);
}

static void name_user(char ret[ACCOUNT_NAME_MAX + 1], unsigned number)
{
	snprintf(ret, ACCOUNT_NAME_MAX + 1, "u%u", number);
}

/* In so many processes at once, of one user or of user u0, u1, … (NULL); returns how many of them
 * ended with the reason. */
static unsigned at_once(
	unsigned processes, const char *user, const char *typed, enum login_reason reason)
{
	unsigned count = 0;
	int go[2];

	assert_int_equal(pipe2(go, O_CLOEXEC), 0);
	for (unsigned i = 0; i < processes; i++) {
		pid_t child = fork();
		char name[ACCOUNT_NAME_MAX + 1], byte;

		assert_true(child >= 0);
		if (child > 0)
			continue;
		close(go[1]);
		/* Ends when the parent has started them all. */
		if (read(go[0], &byte, 1) != 0)
			_exit(255);
		name_user(name, i);
		_exit((int)attempt(user ? user : name, typed));
	}
	close(go[0]);
	close(go[1]);
	for (unsigned i = 0; i < processes; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_true(WIFEXITED(status));
		count += WEXITSTATUS(status) == (int)reason;
	}
	return count;
}

static void one_code_at_once_counts_once(void **state)
{
	for (int round = 0; round < 3; round++) {
		enrol("ito", round == 1 ? CODE_HOTP : CODE_TOTP);
		assert_int_equal(
			at_once(50, "ito", bench_codes[round == 1 ? 0 : 5], LOGIN_RIGHT), 1);
	}
}

static void fifty_people_at_once_get_in(void **state)
{
	char name[ACCOUNT_NAME_MAX + 1];

	for (unsigned i = 0; i < 50; i++) {
		name_user(name, i);
		enrol(name, CODE_TOTP);
	}
	assert_int_equal(at_once(50, NULL, bench_codes[5], LOGIN_RIGHT), 50);
}

static void guesses_at_once_are_all_counted(void **state)
{
	enrol("ito", CODE_TOTP);
	assert_int_equal(at_once(100, "ito", "000000", LOGIN_WRONG), 5);
	assert_int_equal(attempt("ito", bench_codes[5]), LOGIN_LOCKED);
	assert_int_equal(attempt_at("ito", bench_codes[9], 9 * 30 + 600).reason, LOGIN_WRONG);
}

static void a_record_made_anew_takes_the_place_of_the_old(void **state)
{
	struct user_head head;
	struct user_file *old;
	struct user_state read;

	enrol("ito", CODE_TOTP);
	assert_int_equal(attempt("ito", bench_codes[5]), LOGIN_RIGHT);
	assert_int_equal(user_file_open(bench_place.records_fd, "ito", 0, &head, &old), 0);
	enrol("ito", CODE_TOTP);
	assert_int_equal(user_file_read(old, &read), 0);
	assert_int_equal(read.slots.state.memory.next, 6);
	/* The new one is not locked by whoever holds the old one. */
	assert_int_equal(attempt("ito", bench_codes[5]), LOGIN_RIGHT);
	user_file_close(old);
	assert_int_equal(faccessat(bench_place.records_fd, ".ito.new", F_OK, 0), -1);
}

static void a_record_that_cannot_be_made_leaves_nothing(void **state)
{
	const struct user_head head = {.token = {.kind = CODE_TOTP}};
	const struct login_state fresh = {};

	enrol("ito", CODE_TOTP);
	limit_file_size(1000);
	assert_int_equal(user_file_make(bench_place.records_fd, "ito", &head, &fresh, &bench_owner),
		-ENOSPC);
	limit_file_size(SIZE_MAX);
	assert_int_equal(faccessat(bench_place.records_fd, ".ito.new", F_OK, 0), -1);
	assert_int_equal(attempt("ito", bench_codes[5]), LOGIN_RIGHT);
	assert_int_equal(
		user_file_make(bench_place.records_fd, "../ito", &head, &fresh, &bench_owner),
		-EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, judge_bench_setup, judge_bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_right_code_is_known_by_what_counts_next),
		TEST(a_right_code_lets_in_once),
		TEST(wrong_codes_lock_and_a_right_one_has_to_wait),
		TEST(a_right_code_before_the_last_try_forgives),
		TEST(a_counter_that_ran_away_comes_back_by_two_codes),
		TEST(who_has_no_record_or_no_secret_does_not_get_in),
		TEST(what_others_may_touch_is_not_believed),
		TEST(guesses_at_ones_own_screen_lock_nobody_out_of_the_console),
		TEST(a_kind_of_token_that_policy_does_not_name_lets_nobody_in),
		TEST(who_has_no_record_is_judged_against_one_that_never_lets_in),
		TEST(no_byte_of_a_record_can_change_unseen),
		TEST(a_slot_that_was_lost_is_written_anew),
		TEST(a_recovery_code_counts_once_and_is_guessed_as_often_as_others),
		TEST(a_recovery_code_that_may_have_been_spent_is_spent),
		TEST(a_counter_has_no_time_to_go_by),
		TEST(a_record_that_is_held_too_long_refuses),
		TEST(one_code_at_once_counts_once),
		TEST(fifty_people_at_once_get_in),
		TEST(guesses_at_once_are_all_counted),
		TEST(a_record_made_anew_takes_the_place_of_the_old),
		TEST(a_record_that_cannot_be_made_leaves_nothing),
	};

	return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
