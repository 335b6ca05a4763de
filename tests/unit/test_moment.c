/* Moments and lengths of time as people write them, beside what is none. */
#include "policy/admin/moment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "policy/admin/day.h"
#include "policy/timestamp.h"

#define TODAY "2026-11-23"

struct row {
	const char *text, *begins, *ends; /* NULL: none */
};

static const struct row rows[] = {
	{"2026-11-24", "2026-11-24T00:00:00+09:00", "2026-11-24T23:59:59+09:00"},
	{"2026-11-24 8:30", "2026-11-24T08:30:00+09:00", "2026-11-24T08:30:00+09:00"},
	{"2026-11-24T08:30", "2026-11-24T08:30:00+09:00", "2026-11-24T08:30:00+09:00"},
	{"2026/11/24 08:30:15", "2026-11-24T08:30:15+09:00", "2026-11-24T08:30:15+09:00"},
	{"２０２６年１１月２４日　８時３０分", "2026-11-24T08:30:00+09:00",
		"2026-11-24T08:30:00+09:00"},
	{"令和8年11月24日(火)17時", "2026-11-24T17:00:00+09:00", "2026-11-24T17:00:00+09:00"},
	{"令和8年11月24日(火)", "2026-11-24T00:00:00+09:00", "2026-11-24T23:59:59+09:00"},
	{"R8.11.24 17:15", "2026-11-24T17:15:00+09:00", "2026-11-24T17:15:00+09:00"},
	{"17:15", "2026-11-23T17:15:00+09:00", "2026-11-23T17:15:00+09:00"},
	{"17時15分", "2026-11-23T17:15:00+09:00", "2026-11-23T17:15:00+09:00"},
	{"2026-11-24 24:00", "2026-11-24T23:59:59+09:00", "2026-11-24T23:59:59+09:00"},
	{"2026-11-24T08:30:00Z", "2026-11-24T17:30:00+09:00", "2026-11-24T17:30:00+09:00"},
	{"2026-11-24 24:01", NULL, NULL},
	{"2026-11-24 25:00", NULL, NULL},
	{"2026-11-24 8:60", NULL, NULL},
	{"2026-11-24 8:30:60", NULL, NULL},
	{"2026-11-24 8:30:00:00", NULL, NULL},
	{"2026-11-24 :30", NULL, NULL},
	{"2026-11-31 8:30", NULL, NULL},
	{"2026-11-24 (8:30", NULL, NULL},
	{"17", NULL, NULL},
	{"17:15 2026-11-24", NULL, NULL},
	{"soon", NULL, NULL},
	{" ", NULL, NULL},
	{"", NULL, NULL},
};

static void check(const struct row *row, enum moment_edge edge, const char *expected)
{
	char text[TIMESTAMP_SIZE];
	int64_t time_s = -1;
	int32_t today;

	assert_int_equal(day_parse(TODAY, &today), 0);
	if (!expected) {
		assert_int_equal(
			moment_parse(row->text, edge, today, JAPAN_MINUTES, &time_s), -EINVAL);
		assert_int_equal(time_s, -1);
		return;
	}
	assert_int_equal(moment_parse(row->text, edge, today, JAPAN_MINUTES, &time_s), 0);
	timestamp_format(time_s, JAPAN_MINUTES, text);
	assert_string_equal(text, expected);
}

static void every_way_to_write_a_moment_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("# \"%s\"\n", rows[i].text);
		check(&rows[i], MOMENT_BEGINS, rows[i].begins);
		check(&rows[i], MOMENT_ENDS, rows[i].ends);
	}
}

static void a_time_alone_needs_a_day(void **state)
{
	int64_t time_s = -1;

	(void)state;
	assert_int_equal(
		moment_parse("17:15", MOMENT_ENDS, DAY_NONE, JAPAN_MINUTES, &time_s), -EINVAL);
	assert_int_equal(time_s, -1);
}

static void a_moment_is_shown_to_the_minute(void **state)
{
	char text[MOMENT_TEXT_SIZE];
	int64_t time_s;

	(void)state;
	assert_int_equal(timestamp_parse("2026-11-24T08:30:59+09:00", &time_s), 0);
	assert_string_equal(moment_format(time_s, JAPAN_MINUTES, text), "2026-11-24 08:30");
}

static void lengths_are_read_in_either_language(void **state)
{
	static const struct {
		const char *text;
		uint32_t length_s; /* 0: none */
	} lengths[] = {
		{"30m", 1800},
		{"30分", 1800},
		{"３０分間", 1800},
		{"30 min", 1800},
		{"8h", 28800},
		{"8時間", 28800},
		{"1時間30分", 5400},
		{"1h30m", 5400},
		{"2d", 172800},
		{"2日間", 172800},
		{"1日12時間", 129600},
		{"31d", 31 * 86400},
		{"31d1m", 0},
		{"0m", 0},
		{"30m1h", 0},
		{"1h1h", 0},
		{"8", 0},
		{"h", 0},
		{"8H", 28800},
		{"-8h", 0},
		{"1.5h", 0},
		{"9999999d", 0},
		{"", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		uint32_t length_s = 0;

		print_message("# \"%s\"\n", lengths[i].text);
		assert_int_equal(moment_length_parse(lengths[i].text, &length_s),
			lengths[i].length_s > 0 ? 0 : -EINVAL);
		assert_int_equal(length_s, lengths[i].length_s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_to_write_a_moment_is_read),
		cmocka_unit_test(a_time_alone_needs_a_day),
		cmocka_unit_test(a_moment_is_shown_to_the_minute),
		cmocka_unit_test(lengths_are_read_in_either_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
