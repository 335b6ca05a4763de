/* What sekishod and the worker of a medium say to each other. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/medium_line.h"
#include "tests/unit/fixture.h"

/* Static, so that what lies between their members is zero, as in what is read. */
static const struct medium_order an_order = {
	.kind = MEDIUM_ORDER_OPEN,
	.id = "E-7K3M9Q2X",
	.device = "1-2.4",
	.user = "tanaka",
	.uid = 1000,
	.is_writable = true,
	.deadline_ms = MEDIUM_NO_DEADLINE,
	.grace_ms = 10000,
	.capacity_bytes = 15728640000,
	.volume = "1234-ABCD",
	.file_systems = "vfat exfat iso9660",
	.word = "",
};

static const struct medium_answer an_answer = {
	.kind = MEDIUM_ANSWER_ENDED,
	.id = "E-7K3M9Q2X",
	.path = "/run/media/tanaka/選挙 2026",
	.capacity_bytes = 1,
	.volume = "1234-ABCD+0f7a",
	.end = MEDIUM_END_HOLDERS,
	.word = "time",
	.text = "soffice.bin (4711), cp (4712)",
};

static void an_order_is_read_as_it_was_written(void **state)
{
	struct medium_order read;
	char line[MEDIUM_LINE_SIZE];
	int size = medium_order_encode(&an_order, line);

	assert_true(size > 0);
	assert_int_equal(medium_order_decode(line, (size_t)size, &read), 0);
	assert_memory_equal(&read, &an_order, sizeof(read));
}

static void an_answer_is_read_as_it_was_written(void **state)
{
	struct medium_answer read;
	char line[MEDIUM_LINE_SIZE];
	int size = medium_answer_encode(&an_answer, line);

	assert_true(size > 0);
	assert_int_equal(medium_answer_decode(line, (size_t)size, &read), 0);
	assert_int_equal(read.kind, an_answer.kind);
	assert_string_equal(read.path, an_answer.path);
	assert_int_equal(read.end, an_answer.end);
	assert_string_equal(read.text, an_answer.text);
}

static void what_would_be_read_otherwise_is_not_written(void **state)
{
	struct medium_answer answer = an_answer;
	struct medium_order order = an_order;
	char line[MEDIUM_LINE_SIZE] = "as before";

	snprintf(answer.text, sizeof(answer.text), "%s", "a\tb");
	assert_int_equal(medium_answer_encode(&answer, line), -EINVAL);
	snprintf(answer.text, sizeof(answer.text), "%s", "\xe2\x80\xae");
	assert_int_equal(medium_answer_encode(&answer, line), -EINVAL);
	snprintf(answer.text, sizeof(answer.text), "%s", "\xff");
	assert_int_equal(medium_answer_encode(&answer, line), -EINVAL);
	memset(answer.text, 'a', sizeof(answer.text));
	assert_int_equal(medium_answer_encode(&answer, line), -EINVAL);
	order.kind = MEDIUM_ORDER_NONE;
	assert_int_equal(medium_order_encode(&order, line), -EINVAL);
	assert_string_equal(line, "as before");
}

