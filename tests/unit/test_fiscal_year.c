#include "policy/fiscal_year.h"

#include "tests/unit/judged_fixture.h"

static void a_fiscal_year_ends_with_march_by_japans_clock(void **state)
{
	static const struct {
		const char *time, *end;
		int year;
	} rows[] = {
		{"2026-04-01T00:00:00+09:00", "2027-03-31T23:59:59+09:00", 2026},
		{"2026-03-31T23:59:59+09:00", "2026-03-31T23:59:59+09:00", 2025},
		{"2026-03-31T14:59:59Z", "2026-03-31T23:59:59+09:00", 2025},
		{"2026-03-31T15:00:00Z", "2027-03-31T23:59:59+09:00", 2026},
		{"2026-12-31T23:59:59+09:00", "2027-03-31T23:59:59+09:00", 2026},
		{"2027-01-01T00:00:00+09:00", "2027-03-31T23:59:59+09:00", 2026},
		{"2028-02-29T12:00:00+09:00", "2028-03-31T23:59:59+09:00", 2027},
		{"1970-01-01T00:00:00Z", "1970-03-31T23:59:59+09:00", 1969},
		{"9999-03-31T00:00:00+09:00", "9999-03-31T23:59:59+09:00", 9998},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (fiscal_year_end(time_of(rows[i].time)) != time_of(rows[i].end) ||
			fiscal_year_of(time_of(rows[i].time)) != rows[i].year)
			fail_msg("%s", rows[i].time);
	}
}

static void no_time_is_without_a_year(void **state)
{
	assert_true(fiscal_year_end(INT64_MAX) == INT64_MAX);
	assert_int_equal(fiscal_year_of(INT64_MIN), 1969);
	assert_true(fiscal_year_end(INT64_MIN) == time_of("1970-03-31T23:59:59+09:00"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fiscal_year_ends_with_march_by_japans_clock),
		cmocka_unit_test(no_time_is_without_a_year),
	};

	return cmocka_run_group_tests_name("fiscal year", tests, NULL, NULL);
}
