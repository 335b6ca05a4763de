/*
 * A token left at home: a challenge on the screen, ten digits of a desk, and these count until
 * midnight. The desk's part is played by phone_code() with the desk's own key.
 */
#include "tests/unit/kill_at.h"

#include "tests/unit/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "pam/judge_phone.h"
#include "pam/login_desks.h"
#include "policy/login_places.h"
#include "tests/unit/judge_bench.h"
#include "tests/unit/temporary.h"

#define NOW_S   1806634800 /* 2027-04-02T12:00:00+09:00 */
#define DAY     "2027-04-02"
#define DAY_S   86400
#define HOUR_MS (3600 * UINT64_C(1000))
#define BOOT    "11111111-1111-1111-1111-111111111111"

static struct phone_place place;
static struct phone_shown shown;
static struct login_desks desks;
static struct login_run seen; /* by sekishod, as it wrote it last */
static int64_t wait_s;

static void put_desks(void)
{
	char text[LOGIN_DESKS_SIZE];
	size_t size = login_desks_format(&desks, text);

	text[size] = '\0';
	(void)unlinkat(bench_place.secrets_fd, LOGIN_DESKS_FILE, 0);
	bench_write_secret(LOGIN_DESKS_FILE, text, 0400);
}

static int setup(void **state)
{
	struct user_head head = bench_head(CODE_TOTP, 0, 0);
	const struct temporary *temporary;

	if (judge_bench_setup(state) < 0)
		return -1;
	temporary = *state;
	if (mkdirat(temporary->fd, LOGIN_PHONE_FOLDER, 0700) < 0)
		return -1;
	place = (struct phone_place){.secrets_fd = bench_place.secrets_fd,
		.boot = BOOT,
		.boottime_ms = HOUR_MS,
		.folder_fd = openat(
			temporary->fd, LOGIN_PHONE_FOLDER, O_PATH | O_DIRECTORY | O_CLOEXEC)};
	seen = (struct login_run){};
	desks = (struct login_desks){.site = "tosu",
		.terminal = "desk-17",
		.until_s = NOW_S + 100 * DAY_S,
		.items = {{"front-desk", {1}}, {"night-watch", {2}}},
		.n = 2};
	put_desks();
	bench_enrol("ito", &head);
	bench_enrol("sato", &head);
	return 0;
}

static int teardown(void **state)
{
	const struct temporary *temporary = *state;

	(void)unlinkat(place.folder_fd, "ito", 0);
	(void)unlinkat(place.folder_fd, ".ito.new", 0);
	(void)unlinkat(place.folder_fd, "sato", 0);
	close(place.folder_fd);
	(void)unlinkat(temporary->fd, LOGIN_PHONE_FOLDER, AT_REMOVEDIR);
	return judge_bench_teardown(state);
}

static enum login_reason attempt_at(
	const char *user, const char *typed, int64_t now_s, const struct judge_lost_clock *lost)
{
	struct judge_answer answer;
	struct typed read;
	char day[PHONE_DAY_SIZE];
	const struct judge_request request = {
		.user = user, .typed = &read, .now_s = now_s, .lost_clock = lost, .phone = &place};

	typed_read(typed, &read);
	place.run = seen;
	running_time_count(&place.run.run, place.boot, place.boottime_ms);
	login_run_day(now_s, day);
	login_run_see(&place.run, day);
	judge(&bench_place, &bench_rules, &request, &answer);
	if (answer.shown.challenge[0])
		shown = answer.shown;
	wait_s = answer.wait_s;
	return answer.reason;
}

static enum login_reason attempt(const char *typed)
{
	return attempt_at("ito", typed, NOW_S, NULL);
}

/* What a desk hears and answers. */
static const char *answer_of(const char *desk, uint8_t key, const char *user, const char *day)
{
	static char code[PHONE_CODE_DIGITS + 1];
	const uint8_t keys[PHONE_KEY_SIZE] = {key};
	struct phone_grant grant = {.kind = PHONE_LOGIN, .site = "tosu"};

	assert_int_equal(phone_challenge_read(shown.challenge, grant.challenge), PHONE_TYPED_WHOLE);
	snprintf(grant.terminal, sizeof(grant.terminal), "%s", shown.terminal);
	snprintf(grant.user, sizeof(grant.user), "%s", user);
	snprintf(grant.day, sizeof(grant.day), "%s", day);
	snprintf(grant.desk, sizeof(grant.desk), "%s", desk);
	assert_int_equal(phone_code(&grant, ocra_hmac_openssl, keys, code), 0);
	return code;
}

static const char *answer(void)
{
	return answer_of("front-desk", 1, "ito", DAY);
}

static void show(void)
{
	assert_int_equal(attempt("phone"), LOGIN_PHONE_SHOWN);
	assert_string_equal(shown.terminal, "desk-17");
	assert_string_equal(shown.day, DAY);
}

