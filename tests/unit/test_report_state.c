/* What reports remember over restarts, and the batches of records that go up. */
#include "tests/unit/fixture.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/record_log.h"
#include "agent/report_batch.h"
#include "tests/unit/temporary.h"

/* 2026-11-24 00:00 in Japan. */
#define MIDNIGHT 1795446000

static const struct report_state a_state = {
	.number = 12,
	.since = MIDNIGHT,
	.blocked = 3,
	.alerts = {{"device-disguised", 2}, {"tampered", 1}},
	.n_alerts = 2,
	.cursor = {.file = 7, .offset = 4096, .sequence = 812},
};

static void what_is_written_is_read(void **state)
{
	struct report_state after = {};
	char text[REPORT_STATE_SIZE];
	size_t size;

	assert_int_equal(report_state_encode(&a_state, text, &size), 0);
	assert_int_equal(report_state_decode(text, size, &after), 0);
	assert_memory_equal(&a_state, &after, sizeof(after));
}

static void the_longest_state_fits(void **state)
{
	struct report_state longest = a_state, after = {};
	char text[REPORT_STATE_SIZE];
	size_t size;

	longest.number = REPORT_NUMBER_MAX;
	longest.since = INT64_MAX;
	longest.cursor = (struct report_cursor){INT64_MAX, INT64_MAX, INT64_MAX};
	longest.n_alerts = REPORT_ALERTS_MAX;
	for (size_t i = 0; i < REPORT_ALERTS_MAX; i++) {
		memset(longest.alerts[i].event, 'a', REPORT_WORD_MAX);
		longest.alerts[i].event[REPORT_WORD_MAX] = '\0';
		longest.alerts[i].n = 9007199254740991;
	}
	assert_int_equal(report_state_encode(&longest, text, &size), 0);
	assert_int_equal(report_state_decode(text, size, &after), 0);
	assert_int_equal(after.n_alerts, REPORT_ALERTS_MAX);
	assert_int_equal(after.alerts[15].n, 9007199254740991);
}

static void no_byte_can_be_another(void **state)
{
	char text[REPORT_STATE_SIZE];
	size_t size;

	assert_int_equal(report_state_encode(&a_state, text, &size), 0);
	for (size_t i = 0; i < size; i++) {
		struct report_state after = {.number = 77};

		text[i] ^= 1;
		assert_int_equal(report_state_decode(text, size, &after), -EBADMSG);
		assert_int_equal(after.number, 77);
		text[i] ^= 1;
	}
	assert_int_equal(report_state_decode(text, 0, &(struct report_state){}), -EBADMSG);
}

static void counting_begins_anew_at_midnight(void **state)
{
	struct report_state counted = {.number = 12};
	const struct record blocked = {.event = RECORD_DEVICE_BLOCKED};
	const struct record disguised = {.event = RECORD_DEVICE_DISGUISED};
	const struct record removed = {.event = RECORD_DEVICE_REMOVED};

	assert_int_equal(record_severity(RECORD_DEVICE_DISGUISED), 4);
	assert_false(report_state_count(&counted, &blocked, MIDNIGHT));
	assert_false(report_state_count(&counted, &blocked, MIDNIGHT + 86399));
	assert_false(report_state_count(&counted, &removed, MIDNIGHT + 86399));
	assert_true(report_state_count(&counted, &disguised, MIDNIGHT + 86399));
	assert_true(report_state_count(&counted, &disguised, MIDNIGHT + 86399));
	assert_int_equal(counted.since, MIDNIGHT);
	assert_int_equal(counted.blocked, 2);
	assert_int_equal(counted.n_alerts, 1);
	assert_string_equal(counted.alerts[0].event, "device-disguised");
	assert_int_equal(counted.alerts[0].n, 2);
	assert_false(report_state_count(&counted, &blocked, MIDNIGHT + 86400));
	assert_int_equal(counted.since, MIDNIGHT + 86400);
	assert_int_equal(counted.blocked, 1);
	assert_int_equal(counted.n_alerts, 0);
	assert_int_equal(counted.number, 12);
}

/* --- batches --- */

static struct record_log *open_log(const struct temporary *folder, uint64_t file_size_max)
{
	const struct record_log_config config = {
		.directory_fd = folder->fd,
		.boot_id = "11111111-2222-3333-4444-555555555555",
		.file_size_max = file_size_max,
	};
	struct record_log *log;
	bool torn;

	assert_int_equal(record_log_open(&config, &log, &torn), 0);
	return log;
}

static void write_records(struct record_log *log, unsigned n)
{
	const struct record record = {.event = RECORD_EVENTS_LOST, .realtime_ms = 1};

	for (unsigned i = 0; i < n; i++)
		assert_int_equal(record_log_append(log, &record), 0);
}

static unsigned count_lines(const struct report_batch *batch)
{
	unsigned n = 0;

	for (size_t i = 0; i < batch->size; i++)
		n += batch->lines[i] == '\n';
	return n;
}

