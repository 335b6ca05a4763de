/* Days as people write them, beside what is none. */
#include "policy/admin/day.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

struct row {
	const char *text, *day; /* NULL: none */
};

static const struct row rows[] = {
	{"2027-04-01", "2027-04-01"},
	{"2027-4-1", "2027-04-01"},
	{"2027/04/01", "2027-04-01"},
	{"2027.4.1", "2027-04-01"},
	{"20270401", "2027-04-01"},
	{"2027年4月1日", "2027-04-01"},
	{"２０２７年４月１日", "2027-04-01"},
	{" 2027/4/1 0:00 ", "2027-04-01"},
	{"2027/4/1 00:00:00", "2027-04-01"},
	{"2027/4/1 8:30", NULL},
	{"令和9年4月1日", "2027-04-01"},
	{"令和９年４月１日", "2027-04-01"},
	{"R9.4.1", "2027-04-01"},
	{"r9/4/1", "2027-04-01"},
	{"5090401", "2027-04-01"},
	{"5071201", "2025-12-01"},
	{"令和元年5月1日", "2019-05-01"},
	{"令和元年4月30日", NULL},
	{"5010430", NULL},
	{"平成31年4月30日", "2019-04-30"},
	{"4310430", "2019-04-30"},
	{"平成31年5月1日", NULL},
	{"平成1年1月8日", "1989-01-08"},
	{"平成1年1月7日", NULL},
	{"S64.1.7", "1989-01-07"},
	{"昭和64年1月8日", NULL},
	{"昭和45年1月2日", "1970-01-02"},
	{"昭和44年12月31日", NULL},
	{"令和0年4月1日", NULL},
	{"2028-02-29", "2028-02-29"},
	{"2027-02-29", NULL},
	{"2027-13-01", NULL},
	{"2027-04-31", NULL},
	{"2027-04-00", NULL},
	{"2027-04", NULL},
	{"2027-04-01-", NULL},
	{"2027-04-011", NULL},
	{"27-04-01", NULL},
	{"202704", NULL},
	{"202704011", NULL},
	{"6090401", NULL},
	{"X9.4.1", NULL},
	{"令和9年4月1日(木)", NULL},
	{"-2027-04-01", NULL},
	{"", NULL},
	{"2027-04-01\xff", NULL},
};

static void a_day_is_read_in_each_of_its_forms_and_its_neighbours_are_refused(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[DAY_TEXT_SIZE];
		int32_t day = -7;
		int r = day_parse(rows[i].text, &day);

		if (rows[i].day) {
			if (r != 0 || strcmp(day_format(day, text), rows[i].day) != 0)
				fail_msg("%s: %d, %s", rows[i].text, r, day_format(day, text));
		} else if (r != -EINVAL || day != -7) {
			fail_msg("%s was taken for %s", rows[i].text, day_format(day, text));
		}
	}
}

static void the_fiscal_year_ends_on_31_march(void **state)
{
	static const struct row years[] = {{"2027-03-31", "2027-03-31"},
		{"2027-04-01", "2028-03-31"}, {"2027-01-01", "2027-03-31"},
		{"2027-12-31", "2028-03-31"}};

	for (size_t i = 0; i < sizeof(years) / sizeof(years[0]); i++) {
		char text[DAY_TEXT_SIZE];
		int32_t day;

		assert_int_equal(day_parse(years[i].text, &day), 0);
		assert_string_equal(day_format(day_fiscal_end(day), text), years[i].day);
	}
}

static void a_day_begins_and_ends_by_the_clock_of_the_place(void **state)
{
	int32_t day;

	assert_int_equal(day_parse("2027-04-01", &day), 0);
	assert_int_equal(day_start(day, 9 * 60), 1806505200);
	assert_int_equal(day_end(day, 9 * 60), 1806505200 + 86399);
	assert_int_equal(day_of(1806505200, 9 * 60), day);
	assert_int_equal(day_of(1806505199, 9 * 60), day - 1);
	assert_int_equal(day_of_month(day), 1);
	assert_int_equal(day_of_month(day - 1), 31);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_is_read_in_each_of_its_forms_and_its_neighbours_are_refused),
		cmocka_unit_test(the_fiscal_year_ends_on_31_march),
		cmocka_unit_test(a_day_begins_and_ends_by_the_clock_of_the_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