static unsigned failures(void)
{
	return bench_remembered("ito").attempts.failures;
}

/* A wrong code with a right check digit. */
#define WRONG "0000000000"

static void a_desks_digits_let_in_again_and_again_until_midnight(void **state)
{
	char code[PHONE_CODE_DIGITS + 1];

	show();
	snprintf(code, sizeof(code), "%s", answer());
	for (int i = 0; i < 10; i++)
		assert_int_equal(attempt(code), LOGIN_PHONE_RIGHT);
	place.boot = "another";
	assert_int_equal(attempt_at("ito", code, NOW_S + 12 * 3600 - 1, NULL), LOGIN_PHONE_RIGHT);
	assert_int_equal(attempt_at("ito", code, NOW_S + 12 * 3600, NULL), LOGIN_WRONG);
	/* The day before has not come back with the clock. */
	assert_int_equal(attempt_at("ito", code, NOW_S - DAY_S, NULL), LOGIN_WRONG);
	/* The token still counts beside it. */
	assert_int_equal(failures(), 2);
}

static void each_desk_that_may_lets_in(void **state)
{
	show();
	assert_int_equal(attempt(answer_of("night-watch", 2, "ito", DAY)), LOGIN_PHONE_RIGHT);
}

static void digits_for_anything_else_are_wrong(void **state)
{
	show();
	assert_int_equal(attempt(answer_of("front-desk", 1, "sato", DAY)), LOGIN_WRONG);
	assert_int_equal(attempt(answer_of("front-desk", 1, "ito", "2027-04-03")), LOGIN_WRONG);
	show();
	assert_int_equal(attempt(answer_of("front-desk", 2, "ito", DAY)), LOGIN_WRONG);
	assert_int_equal(attempt(answer_of("back-desk", 1, "ito", DAY)), LOGIN_WRONG);
	/* Another person's digits at another person's name. */
	assert_int_equal(attempt_at("sato", answer(), NOW_S, NULL), LOGIN_WRONG);
	assert_int_equal(failures(), 4);
}

static void a_challenge_and_a_mistyped_digit_cost_no_try(void **state)
{
	char code[PHONE_CODE_DIGITS + 1];

	show();
	snprintf(code, sizeof(code), "%s", answer());
	code[0] = (char)('0' + (code[0] - '0' + 1) % 10);
	for (int i = 0; i < 20; i++)
		assert_int_equal(attempt(code), LOGIN_PHONE_MISTYPED);
	assert_int_equal(failures(), 0);
	assert_int_equal(attempt(answer()), LOGIN_PHONE_RIGHT);
}

static void the_fourth_try_is_wrong_whatever_it_is(void **state)
{
	show();
	for (int i = 0; i < PHONE_TRIES_MAX; i++)
		assert_int_equal(attempt(WRONG), LOGIN_WRONG);
	assert_int_equal(attempt(answer()), LOGIN_WRONG);
	/* They count among the person's wrong codes. */
	assert_int_equal(failures(), 4);
	assert_int_equal(attempt(WRONG), LOGIN_WRONG);
	assert_int_equal(attempt("phone"), LOGIN_LOCKED);
	assert_int_equal(attempt(answer_of("front-desk", 1, "ito", DAY)), LOGIN_LOCKED);
}

static void the_sixth_challenge_of_a_day_is_refused_with_the_time(void **state)
{
	for (int i = 0; i < PHONE_CHALLENGES_MAX; i++)
		show();
	assert_int_equal(attempt("phone"), LOGIN_PHONE_LATER);
	assert_int_equal(wait_s, 24 * 3600 + 1);
	/* Neither the next day nor a reboot brings one back, but running does. */
	place.boot = "another";
	place.boottime_ms = HOUR_MS;
	assert_int_equal(attempt_at("ito", "phone", NOW_S + DAY_S, NULL), LOGIN_PHONE_LATER);
	place.boottime_ms = 24 * HOUR_MS;
	assert_int_equal(attempt_at("ito", "phone", NOW_S + 2 * DAY_S, NULL), LOGIN_PHONE_SHOWN);
	/* Each person has an own count. */
	assert_int_equal(attempt_at("sato", "phone", NOW_S, NULL), LOGIN_PHONE_SHOWN);
}

static void another_challenge_ends_the_code_before(void **state)
{
	char code[PHONE_CODE_DIGITS + 1];

	show();
	snprintf(code, sizeof(code), "%s", answer());
	assert_int_equal(attempt(code), LOGIN_PHONE_RIGHT);
	show();
	assert_int_equal(attempt(code), LOGIN_WRONG);
	assert_int_equal(attempt(answer()), LOGIN_PHONE_RIGHT);
}