/* Over the border of files, nothing twice, nothing left out. */
static void batches_together_are_the_records(void **state)
{
	const struct temporary *folder = *state;
	struct record_log *log = open_log(folder, 100 * 1024);
	struct report_cursor cursor = {0};
	uint64_t next = 1;
	unsigned lines = 0, batches = 0;

	write_records(log, 400);
	record_log_close(log);
	assert_true(temporary_has(folder, "records-2.jsonl"));
	for (;;) {
		struct report_batch batch = {};
		int r = report_batch_read(folder->fd, &cursor, 400, &batch);

		if (r == 0)
			break;
		assert_int_equal(r, 1);
		assert_int_equal(batch.first, next);
		assert_true(batch.size <= REPORT_BATCH_MAX);
		assert_int_equal(batch.lines[batch.size - 1], '\n');
		lines += count_lines(&batch);
		next = batch.cursor.sequence + 1;
		cursor = batch.cursor;
		batches++;
		free(batch.lines);
	}
	assert_int_equal(lines, 400);
	assert_int_equal(next, 401);
	assert_true(batches > 4);
}

/* What is not on the disk yet could be lost, and then its number would be given again. */
static void a_batch_ends_with_the_last_record_that_is_asked_for(void **state)
{
	const struct temporary *folder = *state;
	struct record_log *log = open_log(folder, 1024 * 1024);
	struct report_cursor cursor = {0};
	struct report_batch batch = {};

	write_records(log, 5);
	assert_int_equal(report_batch_read(folder->fd, &cursor, 0, &batch), 0);
	assert_null(batch.lines);
	assert_int_equal(report_batch_read(folder->fd, &cursor, 3, &batch), 1);
	assert_int_equal(count_lines(&batch), 3);
	assert_int_equal(batch.cursor.sequence, 3);
	cursor = batch.cursor;
	free(batch.lines);
	assert_int_equal(report_batch_read(folder->fd, &cursor, 3, &batch), 0);
	assert_int_equal(report_batch_read(folder->fd, &cursor, 5, &batch), 1);
	assert_int_equal(batch.first, 4);
	free(batch.lines);
	record_log_close(log);
}

static void a_damaged_line_goes_up_as_it_stands(void **state)
{
	const struct temporary *folder = *state;
	struct report_cursor cursor = {.file = 1};
	struct report_batch batch = {};

	temporary_write(folder, "records-1.jsonl", "rubbish\n{\"torn", 14);
	assert_int_equal(report_batch_read(folder->fd, &cursor, 9, &batch), 1);
	assert_int_equal(batch.first, 0);
	assert_int_equal(batch.size, 8);
	assert_memory_equal(batch.lines, "rubbish\n", 8);
	cursor = batch.cursor;
	free(batch.lines);
	/* What has no end is not sent before it has one. */
	assert_int_equal(report_batch_read(folder->fd, &cursor, 9, &batch), 0);
}

static void what_is_too_long_for_a_batch_is_passed_over(void **state)
{
	const struct temporary *folder = *state;
	size_t size = 3 * REPORT_BATCH_MAX;
	char *text = malloc(size + 9);
	struct report_cursor cursor = {.file = 1};
	struct report_batch batch = {};

	assert_non_null(text);
	memset(text, 'x', size);
	memcpy(text + size, "\nrubbish\n", 9);
	temporary_write(folder, "records-1.jsonl", text, size + 9);
	assert_int_equal(report_batch_read(folder->fd, &cursor, 9, &batch), 1);
	assert_memory_equal(batch.lines + batch.size - 8, "rubbish\n", 8);
	assert_int_equal(batch.cursor.offset, size + 9);
	free(batch.lines);
	free(text);
}

static void a_file_that_was_removed_is_passed_over(void **state)
{
	const struct temporary *folder = *state;
	struct report_cursor cursor = {.file = 3, .offset = 100, .sequence = 7};
	struct report_batch batch = {};

	temporary_write(folder, "records-2.jsonl", "old\n", 4);
	temporary_write(folder, "records-5.jsonl", "new\n", 4);
	assert_int_equal(report_batch_read(folder->fd, &cursor, 9, &batch), 1);
	assert_memory_equal(batch.lines, "new\n", 4);
	assert_int_equal(batch.cursor.file, 5);
	free(batch.lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(the_longest_state_fits),
		cmocka_unit_test(no_byte_can_be_another),
		cmocka_unit_test(counting_begins_anew_at_midnight),
		cmocka_unit_test_setup_teardown(
			batches_together_are_the_records, temporary_setup, temporary_teardown),
		cmocka_unit_test_setup_teardown(a_batch_ends_with_the_last_record_that_is_asked_for,
			temporary_setup, temporary_teardown),
		cmocka_unit_test_setup_teardown(
			a_damaged_line_goes_up_as_it_stands, temporary_setup, temporary_teardown),
		cmocka_unit_test_setup_teardown(what_is_too_long_for_a_batch_is_passed_over,
			temporary_setup, temporary_teardown),
		cmocka_unit_test_setup_teardown(a_file_that_was_removed_is_passed_over,
			temporary_setup, temporary_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
