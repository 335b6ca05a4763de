#include "tests/unit/fixture.h"

#include <errno.h>

#include "policy/timestamp.h"

static void times_are_read_in_one_form_only(void **state)
{
	static const struct {
		const char *text;
		int64_t time_s; /* -1: refused */
	} rows[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"1970-01-01T00:00:00+00:00", 0},
		{"1970-01-01T00:00:00-00:00", -1},
		{"1970-01-01T09:00:00+09:00", 0},
		{"1970-01-01T08:59:59+09:00", -1},
		{"1969-12-31T15:00:00-09:00", -1},
		{"2000-02-29T00:00:00Z", 951782400},
		{"2026-03-20T10:00:00+09:00", 1773968400},
		{"2026-03-19T20:00:00-05:00", 1773968400},
		{"2026-03-20t10:00:00+09:00", -1},
		{"2026-03-20 10:00:00+09:00", -1},
		{"2026-03-20T10:00:00+0900", -1},
		{"2026-03-20T10:00:00", -1},
		{"2026-03-20T10:00:00z", -1},
		{"2026-03-20T10:00:00.5Z", -1},
		{"2026-03-20T10:00:00Z ", -1},
		{"2026-03-20T10:00+09:00", -1},
		{"2o26-03-20T10:00:00Z", -1},
		{"2026/03-20T10:00:00Z", -1},
		{"2026-o3-20T10:00:00Z", -1},
		{"2026-03/20T10:00:00Z", -1},
		{"2026-03-2oT10:00:00Z", -1},
		{"2026-03-20T1o:00:00Z", -1},
		{"2026-03-20T10-00:00Z", -1},
		{"2026-03-20T10:o0:00Z", -1},
		{"2026-03-20T10:00-00Z", -1},
		{"2026-03-20T10:00:0oZ", -1},
		{"2026-3-20T10:00:00Z", -1},
		{"2026-02-28T00:00:00Z", 1772236800},
		{"2026-02-29T00:00:00Z", -1},
		{"2028-02-29T00:00:00Z", 1835395200},
		{"2100-02-29T00:00:00Z", -1},
		{"2026-04-30T00:00:00Z", 1777507200},
		{"2026-04-31T00:00:00Z", -1},
		{"2026-00-01T00:00:00Z", -1},
		{"2026-13-01T00:00:00Z", -1},
		{"2026-01-00T00:00:00Z", -1},
		{"2026-01-01T23:59:59Z", 1767311999},
		{"2026-01-01T24:00:00Z", -1},
		{"2026-01-01T00:60:00Z", -1},
		{"2016-12-31T23:59:60Z", -1},
		{"2026-01-01T00:00:00+24:00", -1},
		{"2026-01-01T00:00:00+09:60", -1},
		{"9999-12-31T23:59:59Z", 253402300799},
		{"9999-12-31T23:59:59-00:01", -1},
		{"", -1},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t time_s = -7;
		int r = timestamp_parse(rows[i].text, &time_s);

		if (r != (rows[i].time_s < 0 ? -EINVAL : 0) ||
			time_s != (rows[i].time_s < 0 ? -7 : rows[i].time_s))
			fail_msg("%s: %d, %lld", rows[i].text, r, (long long)time_s);
	}
}

static void times_are_written_as_the_place_shows_them(void **state)
{
	static const struct {
		int64_t time_s;
		int offset_minutes;
		const char *text;
	} rows[] = {
		{0, 0, "1970-01-01T00:00:00Z"},
		{0, 540, "1970-01-01T09:00:00+09:00"},
		{1773968400, 540, "2026-03-20T10:00:00+09:00"},
		{1773968400, -300, "2026-03-19T20:00:00-05:00"},
		{1835395200, 0, "2028-02-29T00:00:00Z"},
		{253402300799, 0, "9999-12-31T23:59:59Z"},
		{INT64_MAX / 2, 0, "9999-12-31T23:59:59Z"},
		{-1, 0, "1970-01-01T00:00:00Z"},
		{-60, 540, "1970-01-01T08:59:00+09:00"},
		{253402300800, -60, "9999-12-31T23:00:00-01:00"},
		{INT64_MAX, 540, "9999-12-31T23:59:59+09:00"},
		{INT64_MAX, -1439, "9999-12-31T23:59:59-23:59"},
		{INT64_MIN, 1439, "1970-01-01T00:00:00+23:59"},
		{INT64_MIN, -540, "1970-01-01T00:00:00-09:00"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[TIMESTAMP_SIZE];

		timestamp_format(rows[i].time_s, rows[i].offset_minutes, text);
		assert_string_equal(text, rows[i].text);
	}
}

static void every_day_of_400_years_is_read_as_it_was_written(void **state)
{
	for (int64_t day = 0; day < 146097 + 800; day++) {
		char text[TIMESTAMP_SIZE];
		int64_t time_s = -1;

		timestamp_format(day * 86400 + 12345, 0, text);
		assert_int_equal(timestamp_parse(text, &time_s), 0);
		assert_int_equal(time_s, day * 86400 + 12345);
	}
}

static void what_is_wrong_with_a_time_is_named(void **state)
{
	static const struct {
		const char *text, *fault; /* NULL: no part of it has the form of a date */
	} rows[] = {
		{"2026-04-01", "the time is missing"},
		{"2026/04/01", "the date has \"-\""},
		{"2026-13-01T00:00:00Z", "the month is"},
		{"2026-00-01T00:00:00Z", "the month is"},
		{"2026-04-32T00:00:00Z", "the day is"},
		{"2026-04-00T00:00:00Z", "the day is"},
		{"2026-04-31T00:00:00Z", "that month has no such day"},
		{"2027-02-29T00:00:00Z", "that month has no such day"},
		{"1969-04-30T00:00:00Z", "the year is"},
		{"2026-04-01 00:00:00Z", "between date and time"},
		{"2026-04-01T24:00:00Z", "the hour is"},
		{"2026-04-01T00:60:00Z", "the minute is"},
		{"2026-04-01T00:00Z", "the second is"},
		{"2026-04-01T00:00:60Z", "the second is"},
		{"2026-04-01T00:00:00", "the offset is missing"},
		{"2026-04-01T00:00:00+0900",
			"the offset at the end is +09:00 in Japan, with a colon"},
		{"2026-04-01T00:00:00-00:00", "the offset at the end"},
		{"2026-04-01T00:00:00.5Z", "the second has no fraction"},
		{"2026-04-01T00:00:00Zulu", "the offset at the end"},
		{"tomorrow", NULL},
		{"2026", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *fault = timestamp_fault(rows[i].text);
		int64_t ignored;

		assert_int_equal(timestamp_parse(rows[i].text, &ignored), -EINVAL);
		if (!fault != !rows[i].fault ||
			(fault && strncmp(fault, rows[i].fault, strlen(rows[i].fault)) != 0))
			fail_msg("%s: %s", rows[i].text, fault ? fault : "nothing");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_with_a_time_is_named),
		cmocka_unit_test(times_are_read_in_one_form_only),
		cmocka_unit_test(times_are_written_as_the_place_shows_them),
		cmocka_unit_test(every_day_of_400_years_is_read_as_it_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
