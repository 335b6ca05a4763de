/* From when until when a token counts: the second before, and the second itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "policy/token_dates.h"

static void a_token_counts_from_its_first_second_to_before_its_end(void **state)
{
	static const struct {
		const char *name;
		struct token_dates dates;
		int64_t earliest_s, latest_s;
		enum token_day day;
	} rows[] = {
		{"no dates", {0, 0}, 0, INT64_MAX, TOKEN_COUNTS},
		{"no dates, before 1970", {0, 0}, -1, -1, TOKEN_NOT_YET},
		{"a second before", {100, 0}, 99, 99, TOKEN_NOT_YET},
		{"the first second", {100, 0}, 100, 100, TOKEN_COUNTS},
		{"much later", {100, 0}, INT64_MAX, INT64_MAX, TOKEN_COUNTS},
		{"the last second", {0, 200}, 199, 199, TOKEN_COUNTS},
		{"the end", {0, 200}, 200, 200, TOKEN_EXPIRED},
		{"a day of one second", {199, 200}, 199, 199, TOKEN_COUNTS},
		{"before a day of one second", {199, 200}, 198, 198, TOKEN_NOT_YET},
		{"after a day of one second", {199, 200}, 200, 200, TOKEN_EXPIRED},
		{"it may not have begun", {100, 200}, 99, 150, TOKEN_NOT_YET},
		{"it has begun and not ended", {100, 200}, 100, 199, TOKEN_COUNTS},
		{"it may have ended", {100, 200}, 100, 200, TOKEN_EXPIRED},
		{"it may be anywhere", {100, 200}, 99, 200, TOKEN_NOT_YET},
		{"an end before the beginning", {200, 100}, 150, 150, TOKEN_NOT_YET},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (token_dates_judge(&rows[i].dates, rows[i].earliest_s, rows[i].latest_s) !=
			rows[i].day)
			fail_msg("%s", rows[i].name);
}

static void dates_that_cannot_be_are_known(void **state)
{
	static const struct {
		struct token_dates dates;
		bool is_valid;
	} rows[] = {
		{{0, 0}, true},
		{{1, 0}, true},
		{{0, 1}, true},
		{{1, 2}, true},
		{{2, 2}, false},
		{{2, 1}, false},
		{{-1, 0}, false},
		{{0, -1}, false},
		{{INT64_MIN, INT64_MAX}, false},
		{{1, INT64_MAX}, true},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(token_dates_are_valid(&rows[i].dates), rows[i].is_valid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_counts_from_its_first_second_to_before_its_end),
		cmocka_unit_test(dates_that_cannot_be_are_known),
	};

	return cmocka_run_group_tests_name("token_dates", tests, NULL, NULL);
}
