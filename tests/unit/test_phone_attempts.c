/*
 * Who guesses at what a desk would answer: told as what happens one after the other.
 */
#include "tests/unit/fixture.h"

#include <errno.h>

#include "policy/phone_attempts.h"

#define HOUR_MS (3600 * UINT64_C(1000))
#define BOOT_1  "11111111-1111-1111-1111-111111111111"
#define BOOT_2  "22222222-2222-2222-2222-222222222222"
#define ID      "E-7K3M9Q2X"
#define OTHER   "E-2B4D6F8H"
#define LONGEST "a1234567890123456789012345678901"

static bool begin(struct phone_attempts *attempts)
{
	return phone_attempts_begin(attempts, "tanaka", ID, "12345678");
}

static void spend_all(struct phone_attempts *attempts)
{
	for (int i = 0; i < PHONE_CHALLENGES_MAX; i++)
		assert_true(begin(attempts));
}

static void the_fourth_try_is_refused(void **state)
{
	struct phone_attempts attempts = {};

	assert_int_equal(phone_attempts_left(&attempts, ID), 0);
	assert_false(phone_attempts_charge(&attempts, ID));
	assert_true(begin(&attempts));
	for (unsigned left = PHONE_TRIES_MAX; left > 0; left--) {
		assert_int_equal(phone_attempts_left(&attempts, ID), left);
		assert_true(phone_attempts_charge(&attempts, ID));
	}
	assert_false(phone_attempts_charge(&attempts, ID));
	assert_int_equal(attempts.tries, PHONE_TRIES_MAX);
}

static void a_try_counts_for_the_challenge_that_waits_alone(void **state)
{
	struct phone_attempts attempts = {};

	assert_true(begin(&attempts));
	assert_int_equal(phone_attempts_left(&attempts, OTHER), 0);
	assert_false(phone_attempts_charge(&attempts, OTHER));
	assert_int_equal(phone_attempts_left(&attempts, ""), 0);
	assert_true(phone_attempts_begin(&attempts, "tanaka", OTHER, "87654321"));
	assert_false(phone_attempts_charge(&attempts, ID));
	assert_true(phone_attempts_charge(&attempts, OTHER));
}

static void a_right_code_costs_no_try(void **state)
{
	struct phone_attempts attempts = {};

	assert_true(begin(&attempts));
	assert_true(phone_attempts_charge(&attempts, ID));
	assert_true(phone_attempts_charge(&attempts, ID));
	phone_attempts_agree(&attempts, 1);
	assert_int_equal(phone_attempts_left(&attempts, ID), 2);
	assert_int_equal(attempts.answered, 2);
	phone_attempts_end(&attempts);
	assert_int_equal(phone_attempts_left(&attempts, ID), 0);
	assert_int_equal(attempts.n_shown, 1);
}

static void the_sixth_challenge_of_a_day_is_refused_with_the_time(void **state)
{
	struct phone_attempts attempts = {};

	phone_attempts_run(&attempts, BOOT_1, HOUR_MS);
	assert_true(begin(&attempts));
	phone_attempts_run(&attempts, BOOT_1, 2 * HOUR_MS);
	for (int i = 1; i < PHONE_CHALLENGES_MAX; i++)
		assert_true(begin(&attempts));
	assert_false(begin(&attempts));
	assert_int_equal(phone_attempts_wait_ms(&attempts, "tanaka"), 23 * HOUR_MS);
	phone_attempts_run(&attempts, BOOT_1, 25 * HOUR_MS - 1);
	assert_false(begin(&attempts));
	assert_int_equal(phone_attempts_wait_ms(&attempts, "tanaka"), 1);
	phone_attempts_run(&attempts, BOOT_1, 25 * HOUR_MS);
	assert_true(begin(&attempts));
	/* The other four are an hour younger. */
	assert_false(begin(&attempts));
	assert_int_equal(phone_attempts_wait_ms(&attempts, "tanaka"), HOUR_MS);
}

static bool begin_of(struct phone_attempts *attempts, const char *user)
{
	return phone_attempts_begin(attempts, user, ID, "12345678");
}