/* --- clocks that are set back --- */

static void shown_and_answered(char code[PHONE_CODE_DIGITS + 1])
{
	show();
	snprintf(code, PHONE_CODE_DIGITS + 1, "%s", answer());
	assert_int_equal(attempt(code), LOGIN_PHONE_RIGHT);
}

/* The person came in on another day, by the token. */
static void another_login_on_another_day_ends_it_for_good(void **state)
{
	char code[PHONE_CODE_DIGITS + 1];

	shown_and_answered(code);
	assert_int_equal(attempt_at("ito", bench_codes[5], STEP5, NULL), LOGIN_RIGHT);
	assert_int_equal(attempt(code), LOGIN_WRONG);
	/* Nobody is locked out. */
	shown_and_answered(code);
}

/* Nobody logged in on that day, but sekishod ran. */
static void a_day_that_the_terminal_saw_ends_it(void **state)
{
	char code[PHONE_CODE_DIGITS + 1];

	login_run_see(&seen, DAY);
	shown_and_answered(code);
	login_run_see(&seen, "2027-04-03");
	assert_int_equal(attempt(code), LOGIN_WRONG);
	/* Not even where what sekishod saw is lost again. */
	seen.days = 0;
	assert_int_equal(attempt(code), LOGIN_WRONG);
	shown_and_answered(code);
}

static void midnight_that_sekishod_has_not_seen_yet_ends_nothing_later(void **state)
{
	char code[PHONE_CODE_DIGITS + 1];

	login_run_see(&seen, "2027-04-01");
	shown_and_answered(code);
	login_run_see(&seen, DAY);
	assert_int_equal(attempt(code), LOGIN_PHONE_RIGHT);
}

static void after_a_day_of_running_it_ends_whatever_the_clock_says(void **state)
{
	char code[PHONE_CODE_DIGITS + 1];

	shown_and_answered(code);
	place.boottime_ms += 24 * HOUR_MS;
	assert_int_equal(attempt(code), LOGIN_PHONE_RIGHT);
	place.boottime_ms++;
	assert_int_equal(attempt(code), LOGIN_WRONG);
	/* Reboots give nothing back. */
	place.boot = "another";
	place.boottime_ms = 1;
	assert_int_equal(attempt(code), LOGIN_WRONG);
}

/* In boots in which this person typed nothing. */
static void what_sekishod_saw_run_counts(void **state)
{
	char code[PHONE_CODE_DIGITS + 1];

	running_time_count(&seen.run, BOOT, HOUR_MS);
	shown_and_answered(code);
	running_time_count(&seen.run, "another", 23 * HOUR_MS);
	place.boot = "a third";
	place.boottime_ms = HOUR_MS;
	assert_int_equal(attempt(code), LOGIN_PHONE_RIGHT);
	place.boottime_ms++;
	assert_int_equal(attempt(code), LOGIN_WRONG);
}

/* Where that is away, each login of the person counts. */
static void what_the_persons_own_logins_saw_run_counts(void **state)
{
	char code[PHONE_CODE_DIGITS + 1];

	shown_and_answered(code);
	place.boot = "another";
	place.boottime_ms = 12 * HOUR_MS;
	assert_int_equal(attempt(code), LOGIN_PHONE_RIGHT);
	place.boot = "a third";
	assert_int_equal(attempt(code), LOGIN_PHONE_RIGHT);
	place.boottime_ms++;
	assert_int_equal(attempt(code), LOGIN_WRONG);
}

static void time_that_a_power_cut_took_ends_nothing(void **state)
{
	char code[PHONE_CODE_DIGITS + 1];

	seen.run.ms = 100 * HOUR_MS;
	place.boottime_ms = HOUR_MS;
	shown_and_answered(code);
	place.boot = "another";
	place.boottime_ms = 1;
	assert_int_equal(attempt(code), LOGIN_PHONE_RIGHT);
}

static void without_desks_or_a_clock_nobody_is_let_in(void **state)
{
	const struct judge_lost_clock lost = {
		.floor_s = NOW_S, .boottime_s = 10, .boot = BOOT, .is_learned = true};
	char code[PHONE_CODE_DIGITS + 1];

	show();
	snprintf(code, sizeof(code), "%s", answer());
	assert_int_equal(attempt_at("ito", "phone", NOW_S, &lost), LOGIN_PHONE_OFF);
	assert_int_equal(attempt_at("ito", code, NOW_S, &lost), LOGIN_WRONG);
	desks.until_s = NOW_S - 1;
	put_desks();
	assert_int_equal(attempt("phone"), LOGIN_PHONE_OFF);
	assert_int_not_equal(attempt(code), LOGIN_PHONE_RIGHT);
	(void)unlinkat(bench_place.secrets_fd, LOGIN_DESKS_FILE, 0);
	assert_int_equal(attempt("phone"), LOGIN_PHONE_OFF);
	assert_int_not_equal(attempt(code), LOGIN_PHONE_RIGHT);
}

