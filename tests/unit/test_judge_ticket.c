/* A ticket of the desk lets in once, and only whoever has not enrolled on this terminal. */
#include "tests/unit/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "pam/enrolment.h"
#include "pam/judge.h"
#include "pam/login_clock.h"
#include "pam/user_file.h"
#include "tests/unit/judge_bench.h"
#include "tests/unit/temporary.h"

#define TICKET "ab3d-efgh-7kmn"
/* yescrypt of AB3DEFGH7KMN. */
#define TICKET_HASH "$y$j75$abcdefghijklmnop$a/TM8.IPItfvqp2LQrpMPG4GWJj1Ck3XviQD2TocEP/"

#define DAY_CODE "ab3d-efg7"
/* yescrypt of AB3DEFG7. */
#define DAY_HASH "$y$j75$abcdefghijklmnop$zUeRDEsXd4qf7XUyFsKT2uJpPGsBRCqFh.fyyzocHl0"

struct person {
	enum code_kind kind;
	int64_t from_s, until_s, ticket_until_s; /* the last 0: no ticket */
};

static const struct person tanaka = {CODE_TOTP, 0, 0, STEP5 + 1};

static void enrol(const struct person *person)
{
	struct user_head head = bench_head(person->kind, person->from_s, person->until_s);

	head.ticket.until_s = person->ticket_until_s;
	if (person->ticket_until_s)
		snprintf(head.ticket.hash, CODE_HASH_TEXT_SIZE, "%s", TICKET_HASH);
	bench_enrol("ito", &head);
}

static struct judge_answer attempt_with(
	const char *typed, int64_t now_s, const struct judge_lost_clock *lost)
{
	return bench_attempt("ito", typed, now_s, lost);
}

static enum login_reason attempt(const char *typed)
{
	return attempt_with(typed, STEP5, NULL).reason;
}

static unsigned spent(void)
{
	return bench_remembered("ito").recovery_spent;
}

static void a_ticket_lets_in_once(void **state)
{
	struct judge_answer answer;

	enrol(&tanaka);
	answer = attempt_with(TICKET, STEP5, NULL);
	assert_int_equal(answer.reason, LOGIN_TICKET_RIGHT);
	assert_string_equal(answer.token, "T-000123");
	assert_int_equal(spent(), SPENT_TICKET);
	assert_int_equal(attempt(TICKET), LOGIN_TICKET_USED);
	assert_int_equal(attempt("AB3DEFGH7KMN"), LOGIN_TICKET_USED);
	assert_int_equal(attempt("ab3d-efgh-7kmz"), LOGIN_WRONG);
	assert_int_equal(spent(), SPENT_TICKET);
}

static void nobody_has_a_ticket_whom_the_desk_gave_none(void **state)
{
	const struct person none = {CODE_TOTP, 0, 0, 0};

	enrol(&none);
	assert_int_equal(attempt(TICKET), LOGIN_WRONG);
	assert_int_equal(attempt(bench_codes[5]), LOGIN_RIGHT);
	assert_int_equal(spent(), 0);
}

static void wrong_tickets_are_guesses_like_others(void **state)
{
	enrol(&tanaka);
	for (int i = 0; i < 4; i++)
		assert_int_equal(attempt("ab3d-efgh-7kmz"), LOGIN_WRONG);
	assert_int_equal(attempt_with("000000", STEP5, NULL).wait_s, 600);
	assert_int_equal(attempt(TICKET), LOGIN_LOCKED);
	assert_int_equal(spent(), 0);
	/* And one that was used, too. */
	enrol(&tanaka);
	assert_int_equal(attempt(TICKET), LOGIN_TICKET_RIGHT);
	for (int i = 0; i < 4; i++)
		assert_int_equal(attempt(TICKET), LOGIN_TICKET_USED);
	assert_int_equal(attempt_with(TICKET, STEP5, NULL).wait_s, 600);
}

static void a_right_ticket_forgives(void **state)
{
	enrol(&tanaka);
	for (int i = 0; i < 4; i++)
		assert_int_equal(attempt("000000"), LOGIN_WRONG);
	assert_int_equal(attempt(TICKET), LOGIN_TICKET_RIGHT);
	assert_int_equal(bench_remembered("ito").attempts.failures, 0);
}

