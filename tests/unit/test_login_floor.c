/* The file of the floor says one number in one spelling, or nothing. */
#include "tests/unit/fixture.h"

#include <errno.h>
#include <inttypes.h>

#include "policy/checksum.h"
#include "policy/login_floor.h"

static void it_is_a_line_and_its_checksum(void **state)
{
	char text[LOGIN_FLOOR_SIZE], expected[64];
	size_t size = login_floor_encode(1780272000, text);

	(void)state;
	snprintf(expected, sizeof(expected), "1780272000\n%08x\n",
		checksum((const uint8_t *)"1780272000\n", 11));
	assert_int_equal(size, strlen(expected));
	assert_memory_equal(text, expected, size);
}

static void what_was_written_is_read(void **state)
{
	static const int64_t floors[] = {0, 1, 1780272000, INT64_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof(floors) / sizeof(*floors); i++) {
		char text[LOGIN_FLOOR_SIZE];
		int64_t floor_s = -1;

		assert_int_equal(
			login_floor_decode(text, login_floor_encode(floors[i], text), &floor_s), 0);
		assert_true(floor_s == floors[i]);
	}
}

static void each_bit_counts(void **state)
{
	char text[LOGIN_FLOOR_SIZE];
	size_t size = login_floor_encode(1780272000, text);
	int64_t floor_s = 7;

	(void)state;
	for (size_t bit = 0; bit < size * 8; bit++) {
		text[bit / 8] ^= (char)(1 << bit % 8);
		assert_int_equal(login_floor_decode(text, size, &floor_s), -EBADMSG);
		text[bit / 8] ^= (char)(1 << bit % 8);
	}
	for (size_t less = 0; less < size; less++)
		assert_int_equal(login_floor_decode(text, less, &floor_s), -EBADMSG);
	assert_true(floor_s == 7);
}

/* With a checksum that is right: only the spelling is wrong. */
static void another_spelling_is_no_floor(void **state)
{
	static const char *const numbers[] = {
		"-1", "+5", " 5", "05", "0x5", "", "5 ", "9223372036854775808", "five"};

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		char text[64];
		int64_t floor_s = 7;
		int size = snprintf(text, sizeof(text), "%s\n", numbers[i]);

		size += snprintf(text + size, sizeof(text) - (size_t)size, "%08x\n",
			checksum((const uint8_t *)text, (size_t)size));
		assert_int_equal(login_floor_decode(text, (size_t)size, &floor_s), -EBADMSG);
		assert_true(floor_s == 7);
	}
}

static void a_long_file_is_none(void **state)
{
	char text[4096];
	int64_t floor_s = 7;

	(void)state;
	memset(text, '1', sizeof(text));
	for (size_t size = LOGIN_FLOOR_SIZE - 2; size <= sizeof(text); size++)
		assert_int_equal(login_floor_decode(text, size, &floor_s), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_a_line_and_its_checksum),
		cmocka_unit_test(what_was_written_is_read),
		cmocka_unit_test(each_bit_counts),
		cmocka_unit_test(another_spelling_is_no_floor),
		cmocka_unit_test(a_long_file_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
