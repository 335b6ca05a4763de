#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/json.h"
#include "policy/printable.h"
#include "tests/unit/json_check.h"

static void each_string_becomes_valid_json(void **state)
{
	static const struct {
		const char *name, *value, *expected;
	} rows[] = {
		{"empty", "", "\"\""},
		{"plain", "a b", "\"a b\""},
		{"quote and backslash", "\"\\", "\"\\\"\\\\\""},
		{"line feed", "a\nb", "\"a\\u000ab\""},
		{"escape", "\033", "\"\\u001b\""},
		{"DEL", "\177", "\"\\u007f\""},
		{"kanji", "関所", "\"関所\""},
		{"beyond the first plane", "\xf0\x9f\x94\x92", "\"\xf0\x9f\x94\x92\""},
		{"a bad byte", "a\xff", "\"a\xef\xbf\xbd\""},
		{"a cut character", "\xe9\x96", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
		{"an overlong slash", "\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
		{"a surrogate", "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char buffer[128];
		struct json json;

		json_init(&json, buffer, sizeof(buffer));
		assert_true(json_string(&json, NULL, rows[i].value, 100));
		if (json.length != strlen(rows[i].expected) ||
			memcmp(buffer, rows[i].expected, json.length) != 0)
			fail_msg("%s: %.*s", rows[i].name, (int)json.length, buffer);
		assert_true(json_is_valid(buffer, json.length));
	}
}

static void nested_values_are_separated(void **state)
{
	static const char expected[] =
		"{\"a\":1,\"b\":[true,false,[]],\"c\":{\"d\":-9223372036854775808},"
		"\"e\":18446744073709551615,\"f\":\"00ff\"}";
	char buffer[256];
	struct json json;

	json_init(&json, buffer, sizeof(buffer));
	json_open(&json, NULL, '{');
	json_unsigned(&json, "a", 1);
	json_open(&json, "b", '[');
	json_bool(&json, NULL, true);
	json_bool(&json, NULL, false);
	json_open(&json, NULL, '[');
	json_close(&json, ']');
	json_close(&json, ']');
	json_open(&json, "c", '{');
	json_signed(&json, "d", INT64_MIN);
	json_close(&json, '}');
	json_unsigned(&json, "e", UINT64_MAX);
	json_hex(&json, "f", (const uint8_t[]){0x00, 0xff}, 2);
	json_close(&json, '}');
	assert_false(json.is_full);
	assert_int_equal(json.length, strlen(expected));
	assert_memory_equal(buffer, expected, json.length);
}

static void a_string_is_cut_between_characters_and_escapes(void **state)
{
	static const struct {
		const char *value;
		size_t size_max;
		const char *expected;
	} rows[] = {
		{"abc", 3, "\"abc\""},
		{"abc", 2, "\"ab\""},
		{"a\nb", 6, "\"a\""},
		{"関所", 5, "\"関\""},
		{"abc", 0, "\"\""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char buffer[64];
		struct json json;
		bool whole;

		json_init(&json, buffer, sizeof(buffer));
		whole = json_string(&json, NULL, rows[i].value, rows[i].size_max);
		assert_int_equal(whole, i == 0);
		assert_int_equal(json.length, strlen(rows[i].expected));
		assert_memory_equal(buffer, rows[i].expected, json.length);
	}
}

static void nothing_is_written_beyond_the_buffer(void **state)
{
	for (size_t size = 0; size < 24; size++) {
		char buffer[32];
		struct json json;

		memset(buffer, '#', sizeof(buffer));
		json_init(&json, buffer, size);
		json_open(&json, NULL, '[');
		json_string(&json, NULL, "twelve bytes", 100);
		json_unsigned(&json, NULL, 12345);
		json_close(&json, ']');
		assert_true(json.length <= size);
		assert_int_equal(json.is_full, size < 22);
		for (size_t i = size; i < sizeof(buffer); i++)
			assert_int_equal(buffer[i], '#');
	}
}

static void a_copied_writer_goes_back(void **state)
{
	char buffer[8];
	struct json json, before;

	json_init(&json, buffer, sizeof(buffer));
	json_open(&json, NULL, '[');
	json_unsigned(&json, NULL, 1);
	before = json;
	json_unsigned(&json, NULL, 1234567890);
	assert_true(json.is_full);
	json = before;
	json_close(&json, ']');
	assert_false(json.is_full);
	assert_int_equal(json.length, 3);
	assert_memory_equal(buffer, "[1]", 3);
}

static void what_strangers_wrote_is_made_printable(void **state)
{
	static const struct {
		const char *name, *text;
		size_t size;
		const char *expected;
	} rows[] = {
		{"plain", "USB Disk", 64, "USB Disk"},
		{"kanji", "関所", 64, "関所"},
		{"escape sequence", "\033[31mred", 64, "?[31mred"},
		{"line feed", "a\nb", 64, "a?b"},
		{"C1",
			"a\xc2\x9b"
			"b",
			64, "a?b"},
		{"bidirectional override",
			"a\xe2\x80\xae"
			"b",
			64, "a?b"},
		{"zero width",
			"a\xe2\x80\x8b"
			"b",
			64, "a?b"},
		{"bad byte",
			"a\xff"
			"b",
			64, "a?b"},
		{"just fits", "abc", 4, "abc"},
		{"cut", "abcd", 4, "abc"},
		{"cut before a character", "ab関", 5, "ab"},
		{"no room at all", "abc", 1, ""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char buffer[64];
		size_t length = printable_copy(buffer, rows[i].size, rows[i].text);

		if (strcmp(buffer, rows[i].expected) != 0 || length != strlen(buffer))
			fail_msg("%s: %s", rows[i].name, buffer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_string_becomes_valid_json),
		cmocka_unit_test(nested_values_are_separated),
		cmocka_unit_test(a_string_is_cut_between_characters_and_escapes),
		cmocka_unit_test(nothing_is_written_beyond_the_buffer),
		cmocka_unit_test(a_copied_writer_goes_back),
		cmocka_unit_test(what_strangers_wrote_is_made_printable),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