static void a_damaged_file_lets_nobody_in(void **state)
{
	int fd;

	show();
	fd = openat(place.folder_fd, "ito", O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, "x", 1, 30), 1);
	close(fd);
	assert_int_equal(attempt(answer()), LOGIN_WRONG);
	assert_int_equal(attempt("phone"), LOGIN_DAMAGED);
	/* The token goes on. */
	assert_int_equal(attempt_at("ito", bench_codes[5], STEP5, NULL), LOGIN_RIGHT);
}

static void outside_of_the_tokens_dates_nobody_is_let_in(void **state)
{
	struct user_head head = bench_head(CODE_TOTP, 0, NOW_S - 1);

	bench_enrol("ito", &head);
	show();
	assert_int_equal(attempt(answer()), LOGIN_EXPIRED);
}

static void who_has_no_record_sees_no_challenge(void **state)
{
	shown.challenge[0] = '\0';
	assert_int_equal(attempt_at("kato", "phone", NOW_S, NULL), LOGIN_NOT_ENROLLED);
	assert_string_equal(shown.challenge, "");
}

static void a_recovery_code_still_counts(void **state)
{
	show();
	assert_int_equal(attempt(RECOVERY_CODE), LOGIN_RECOVERY_RIGHT);
}

/* --- kill -9 --- */

static int type(void *typed)
{
	(void)attempt(typed);
	return 0;
}

static void whoever_is_cut_off_loses_nothing_and_gains_nothing(void **state)
{
	char code[PHONE_CODE_DIGITS + 1], wrong[] = WRONG;
	int call = 0;

	show();
	snprintf(code, sizeof(code), "%s", answer());
	for (; killed_at(call, false, type, code); call++)
		if (call % 2 == 1)
			assert_int_equal(attempt(code), LOGIN_PHONE_RIGHT);
	assert_true(call > 6);
	assert_int_equal(attempt(code), LOGIN_PHONE_RIGHT);
	assert_int_equal(failures(), 0);
	/* Three wrong ones, cut off wherever: then none is right. */
	for (int i = 0; i < 3; i++)
		(void)killed_at(7, true, type, wrong);
	assert_int_not_equal(attempt(code), LOGIN_PHONE_RIGHT);
}

static int come_in_by_the_token_on_another_day(void *data)
{
	const int *at = data;

	(void)attempt_at("ito", bench_codes[*at], STEP5 + (*at - 5) * 30, NULL);
	return 0;
}

static void whoever_is_cut_off_on_another_day_keeps_the_old_or_loses_it(void **state)
{
	char code[PHONE_CODE_DIGITS + 1];
	bool was_right = true;
	int call = 0, at = 5;

	shown_and_answered(code);
	for (; killed_at(call, false, come_in_by_the_token_on_another_day, &at); call++) {
		bool is_right = attempt(code) == LOGIN_PHONE_RIGHT;

		assert_true(was_right || !is_right);
		was_right = is_right;
		/* A code may have been used; the next one counts, and nobody is locked out. */
		at = at < 8 ? at + 1 : 8;
		attempt_at("ito", RECOVERY_CODE, NOW_S, NULL);
	}
	assert_true(call > 3);
	assert_false(was_right);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_desks_digits_let_in_again_and_again_until_midnight),
		TEST(each_desk_that_may_lets_in),
		TEST(digits_for_anything_else_are_wrong),
		TEST(a_challenge_and_a_mistyped_digit_cost_no_try),
		TEST(the_fourth_try_is_wrong_whatever_it_is),
		TEST(the_sixth_challenge_of_a_day_is_refused_with_the_time),
		TEST(another_challenge_ends_the_code_before),
		TEST(another_login_on_another_day_ends_it_for_good),
		TEST(a_day_that_the_terminal_saw_ends_it),
		TEST(midnight_that_sekishod_has_not_seen_yet_ends_nothing_later),
		TEST(after_a_day_of_running_it_ends_whatever_the_clock_says),
		TEST(what_sekishod_saw_run_counts),
		TEST(what_the_persons_own_logins_saw_run_counts),
		TEST(time_that_a_power_cut_took_ends_nothing),
		TEST(without_desks_or_a_clock_nobody_is_let_in),
		TEST(a_damaged_file_lets_nobody_in),
		TEST(outside_of_the_tokens_dates_nobody_is_let_in),
		TEST(who_has_no_record_sees_no_challenge),
		TEST(a_recovery_code_still_counts),
		TEST(whoever_is_cut_off_loses_nothing_and_gains_nothing),
		TEST(whoever_is_cut_off_on_another_day_keeps_the_old_or_loses_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
