/* Moments in the columns of tables. */
#include "tests/unit/fixture.h"

#include <time.h>

#include "agent/cli_time.h"

/* 2026-04-01 12:00:00 in Japan */
#define NOON 1775012400

static void a_column_has_local_time_or_a_question_mark(void **state)
{
	static const struct {
		int64_t seconds;
		const char *digits, *clock;
	} rows[] = {
		{NOON, "2026-04-01 12:00:00", "12:00:00"},
		{NOON + 12 * 3600 - 1, "2026-04-01 23:59:59", "23:59:59"},
		{NOON + 12 * 3600, "2026-04-02 00:00:00", "00:00:00"},
		{0, "1970-01-01 09:00:00", "09:00:00"},
		{-1, "1970-01-01 08:59:59", "08:59:59"},
		{INT64_MAX, "?", "?"},
		{INT64_MIN, "?", "?"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char digits[CLI_TIME_SIZE], clock[CLI_TIME_SIZE];

		assert_string_equal(cli_time_digits(rows[i].seconds, digits), rows[i].digits);
		assert_string_equal(cli_clock_digits(rows[i].seconds, clock), rows[i].clock);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_column_has_local_time_or_a_question_mark),
	};

	setenv("TZ", "JST-9", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
