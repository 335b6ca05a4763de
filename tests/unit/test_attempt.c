/* Guesses are counted before they are judged, and locks grow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pam/attempt.h"

#define NOW 1000000000
#define DAY 86400

static const struct attempt_rules rules = {.lock_after = 3, .lock_for_s = 600};

static void charge(struct attempts *attempts, unsigned times, int64_t now_s)
{
	while (times-- > 0)
		attempts_charge(attempts, &rules, now_s);
}

static void the_last_that_is_allowed_locks(void **state)
{
	struct attempts attempts = {};

	assert_int_equal(attempts_wait_s(&attempts, NOW), 0);
	charge(&attempts, 2, NOW);
	assert_int_equal(attempts_wait_s(&attempts, NOW), 0);
	charge(&attempts, 1, NOW);
	assert_int_equal(attempts_wait_s(&attempts, NOW), 600);
	assert_int_equal(attempts_wait_s(&attempts, NOW + 599), 1);
	assert_int_equal(attempts_wait_s(&attempts, NOW + 600), 0);
}

static void each_further_lock_is_twice_as_long_up_to_a_day(void **state)
{
	static const int64_t wished[] = {
		600, 1200, 2400, 4800, 9600, 19200, 38400, 76800, DAY, DAY};
	struct attempts attempts = {};
	int64_t now = NOW;

	for (size_t i = 0; i < sizeof(wished) / sizeof(*wished); i++) {
		charge(&attempts, 3, now);
		assert_int_equal(attempts_wait_s(&attempts, now), wished[i]);
		now += wished[i];
		assert_int_equal(attempts_wait_s(&attempts, now), 0);
	}
}

static void a_right_code_forgives_all(void **state)
{
	struct attempts attempts = {};

	charge(&attempts, 5, NOW);
	attempts_forgive(&attempts);
	assert_int_equal(attempts_wait_s(&attempts, NOW), 0);
	charge(&attempts, 2, NOW);
	assert_int_equal(attempts_wait_s(&attempts, NOW), 0);
	charge(&attempts, 1, NOW);
	assert_int_equal(attempts_wait_s(&attempts, NOW), 600);
}

static void a_lock_from_a_clock_that_was_ahead_ends(void **state)
{
	struct attempts attempts = {};

	charge(&attempts, 3, NOW + 10LL * 365 * DAY);
	assert_true(attempts_set_right(&attempts, &rules, NOW));
	assert_int_equal(attempts_wait_s(&attempts, NOW), 600);
	assert_false(attempts_set_right(&attempts, &rules, NOW));
	assert_false(attempts_set_right(&attempts, &rules, NOW + 1));
	assert_int_equal(attempts_wait_s(&attempts, NOW + 1), 599);
	/* Also when policy has made locks shorter since. */
	assert_true(attempts_set_right(
		&attempts, &(struct attempt_rules){.lock_after = 3, .lock_for_s = 60}, NOW));
	assert_int_equal(attempts_wait_s(&attempts, NOW), 60);
}

static void counts_do_not_run_over(void **state)
{
	struct attempts attempts = {.failures = UINT16_MAX, .locks = UINT16_MAX};

	attempts_charge(&attempts, &rules, NOW);
	assert_int_equal(attempts_wait_s(&attempts, NOW), DAY);
	assert_int_equal(attempts.locks, UINT16_MAX);
	/* No number allows more than one at a time. */
	attempts = (struct attempts){};
	attempts_charge(&attempts, &(struct attempt_rules){.lock_for_s = 60}, NOW);
	assert_int_equal(attempts_wait_s(&attempts, NOW), 60);
	attempts = (struct attempts){};
	attempts_charge(
		&attempts, &(struct attempt_rules){.lock_after = 1, .lock_for_s = UINT32_MAX}, NOW);
	assert_int_equal(attempts_wait_s(&attempts, NOW), DAY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_that_is_allowed_locks),
		cmocka_unit_test(each_further_lock_is_twice_as_long_up_to_a_day),
		cmocka_unit_test(a_right_code_forgives_all),
		cmocka_unit_test(a_lock_from_a_clock_that_was_ahead_ends),
		cmocka_unit_test(counts_do_not_run_over),
	};

	return cmocka_run_group_tests_name("attempt", tests, NULL, NULL);
}
