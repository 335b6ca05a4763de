/* Numbers, serials and ids of media: what they may be, and the one way in which they are written.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "policy/medium_text.h"
#include "policy/value.h"

#define TEN "0123456789"

static const struct {
	const char *name, *serial, *written;
} serial_rows[] = {
	{"letters and digits stand for themselves", "001A92053B6A", "001A92053B6A"},
	{"so do other printable characters", "a-b_c.d:e/f\"g&h'i~", "a-b_c.d:e/f\"g&h'i~"},
	{"a space", "A B", "A%20B"},
	{"a space at the end", "A ", "A%20"},
	{"nothing but a space", " ", "%20"},
	{"a percent sign", "100%", "100%25"},
	{"what would end a value elsewhere", "a;b#c", "a%3Bb%23c"},
	{"Japanese", "媒体", "%E5%AA%92%E4%BD%93"},
	{"one byte", "0", "0"},
};

static void a_serial_is_written_in_one_way_and_comes_back(void **state)
{
	for (size_t i = 0; i < sizeof(serial_rows) / sizeof(serial_rows[0]); i++) {
		char written[MEDIUM_SERIAL_ENCODED_MAX + 1], back[MEDIUM_SERIAL_MAX + 1];

		assert_int_equal(medium_serial_encode(serial_rows[i].serial, written), 0);
		assert_string_equal(written, serial_rows[i].written);
		assert_int_equal(medium_serial_decode(written, back), 0);
		assert_string_equal(back, serial_rows[i].serial);
		assert_null(medium_serial_fault(serial_rows[i].serial));
	}
}

static const struct {
	const char *name, *written;
} unreadable_rows[] = {
	{"nothing", ""},
	{"a letter that needs no encoding", "%41"},
	{"lower-case digits", "A%2fB"},
	{"a lower-case digit where it must be encoded", "A%2 0"},
	{"a bare space", "A B"},
	{"a bare semicolon", "A;B"},
	{"bare Japanese", "媒体"},
	{"Japanese of which half is bare", "%E5%AA\x92"},
	{"half a character", "%E5%AA"},
	{"a TAB", "A%09B"},
	{"a NUL", "A%00B"},
	{"what turns the reading direction", "A%E2%80%AEB"},
	{"a cut sequence", "A%2"},
};

static void a_serial_written_in_another_way_is_refused(void **state)
{
	for (size_t i = 0; i < sizeof(unreadable_rows) / sizeof(unreadable_rows[0]); i++) {
		char back[MEDIUM_SERIAL_MAX + 1];

		if (medium_serial_decode(unreadable_rows[i].written, back) != -EINVAL)
			fail_msg("%s was read", unreadable_rows[i].name);
	}
}

static const struct {
	const char *name, *serial, *fault;
} serial_fault_rows[] = {
	{"110 bytes fit", TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN, NULL},
	{"111 do not", TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "1", "110 bytes"},
	{"36 spaces fit, encoded", "                                    ", NULL},
	{"37 do not", "                                     ", "110 bytes"},
	{"none", "", "without one"},
	{"a control character", "A\x1b[2J", "visible"},
	{"no UTF-8", "A\xff", "visible"},
	{"without width", "A\u200bB", "visible"},
};

static void a_serial_that_no_shard_can_hold_is_named(void **state)
{
	for (size_t i = 0; i < sizeof(serial_fault_rows) / sizeof(serial_fault_rows[0]); i++) {
		const char *fault = medium_serial_fault(serial_fault_rows[i].serial);
		const char *expected = serial_fault_rows[i].fault;

		if (!expected != !fault || (fault && !strstr(fault, expected)))
			fail_msg("%s: %s", serial_fault_rows[i].name, fault ? fault : "no fault");
	}
}

static const struct {
	const char *number;
	bool is_right;
} number_rows[] = {
	{"M-00123", true},
	{"a.B_9-z", true},
	{"7", true},
	{"12345678901234567890123456789012", true},
	{"123456789012345678901234567890123", false},
	{"", false},
	{"M 1", false},
	{"M/1", false},
	{"M+1", false},
	{"情-1", false},
	{"Ｍ1", false},
};

static void a_number_is_of_plain_letters(void **state)
{
	for (size_t i = 0; i < sizeof(number_rows) / sizeof(number_rows[0]); i++)
		if ((medium_number_fault(number_rows[i].number) == NULL) != number_rows[i].is_right)
			fail_msg("%s", number_rows[i].number);
}

static void ids_are_two_times_four_hexadecimal_digits(void **state)
{
	static const char *const wrong[] = {"0951:166", "0951-1666", "095:11666", "0951:16666",
		"0951:166g", "0951:166A", "", "09511666", " 951:1666", "+951:1666"};
	uint16_t vendor = 7, product = 7;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(
			usb_ids_parse(wrong[i], strlen(wrong[i]), &vendor, &product), -EINVAL);
	assert_int_equal(vendor, 7);
	assert_int_equal(product, 7);
	assert_int_equal(usb_ids_parse("0951:16ef tail", 9, &vendor, &product), 0);
	assert_int_equal(vendor, 0x0951);
	assert_int_equal(product, 0x16ef);
}

static void media_are_ordered_by_number_then_ids_then_serial(void **state)
{
	static const struct medium sorted[] = {
		{"M-1", {0x0951, 0x1666, "B"}},
		{"M-2", {0x0951, 0x1666, "A"}},
		{"M-2", {0x0951, 0x1667, "A"}},
		{"M-2", {0x0951, 0x1667, "B"}},
		{"M-2", {0x8951, 0x0001, "A"}},
	};
	const size_t n = sizeof(sorted) / sizeof(sorted[0]);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			int order = medium_compare(&sorted[i], &sorted[j]);

			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_serial_is_written_in_one_way_and_comes_back),
		cmocka_unit_test(a_serial_written_in_another_way_is_refused),
		cmocka_unit_test(a_serial_that_no_shard_can_hold_is_named),
		cmocka_unit_test(a_number_is_of_plain_letters),
		cmocka_unit_test(ids_are_two_times_four_hexadecimal_digits),
		cmocka_unit_test(media_are_ordered_by_number_then_ids_then_serial),
	};

	return cmocka_run_group_tests_name("medium_text", tests, NULL, NULL);
}
