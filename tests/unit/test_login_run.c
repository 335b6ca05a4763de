/* What sekishod saw of the terminal's time: days, running, and the file. */
#include "tests/unit/fixture.h"

#include <errno.h>

#include "policy/login_run.h"

#define BOOT_1 "11111111-1111-1111-1111-111111111111"
#define BOOT_2 "22222222-2222-2222-2222-222222222222"

static void a_day_ends_at_midnight_in_japan(void **state)
{
	char day[PHONE_DAY_SIZE];

	login_run_day(1806634800, day); /* 2027-04-02T12:00:00+09:00 */
	assert_string_equal(day, "2027-04-02");
	login_run_day(1806634800 + 12 * 3600 - 1, day);
	assert_string_equal(day, "2027-04-02");
	login_run_day(1806634800 + 12 * 3600, day);
	assert_string_equal(day, "2027-04-03");
}

static void each_day_that_is_another_counts_and_none_is_the_highest(void **state)
{
	static const struct {
		const char *day;
		uint64_t days;
	} rows[] = {{"2027-04-02", 0}, {"2027-04-02", 0}, {"2027-04-03", 1}, {"2027-04-02", 2},
		{"2099-01-01", 3}, {"2099-01-01", 3}, {"2027-04-02", 4}, {"2027-04-03", 5}};
	struct login_run run = {};

	for (size_t i = 0; i < COUNT(rows); i++) {
		login_run_see(&run, rows[i].day);
		assert_int_equal(run.days, rows[i].days);
		assert_string_equal(run.day, rows[i].day);
	}
}

static void running_goes_on_over_reboots(void **state)
{
	struct running_time time = {};

	running_time_count(&time, BOOT_1, 5000);
	running_time_count(&time, BOOT_1, 4000);
	assert_int_equal(time.ms, 5000);
	running_time_count(&time, BOOT_2, 700);
	running_time_count(&time, BOOT_2, 900);
	assert_int_equal(time.ms, 5900);
	running_time_count(&time, BOOT_2, UINT64_MAX);
	running_time_count(&time, BOOT_1, 5000);
	assert_int_equal(time.ms, UINT64_MAX);
}

static void what_was_written_is_read_again(void **state)
{
	const struct login_run rows[] = {{.days = 0},
		{.run = {.ms = 5900, .boot_id = BOOT_1, .boottime_ms = 900},
			.day = "2027-04-02",
			.days = 12},
		{.run = {.ms = UINT64_MAX, .boot_id = BOOT_2, .boottime_ms = UINT64_MAX},
			.day = "9999-12-31",
			.days = UINT64_MAX}};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[LOGIN_RUN_SIZE], text_again[LOGIN_RUN_SIZE];
		size_t size = login_run_encode(&rows[i], text);
		struct login_run again;

		assert_true(size < LOGIN_RUN_SIZE);
		assert_int_equal(login_run_decode(text, size, &again), 0);
		assert_int_equal(login_run_encode(&again, text_again), size);
		assert_memory_equal(text_again, text, size);
		assert_int_equal(again.run.ms, rows[i].run.ms);
		assert_int_equal(again.days, rows[i].days);
		assert_string_equal(again.day, rows[i].day);
	}
}

static void every_damaged_byte_is_found(void **state)
{
	const struct login_run run = {.run = {.ms = 5900, .boot_id = BOOT_1, .boottime_ms = 900},
		.day = "2027-04-02",
		.days = 12};
	struct login_run untouched = {.days = 77};
	char text[LOGIN_RUN_SIZE + 200] = {0};
	size_t size = login_run_encode(&run, text);

	for (size_t i = 0; i < size; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			text[i] = (char)(text[i] ^ (1 << bit));
			assert_int_equal(login_run_decode(text, size, &untouched), -EBADMSG);
			text[i] = (char)(text[i] ^ (1 << bit));
		}
	for (size_t cut = 0; cut < size; cut++)
		assert_int_equal(login_run_decode(text, cut, &untouched), -EBADMSG);
	assert_int_equal(login_run_decode(text, size + 1, &untouched), -EBADMSG);
	assert_int_equal(login_run_decode(text, sizeof(text), &untouched), -EBADMSG);
	assert_int_equal(untouched.days, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_ends_at_midnight_in_japan),
		cmocka_unit_test(each_day_that_is_another_counts_and_none_is_the_highest),
		cmocka_unit_test(running_goes_on_over_reboots),
		cmocka_unit_test(what_was_written_is_read_again),
		cmocka_unit_test(every_damaged_byte_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