static void a_ticket_counts_on_its_days_and_on_those_of_the_token(void **state)
{
	static const struct {
		struct person person;
		enum login_reason reason;
		int64_t date_s;
		unsigned spent;
	} rows[] = {
		{{CODE_TOTP, 0, 0, STEP5 + 1}, LOGIN_TICKET_RIGHT, 0, SPENT_TICKET},
		{{CODE_HOTP, 0, 0, STEP5 + 1}, LOGIN_TICKET_RIGHT, 0, SPENT_TICKET},
		{{CODE_TOTP, 0, 0, STEP5}, LOGIN_TICKET_OVER, STEP5, 0},
		/* Before the first day it is kept: there is no other. */
		{{CODE_TOTP, STEP5 + 1, 0, STEP5 + 9}, LOGIN_NOT_YET, STEP5 + 1, 0},
		{{CODE_TOTP, STEP5 + 1, 0, STEP5}, LOGIN_TICKET_OVER, STEP5, 0},
		{{CODE_TOTP, STEP5, 0, STEP5 + 9}, LOGIN_TICKET_RIGHT, 0, SPENT_TICKET},
		{{CODE_TOTP, 0, STEP5, STEP5 + 9}, LOGIN_EXPIRED, STEP5, 0},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct judge_answer answer;

		enrol(&rows[i].person);
		answer = attempt_with(TICKET, STEP5, NULL);
		assert_int_equal(answer.reason, rows[i].reason);
		assert_int_equal(answer.date_s, rows[i].date_s);
		assert_int_equal(spent(), rows[i].spent);
	}
}

/* Whoever takes the battery out gains no day. */
static void with_a_lost_clock_a_ticket_has_to_count_for_thirty_days(void **state)
{
	static const struct {
		int64_t until_s;
		bool is_learned;
		enum login_reason reason;
	} rows[] = {
		{STEP5 + FAR_S, false, LOGIN_TICKET_OVER},
		{STEP5 + FAR_S + 1, false, LOGIN_TICKET_RIGHT},
		{STEP5, true, LOGIN_TICKET_OVER},
		{STEP5 + 1, true, LOGIN_TICKET_RIGHT},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct judge_lost_clock lost = {
			.floor_s = STEP5, .is_learned = rows[i].is_learned, .boot = ""};
		const struct person person = {CODE_TOTP, 0, 0, rows[i].until_s};

		enrol(&person);
		assert_int_equal(attempt_with(TICKET, STEP5, &lost).reason, rows[i].reason);
	}
}

static void a_ticket_is_dead_once_a_code_of_its_token_was_right(void **state)
{
	static const struct {
		const char *typed;
		enum login_reason reason;
	} rows[] = {{"254676", LOGIN_RIGHT}, {RECOVERY_CODE, LOGIN_RECOVERY_RIGHT}};

	for (size_t i = 0; i < COUNT(rows); i++) {
		enrol(&tanaka);
		assert_int_equal(attempt(rows[i].typed), rows[i].reason);
		assert_int_equal(spent() & SPENT_BY_TICKET, SPENT_BY_TICKET);
		assert_int_equal(attempt(TICKET), LOGIN_TICKET_USED);
		/* After the ticket: the secret is seen no more, and its person goes on. */
		enrol(&tanaka);
		assert_int_equal(attempt(TICKET), LOGIN_TICKET_RIGHT);
		assert_int_equal(attempt(rows[i].typed), rows[i].reason);
		assert_int_equal(spent() & SPENT_BY_TICKET, SPENT_TICKET | SPENT_SECRET);
	}
}

static void a_ticket_is_not_used_up_where_the_secret_is_not_there(void **state)
{
	enrol(&tanaka);
	assert_int_equal(unlinkat(bench_place.secrets_fd, "ito", 0), 0);
	assert_int_equal(attempt(TICKET), LOGIN_NO_SECRET);
	bench_write_secret("ito", KEY, 0600);
	assert_int_equal(attempt(TICKET), LOGIN_TICKET_RIGHT);
}