static void nobody_uses_up_the_challenges_of_others(void **state)
{
	struct phone_attempts attempts = {};

	phone_attempts_run(&attempts, BOOT_1, HOUR_MS);
	spend_all(&attempts);
	assert_false(begin(&attempts));
	assert_int_equal(phone_attempts_wait_ms(&attempts, "suzuki"), 0);
	phone_attempts_run(&attempts, BOOT_1, 2 * HOUR_MS);
	for (int i = 0; i < PHONE_OF_ALL_MAX - PHONE_CHALLENGES_MAX; i++)
		assert_true(begin_of(&attempts, "suzuki"));
	/* All of them together have an end, too: that of the terminal. */
	assert_false(begin_of(&attempts, "suzuki"));
	assert_false(begin_of(&attempts, "sato"));
	assert_int_equal(phone_attempts_wait_ms(&attempts, "suzuki"), 24 * HOUR_MS);
	assert_int_equal(phone_attempts_wait_ms(&attempts, "tanaka"), 23 * HOUR_MS);
	assert_int_equal(phone_attempts_wait_ms(&attempts, "sato"), 23 * HOUR_MS);
	phone_attempts_run(&attempts, BOOT_1, 25 * HOUR_MS);
	assert_false(begin_of(&attempts, "suzuki"));
	assert_true(begin_of(&attempts, "sato"));
	assert_true(begin_of(&attempts, "tanaka"));
}

static void a_reboot_gives_nothing_back(void **state)
{
	struct phone_attempts attempts = {};

	phone_attempts_run(&attempts, BOOT_1, 20 * HOUR_MS);
	spend_all(&attempts);
	for (int i = 0; i < 100; i++) {
		phone_attempts_run(&attempts, i % 2 == 0 ? BOOT_2 : BOOT_1, 1000);
		assert_false(begin(&attempts));
	}
	assert_int_equal(phone_attempts_wait_ms(&attempts, "tanaka"), 24 * HOUR_MS - 100 * 1000);
	phone_attempts_run(&attempts, "3", 24 * HOUR_MS - 100 * 1000);
	assert_true(begin(&attempts));
}

static void a_boottime_that_goes_back_or_far_ahead_wraps_nothing(void **state)
{
	struct phone_attempts attempts = {};

	phone_attempts_run(&attempts, BOOT_1, 5 * HOUR_MS);
	spend_all(&attempts);
	phone_attempts_run(&attempts, BOOT_1, HOUR_MS);
	phone_attempts_run(&attempts, BOOT_1, 5 * HOUR_MS);
	assert_int_equal(phone_attempts_wait_ms(&attempts, "tanaka"), 24 * HOUR_MS);
	phone_attempts_run(&attempts, BOOT_2, UINT64_MAX);
	assert_int_equal(attempts.run.ms, UINT64_MAX);
	spend_all(&attempts);
	phone_attempts_run(&attempts, BOOT_1, UINT64_MAX);
	assert_false(begin(&attempts));
	assert_int_equal(phone_attempts_wait_ms(&attempts, "tanaka"), 24 * HOUR_MS);
}

static void what_claims_to_come_from_the_future_waits(void **state)
{
	struct phone_attempts attempts = {.run.ms = 5, .n_shown = PHONE_OF_ALL_MAX};

	for (int i = 0; i < PHONE_OF_ALL_MAX; i++)
		attempts.shown_ms[i] = 1000;
	assert_int_equal(phone_attempts_wait_ms(&attempts, "tanaka"), PHONE_REFILL_MS);
	assert_false(begin(&attempts));
}

/* --- how far guessing leads --- */

/* Day and night for a year: a challenge as soon as there is one, and all of its tries, by so many
 * people. */
static unsigned tries_of_a_year(unsigned n_people)
{
	static const char *const people[] = {"tanaka", "suzuki", "sato"};
	struct phone_attempts attempts = {};
	unsigned tries = 0;

	for (uint64_t minute = 0; minute < 365 * 24 * 60; minute++) {
		phone_attempts_run(&attempts, BOOT_1, minute * 60 * 1000);
		for (unsigned i = 0; i < n_people; i++)
			while (begin_of(&attempts, people[i]))
				while (phone_attempts_charge(&attempts, ID))
					tries++;
	}
	return tries;
}

/* "238,609,294" */
static void with_commas(double number, char ret[32])
{
	char digits[24];
	size_t n = (size_t)snprintf(digits, sizeof(digits), "%.0f", number), used = 0;

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			ret[used++] = ',';
		ret[used++] = digits[i];
	}
	ret[used] = '\0';
}

/* How often the likeliest of the codes comes, of all that 31 bits are. */
static unsigned likeliest(void)
{
	uint64_t codes = 1000000000, numbers = UINT64_C(1) << 31;

	return (unsigned)((numbers + codes - 1) / codes);
}

#define ALL 2147483648.0

/* One in so many, of a guess that hits with the likeliest code. */
static void year_of(unsigned tries, char ret[32])
{
	double missed = 1;

	for (unsigned i = 0; i < tries; i++)
		missed *= 1 - likeliest() / ALL;
	with_commas(1 / (1 - missed), ret);
}

