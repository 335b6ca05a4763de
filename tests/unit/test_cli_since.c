/* The times that people type behind --since. */
#include "tests/unit/fixture.h"

#include <time.h>

#include "agent/cli_since.h"

/* 2026-04-01 12:00:00 in Japan */
#define NOON 1775012400

static void times_are_read_as_people_type_them(void **state)
{
	static const struct {
		const char *text;
		int64_t expected; /* 0: refused */
	} rows[] = {
		{"2026-04-01", NOON - 12 * 3600},
		{"2026-04-01 08:30", NOON - 3 * 3600 - 1800},
		{"2026-04-01T08:30", NOON - 3 * 3600 - 1800},
		{"2026-04-01 08:30:15", NOON - 3 * 3600 - 1785},
		{"2026-04-01T08:30:15", NOON - 3 * 3600 - 1785},
		{"2026-04-01T08:30:15+09:00", NOON - 3 * 3600 - 1785},
		{"2026-04-01T00:00:00Z", NOON - 3 * 3600},
		{"08:30", NOON - 3 * 3600 - 1800},
		{"23:59", NOON + 12 * 3600 - 60},
		{"2h", NOON - 7200},
		{"90m", NOON - 5400},
		{"3d", NOON - 3 * 86400},
		{"2026-02-29", 0},
		{"2026-02-31", 0},
		{"2026-13-01", 0},
		{"2026-4-1", 0},
		{"2026-04-01 8:30", 0},
		{"2026-04-01  08:30", 0},
		{"2026-04-01 24:30", 0},
		{"08:60", 0},
		{"0m", 0},
		{"2x", 0},
		{"2", 0},
		{"", 0},
		{"yesterday", 0},
		{"2026-04-01 08:30 ", 0},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t seen = 0;
		int r = cli_since_parse(rows[i].text, NOON, &seen);

		if ((r == 0) != (rows[i].expected != 0) || seen != rows[i].expected)
			fail_msg("%s: %d, %lld", rows[i].text, r, (long long)seen);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read_as_people_type_them),
	};

	setenv("TZ", "JST-9", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