static void an_order_that_is_bent_is_refused(void **state)
{
	static const struct {
		const char *name, *line;
		int expected;
	} rows[] = {
		{"as it is", "open\tE-1\t1-2\ttanaka\t1\t0\t5\t6\t0\t\tvfat\t", 0},
		{"no word", "\tE-1\t1-2\ttanaka\t1\t0\t5\t6\t0\t\tvfat\t", -EBADMSG},
		{"none", "none\tE-1\t1-2\ttanaka\t1\t0\t5\t6\t0\t\tvfat\t", -EBADMSG},
		{"another word", "opens\tE-1\t1-2\ttanaka\t1\t0\t5\t6\t0\t\tvfat\t", -EBADMSG},
		{"a field too few", "open\tE-1\t1-2\ttanaka\t1\t0\t5\t6\t0\t\tvfat", -EBADMSG},
		{"a field too many", "open\tE-1\t1-2\ttanaka\t1\t0\t5\t6\t0\t\tvfat\t\t", -EBADMSG},
		{"no id", "open\t\t1-2\ttanaka\t1\t0\t5\t6\t0\t\tvfat\t", -EBADMSG},
		{"a way out by the device", "open\tE-1\t../1\ttanaka\t1\t0\t5\t6\t0\t\tvfat\t",
			-EBADMSG},
		{"a way out by the user", "open\tE-1\t1-2\t..\t1\t0\t5\t6\t0\t\tvfat\t", -EBADMSG},
		{"a folder as user", "open\tE-1\t1-2\ta/b\t1\t0\t5\t6\t0\t\tvfat\t", -EBADMSG},
		{"options as a type", "open\tE-1\t1-2\ttanaka\t1\t0\t5\t6\t0\t\tvfat,rw\t",
			-EBADMSG},
		{"no type", "open\tE-1\t1-2\ttanaka\t1\t0\t5\t6\t0\t\t\t", -EBADMSG},
		{"more than a bool", "open\tE-1\t1-2\ttanaka\t1\t2\t5\t6\t0\t\tvfat\t", -EBADMSG},
		{"nine as a bool", "open\tE-1\t1-2\ttanaka\t1\t9\t5\t6\t0\t\tvfat\t", -EBADMSG},
		{"another form of a number", "open\tE-1\t1-2\ttanaka\t01\t0\t5\t6\t0\t\tvfat\t",
			-EBADMSG},
		{"a sign", "open\tE-1\t1-2\ttanaka\t-1\t0\t5\t6\t0\t\tvfat\t", -EBADMSG},
		{"a uid too large", "open\tE-1\t1-2\ttanaka\t4294967296\t0\t5\t6\t0\t\tvfat\t",
			-EBADMSG},
		{"a time too large",
			"open\tE-1\t1-2\ttanaka\t1\t0\t18446744073709551616\t6\t0\t\tvfat\t",
			-EBADMSG},
		{"no number", "open\tE-1\t1-2\ttanaka\t\t0\t5\t6\t0\t\tvfat\t", -EBADMSG},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct medium_order order = {.uid = 77};
		int r = medium_order_decode(rows[i].line, strlen(rows[i].line), &order);

		if (r != rows[i].expected || (r < 0 && order.uid != 77))
			fail_msg("%s: %d", rows[i].name, r);
	}
	assert_int_equal(medium_order_decode("open\0", 5, &(struct medium_order){}), -EBADMSG);
}

static void a_worker_is_named_after_its_device_in_this_boot(void **state)
{
	char name[MEDIUM_NAME_SIZE];

	assert_int_equal(medium_name_from_disks("1-12-30042-0f7a-1-2-3", name), 0);
	assert_string_equal(name, "1-12-30042");
	assert_int_equal(medium_name_from_disks("1-12-30042", name), -EINVAL);
	assert_int_equal(medium_name_from_disks("1-12", name), -EINVAL);
	assert_int_equal(medium_name_from_disks("", name), -EINVAL);
	assert_true(medium_name_is_valid("1-12-30042"));
	assert_false(medium_name_is_valid("1-12-30042-"));
	assert_false(medium_name_is_valid("1-12-x"));
	assert_false(medium_name_is_valid("1-12/1"));
	assert_false(medium_name_is_valid("../1-2-3"));
	assert_false(medium_name_is_valid("1--3"));
}

static void how_it_ended_has_a_word(void **state)
{
	for (unsigned i = 0; i < MEDIUM_END_COUNT; i++) {
		enum medium_end end;

		assert_int_equal(medium_end_from_name(medium_end_name(i), &end), 0);
		assert_int_equal(end, i);
	}
	assert_null(medium_end_name(MEDIUM_END_COUNT));
	assert_true(medium_end_is_clean(MEDIUM_END_HOLDERS));
	assert_false(medium_end_is_clean(MEDIUM_END_FORCED));
	assert_false(medium_end_is_clean(MEDIUM_END_UNKNOWN));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_order_is_read_as_it_was_written),
		cmocka_unit_test(an_answer_is_read_as_it_was_written),
		cmocka_unit_test(what_would_be_read_otherwise_is_not_written),
		cmocka_unit_test(an_order_that_is_bent_is_refused),
		cmocka_unit_test(a_worker_is_named_after_its_device_in_this_boot),
		cmocka_unit_test(how_it_ended_has_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