static void flip(off_t at)
{
	int fd = openat(bench_place.records_fd, "ito", O_RDWR | O_CLOEXEC);
	uint8_t byte;

	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

/* The slot that cannot be read may be the one that says that it was used. */
static void a_damaged_record_takes_no_ticket(void **state)
{
	const struct person person = {CODE_TOTP, 0, 0, INT64_MAX / 2};

	for (unsigned slot = 0; slot < SLOTS; slot++) {
		enrol(&person);
		flip(USER_HEAD_SIZE + 512 * (off_t)slot + 20);
		assert_int_equal(attempt_with(TICKET, 4102444800, NULL).reason, LOGIN_TICKET_USED);
	}
	enrol(&person);
	flip(USER_HEAD_SIZE + 20);
	flip(USER_HEAD_SIZE + 512 + 20);
	assert_int_equal(attempt_with(TICKET, 4102444800, NULL).reason, LOGIN_DAMAGED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, judge_bench_setup, judge_bench_teardown)

/* --- a same-day code --- */

/* It counts until the end of STEP5. */
static void enrol_for_a_day(int64_t token_until_s)
{
	struct user_head head = bench_head(CODE_TOTP, 0, token_until_s);

	snprintf(head.temporary.hash, CODE_HASH_TEXT_SIZE, "%s", DAY_HASH);
	head.temporary.until_s = STEP5 + 1;
	bench_enrol("ito", &head);
}

static void a_same_day_code_lets_in_until_midnight(void **state)
{
	struct judge_answer answer;

	enrol_for_a_day(0);
	for (int i = 0; i < 10; i++)
		assert_int_equal(attempt(DAY_CODE), LOGIN_TEMPORARY_RIGHT);
	assert_int_equal(spent(), 0);
	assert_int_equal(bench_remembered("ito").attempts.failures, 0);
	answer = attempt_with(DAY_CODE, STEP5 + 1, NULL);
	assert_int_equal(answer.reason, LOGIN_TEMPORARY_OVER);
	assert_int_equal(answer.date_s, STEP5 + 1);
	/* Beside it the token goes on. */
	assert_int_equal(attempt(bench_codes[5]), LOGIN_RIGHT);
}

static void wrong_same_day_codes_are_guesses_like_others(void **state)
{
	enrol_for_a_day(0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(attempt("ab3d-efg8"), LOGIN_WRONG);
	assert_int_equal(attempt(DAY_CODE), LOGIN_LOCKED);
	enrol(&tanaka);
	assert_int_equal(attempt(DAY_CODE), LOGIN_WRONG);
}

static void a_same_day_code_needs_no_secret_and_a_token_that_counts(void **state)
{
	enrol_for_a_day(0);
	assert_int_equal(unlinkat(bench_place.secrets_fd, "ito", 0), 0);
	assert_int_equal(attempt(DAY_CODE), LOGIN_TEMPORARY_RIGHT);
	enrol_for_a_day(STEP5);
	assert_int_equal(attempt(DAY_CODE), LOGIN_EXPIRED);
}

static void with_a_lost_clock_no_day_is_the_right_one(void **state)
{
	const struct judge_lost_clock lost = {.floor_s = STEP5, .boottime_s = 1, .boot = "b"};

	enrol_for_a_day(0);
	assert_int_equal(attempt_with(DAY_CODE, STEP5, &lost).reason, LOGIN_TEMPORARY_OVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_ticket_lets_in_once),
		TEST(nobody_has_a_ticket_whom_the_desk_gave_none),
		TEST(wrong_tickets_are_guesses_like_others),
		TEST(a_right_ticket_forgives),
		TEST(a_ticket_counts_on_its_days_and_on_those_of_the_token),
		TEST(with_a_lost_clock_a_ticket_has_to_count_for_thirty_days),
		TEST(a_ticket_is_dead_once_a_code_of_its_token_was_right),
		TEST(a_ticket_is_not_used_up_where_the_secret_is_not_there),
		TEST(a_damaged_record_takes_no_ticket),
		TEST(a_same_day_code_lets_in_until_midnight),
		TEST(wrong_same_day_codes_are_guesses_like_others),
		TEST(a_same_day_code_needs_no_secret_and_a_token_that_counts),
		TEST(with_a_lost_clock_no_day_is_the_right_one),
	};

	return cmocka_run_group_tests_name("judge_ticket", tests, NULL, NULL);
}
