/* What a rehearsal says of a device, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/rehearse_line.h"

static struct record a_record(void)
{
	return (struct record){
		.event = RECORD_DEVICE_BLOCKED,
		.device = {.name = "1-2",
			.vendor = 0x0951,
			.product = 0x1666,
			.number = 5,
			.manufacturer = "Kingston",
			.model = "DataTraveler"},
		.verdict = VERDICT_BLOCK,
		.reason = {.code = REASON_CLASS_RULE,
			.device_class = CLASS_USB_STORAGE,
			.line = 12},
		.interfaces = {{1, 0, CLASS_USB_STORAGE, VERDICT_BLOCK, {}}},
		.n_interfaces = 1,
	};
}

#define START "1-2     0951:1666  \"Kingston DataTraveler\"  "

static void assert_line(const struct record *record, const char *expected)
{
	char line[REHEARSE_LINE_SIZE] = "";

	assert_int_equal(rehearse_describe(record, line), strlen(expected));
	assert_string_equal(line, expected);
}

static void each_verdict_has_its_words(void **state)
{
	struct record record = a_record();

	assert_line(&record, START "would be refused: the policy blocks usb-storage (line 12)");
	record.event = RECORD_DEVICE_ALLOWED;
	record.verdict = record.interfaces[0].verdict = record.reason.access = VERDICT_ALLOW;
	assert_line(&record, START "would be let in: the policy allows usb-storage (line 12)");
	record.verdict = record.interfaces[0].verdict = VERDICT_READ_ONLY;
	record.reason.access = VERDICT_READ_ONLY;
	assert_line(&record, START
		"would be let in to be read only: the policy allows reading only of usb-storage "
		"(line 12)");
	record.verdict = record.interfaces[0].verdict = VERDICT_ALLOW;
	record.reason.access = VERDICT_ALLOW;
	record.n_interfaces = 2;
	assert_line(&record,
		START "would be let in partly, 1 of 2 interfaces: the policy allows usb-storage "
		      "(line 12)");
	record.event = RECORD_ALERT_LAST_INPUT;
	record.reason = (struct reason){.code = REASON_LAST_INPUT};
	assert_line(&record,
		START "would be refused, but kept to type on: kept although refused, because "
		      "nobody could type without it");
}

static void what_goes_and_what_flaps_has_no_reason(void **state)
{
	struct record record = a_record();

	record.event = RECORD_DEVICE_REMOVED;
	assert_line(&record, START "was unplugged");
	record.event = RECORD_DEVICE_FLAPPING;
	record.reason.code = REASON_NOT_JUDGED;
	record.number = 21;
	assert_line(&record, START "comes and goes, 21 times");
}

static void a_device_is_called_what_it_calls_itself(void **state)
{
	struct record record = a_record();

	record.event = RECORD_DEVICE_REMOVED;
	snprintf(record.device.medium, sizeof(record.device.medium), "M-1");
	assert_line(&record,
		"1-2     0951:1666  \"Kingston DataTraveler\", registered as M-1  was unplugged");
	record.device.manufacturer[0] = record.device.medium[0] = '\0';
	assert_line(&record, "1-2     0951:1666  \"DataTraveler\"  was unplugged");
	record.device.model[0] = '\0';
	assert_line(&record, "1-2     0951:1666  (says no name)  was unplugged");
	snprintf(record.device.model, sizeof(record.device.model), "a\033[2Jb\xff");
	assert_line(&record, "1-2     0951:1666  \"a?[2Jb?\"  was unplugged");
}

/* Every event that is told stands here. */
static void what_is_no_answer_is_not_said(void **state)
{
	struct record record = a_record();
	char line[REHEARSE_LINE_SIZE] = "untouched";
	unsigned told = 0;

	for (unsigned event = 0; event < RECORD_EVENT_COUNT; event++) {
		record.event = event;
		told += rehearse_describe(&record, line) > 0;
	}
	assert_int_equal(told, 5);
	snprintf(line, sizeof(line), "untouched");
	record.event = RECORD_DEVICE_DISGUISED;
	assert_int_equal(rehearse_describe(&record, line), 0);
	assert_string_equal(line, "untouched");
}

static void a_line_waits_until_its_device_has_calmed_down(void **state)
{
	static struct rehearse_lines lines;
	char line[REHEARSE_LINE_SIZE];

	lines.count = 0;
	assert_int_equal(rehearse_lines_due_ms(&lines), REHEARSE_NEVER);
	assert_true(rehearse_lines_add(&lines, "1-1", "first", 100));
	assert_true(rehearse_lines_add(&lines, "1-2", "another", 150));
	assert_int_equal(rehearse_lines_due_ms(&lines), 100);
	assert_true(rehearse_lines_add(&lines, "1-1", "second", 200));
	assert_int_equal(rehearse_lines_due_ms(&lines), 150);
	assert_false(rehearse_lines_take(&lines, 149, line));
	assert_true(rehearse_lines_take(&lines, 150, line));
	assert_string_equal(line, "another");
	assert_false(rehearse_lines_take(&lines, 199, line));
	assert_true(rehearse_lines_take(&lines, 200, line));
	assert_string_equal(line, "second");
	assert_int_equal(rehearse_lines_due_ms(&lines), REHEARSE_NEVER);
}

static void what_finds_no_room_is_to_be_said_at_once(void **state)
{
	static struct rehearse_lines lines;
	char name[16];

	lines.count = 0;
	for (unsigned i = 0; i < REHEARSE_WAITING_MAX; i++) {
		snprintf(name, sizeof(name), "1-%u", i);
		assert_true(rehearse_lines_add(&lines, name, "text", 100));
	}
	assert_false(rehearse_lines_add(&lines, "2-1", "text", 100));
	/* One that waits already has its place. */
	assert_true(rehearse_lines_add(&lines, "1-0", "text", 100));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_verdict_has_its_words),
		cmocka_unit_test(what_goes_and_what_flaps_has_no_reason),
		cmocka_unit_test(a_device_is_called_what_it_calls_itself),
		cmocka_unit_test(what_is_no_answer_is_not_said),
		cmocka_unit_test(a_line_waits_until_its_device_has_calmed_down),
		cmocka_unit_test(what_finds_no_room_is_to_be_said_at_once),
	};

	return cmocka_run_group_tests_name("rehearse line", tests, NULL, NULL);
}
