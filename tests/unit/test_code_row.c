/* Codes of a clock that is far off: two of them in a row, and what becomes of the first. */
#include "tests/unit/fixture.h"

#include "pam/code.h"

/* Of the key and counts of RFC 4226, appendix D. */
static const char *const counts[] = {"755224", "287082", "359152", "969429", "338314", "254676",
	"287922", "162583", "399871", "520489"};

static const struct code_window without = {.behind = 1, .ahead = 1, .drift_max = 3};

/* A TOTP code of six digits and SHA-1 at step n is the HOTP code of count n. */
static enum code_verdict at_step(
	unsigned code, int64_t step, struct code_memory *memory, const struct code_window *window)
{
	struct code_token token = {.kind = CODE_TOTP,
		.hash = CODE_SHA1,
		.digits = 6,
		.period_s = 30,
		.secret = "12345678901234567890",
		.secret_size = 20};
	enum code_verdict verdict = CODE_WRONG;

	assert_in_range(code, 0, COUNT(counts) - 1);
	assert_int_equal(
		code_judge(&token, window, counts[code], step * 30 + 29, memory, &verdict), 0);
	return verdict;
}

static void a_clock_that_ran_away_is_found_by_two_codes_in_a_row(void **state)
{
	static const struct code_window searched = {
		.behind = 1, .ahead = 1, .drift_max = 4, .search = 4};
	struct code_memory memory = {};

	/* Alone it is the first of two, and further off it is none. */
	assert_int_equal(at_step(4, 0, &memory, &searched), CODE_FAR);
	assert_int_equal(memory.awaited, 5);
	assert_int_equal(at_step(4, 0, &memory, &without), CODE_WRONG);
	assert_int_equal(memory.awaited, 0);
	assert_int_equal(at_step(6, 1, &memory, &searched), CODE_WRONG);
	/* The next one counts, and its clock is known from then on. */
	memory = (struct code_memory){};
	assert_int_equal(at_step(4, 0, &memory, &searched), CODE_FAR);
	assert_int_equal(at_step(5, 1, &memory, &searched), CODE_RIGHT);
	assert_int_equal(memory.next, 6);
	assert_int_equal(memory.drift, 4);
	assert_int_equal(memory.awaited, 0);
	assert_int_equal(at_step(5, 1, &memory, &searched), CODE_USED);
	assert_int_equal(at_step(6, 2, &memory, &searched), CODE_RIGHT);
	/* One that is behind; what counted before it counts no more, nor begins a row. */
	memory = (struct code_memory){.next = 4};
	assert_int_equal(at_step(3, 6, &memory, &searched), CODE_WRONG);
	assert_int_equal(memory.awaited, 0);
	assert_int_equal(at_step(4, 6, &memory, &searched), CODE_FAR);
	assert_int_equal(at_step(5, 7, &memory, &searched), CODE_RIGHT);
	assert_int_equal(memory.drift, -2);
}

static void two_codes_of_a_clock_with_another_between_them_are_not_in_a_row(void **state)
{
	static const struct code_window searched = {.drift_max = 4, .search = 4};
	struct code_memory memory = {};

	assert_int_equal(at_step(2, 0, &memory, &searched), CODE_FAR);
	assert_int_equal(at_step(9, 0, &memory, &searched), CODE_WRONG);
	assert_int_equal(at_step(3, 0, &memory, &searched), CODE_FAR);
	assert_int_equal(at_step(3, 0, &memory, &searched), CODE_FAR); /* the same twice */
	assert_int_equal(memory.awaited, 4);
	assert_int_equal(at_step(2, 0, &memory, &searched), CODE_WRONG); /* backwards */
	assert_int_equal(memory.awaited, 0);
	/* One that is near ends the search. */
	assert_int_equal(at_step(4, 0, &memory, &searched), CODE_FAR);
	assert_int_equal(at_step(5, 5, &memory, &searched), CODE_RIGHT);
	assert_int_equal(memory.awaited, 0);
	assert_int_equal(memory.drift, 0);
}

/* Else each guess would be one at all the codes of the minutes to come. */
static void a_far_code_does_not_count_when_its_time_comes(void **state)
{
	static const struct code_window searched = {
		.behind = 1, .ahead = 1, .drift_max = 20, .search = 20};
	struct code_memory memory = {};

	assert_int_equal(at_step(6, 0, &memory, &searched), CODE_FAR);
	assert_int_equal(at_step(6, 3, &memory, &searched), CODE_FAR);
	for (int64_t now = 5; now <= 7; now++)
		assert_int_equal(at_step(6, now, &memory, &searched), CODE_USED);
	assert_int_equal(at_step(6, 8, &memory, &searched), CODE_WRONG);
	assert_int_equal(at_step(8, 8, &memory, &searched), CODE_RIGHT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clock_that_ran_away_is_found_by_two_codes_in_a_row),
		cmocka_unit_test(two_codes_of_a_clock_with_another_between_them_are_not_in_a_row),
		cmocka_unit_test(a_far_code_does_not_count_when_its_time_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