static void the_manual_says_how_far_guessing_leads(void **state)
{
	struct fixture manual = fixture_read("../../policy/admin/sekisho-admin.1");
	char number[32], said[64];

	assert_int_equal(likeliest(), 3);
	assert_non_null(strstr(manual.bytes, "come 3 times in 2,147,483,648."));
	with_commas(ALL / (PHONE_TRIES_MAX * likeliest()), number);
	snprintf(said, sizeof(said), "1 in %s for a challenge", number);
	assert_non_null(strstr(manual.bytes, said));
	assert_int_equal(tries_of_a_year(3), 365 * PHONE_OF_ALL_MAX * PHONE_TRIES_MAX);
	year_of(tries_of_a_year(3), number);
	snprintf(said, sizeof(said), "1 in %s a year at a terminal", number);
	if (!strstr(manual.bytes, said))
		fail_msg("the manual does not say \"%s\"", said);
	assert_int_equal(tries_of_a_year(1), 365 * PHONE_CHALLENGES_MAX * PHONE_TRIES_MAX);
	year_of(tries_of_a_year(1), number);
	snprintf(said, sizeof(said), "1 in %s for one person", number);
	if (!strstr(manual.bytes, said))
		fail_msg("the manual does not say \"%s\"", said);
	free(manual.bytes);
}

/* --- the file --- */

static struct phone_attempts full(void)
{
	struct phone_attempts attempts = {};

	phone_attempts_run(&attempts, BOOT_1, 123456789);
	spend_all(&attempts);
	phone_attempts_charge(&attempts, ID);
	phone_attempts_charge(&attempts, ID);
	phone_attempts_agree(&attempts, 0);
	return attempts;
}

static void what_was_written_is_read_again(void **state)
{
	const struct phone_attempts rows[] = {{.tries = 0}, full(),
		{.run = {.ms = UINT64_MAX, .boottime_ms = UINT64_MAX, .boot_id = BOOT_2},
			.n_shown = 1,
			.shown_ms = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX,
				UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX},
			.shown_to = {LONGEST, LONGEST, LONGEST, LONGEST, LONGEST, LONGEST, LONGEST,
				LONGEST, LONGEST, LONGEST},
			.id = OTHER,
			.challenge = "00000000",
			.tries = PHONE_TRIES_MAX,
			.answered = 3,
			.terminal_ms = UINT64_MAX,
			.days = UINT64_MAX}};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[PHONE_ATTEMPTS_SIZE], text_again[PHONE_ATTEMPTS_SIZE];
		struct phone_attempts again;
		size_t size = phone_attempts_format(&rows[i], text);

		assert_true(size < PHONE_ATTEMPTS_SIZE);
		assert_int_equal(phone_attempts_parse(text, size, &again), 0);
		assert_int_equal(phone_attempts_format(&again, text_again), size);
		assert_memory_equal(text_again, text, size);
	}
}

static void every_damaged_byte_is_found(void **state)
{
	const struct phone_attempts attempts = full();
	struct phone_attempts untouched = {.tries = 77};
	char text[PHONE_ATTEMPTS_SIZE + 1];
	size_t size = phone_attempts_format(&attempts, text);

	for (size_t i = 0; i < size; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			text[i] = (char)(text[i] ^ (1 << bit));
			assert_int_equal(phone_attempts_parse(text, size, &untouched), -EBADMSG);
			text[i] = (char)(text[i] ^ (1 << bit));
		}
	for (size_t cut = 0; cut < size; cut++)
		assert_int_equal(phone_attempts_parse(text, cut, &untouched), -EBADMSG);
	text[size] = '\n';
	assert_int_equal(phone_attempts_parse(text, size + 1, &untouched), -EBADMSG);
	assert_int_equal(untouched.tries, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fourth_try_is_refused),
		cmocka_unit_test(a_try_counts_for_the_challenge_that_waits_alone),
		cmocka_unit_test(a_right_code_costs_no_try),
		cmocka_unit_test(the_sixth_challenge_of_a_day_is_refused_with_the_time),
		cmocka_unit_test(nobody_uses_up_the_challenges_of_others),
		cmocka_unit_test(a_reboot_gives_nothing_back),
		cmocka_unit_test(a_boottime_that_goes_back_or_far_ahead_wraps_nothing),
		cmocka_unit_test(what_claims_to_come_from_the_future_waits),
		cmocka_unit_test(the_manual_says_how_far_guessing_leads),
		cmocka_unit_test(what_was_written_is_read_again),
		cmocka_unit_test(every_damaged_byte_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
