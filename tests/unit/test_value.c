#include "tests/unit/fixture.h"

#include <errno.h>

#include "policy/base64.h"
#include "policy/characters.h"
#include "policy/ip_prefix.h"
#include "policy/value.h"

struct row {
	const char *value;
	int is_right;
};

/* Reads each value by key; nothing but a right value may change the destination. */
static void check_rows(const struct schema_key *key, const struct row *rows, size_t n_rows)
{
	for (size_t i = 0; i < n_rows; i++) {
		struct ini_entry entry = {
			.key = key->key, .value = rows[i].value, .line = 4, .column = 7};
		struct problems problems = {0};
		uint64_t destination[32], before[32];

		memset(destination, 0x5a, sizeof(destination));
		memcpy(before, destination, sizeof(before));
		key->read(key, &entry, &problems, destination);
		if (problems_any(&problems) == rows[i].is_right)
			fail_msg("%s '%s'", key->key, rows[i].value);
		if (!rows[i].is_right) {
			assert_memory_equal(destination, before, sizeof(before));
			assert_int_equal(problems.items[0].line, 4);
			assert_int_equal(problems.items[0].column, 7);
		}
		problems_clear(&problems);
	}
}

static void words_are_short_and_plain(void **state)
{
	static const struct schema_key key = {.key = "word", .read = value_read_word, .size = 5};
	static const struct row rows[] = {
		{"a", 1},
		{"a-1", 1},
		{"1a", 1},
		{"abcd", 1},
		{"abcde", 0},
		{"-a", 0},
		{"A", 0},
		{"a_b", 0},
		{"a b", 0},
		{"日", 0},
		{"a.", 0},
		{"", 0},
		{"../", 0},
	};

	check_rows(&key, rows, COUNT(rows));
}

static void numbers_have_no_signs_zeros_or_words(void **state)
{
	static const struct schema_key key = {
		.key = "number", .read = value_read_number, .min = 2, .max = 200, .size = 1};
	static const struct row rows[] = {
		{"2", 1},
		{"1", 0},
		{"200", 1},
		{"201", 0},
		{"02", 0},
		{"+2", 0},
		{"-2", 0},
		{" 2", 0},
		{"2 ", 0},
		{"0x2", 0},
		{"2.0", 0},
		{"", 0},
		{"２", 0},
		{"18446744073709551618", 0},
		{"99999999999999999999999", 0},
	};

	check_rows(&key, rows, COUNT(rows));
}

static void the_largest_number_is_read_and_the_next_is_not(void **state)
{
	uint64_t value = 7;

	assert_int_equal(number_parse("18446744073709551615", 0, UINT64_MAX, &value), 0);
	assert_true(value == UINT64_MAX);
	value = 7;
	assert_int_equal(number_parse("18446744073709551616", 0, UINT64_MAX, &value), -EINVAL);
	assert_int_equal(value, 7);
	assert_int_equal(number_parse("0", 0, 1, &value), 0);
	assert_int_equal(value, 0);
}

static void enums_are_one_of_their_words(void **state)
{
	static const char *const words[] = {"required", NULL, "off"};
	static const struct schema_key key = {
		.key = "enum", .read = value_read_enum, .words = words, .n_words = COUNT(words)};
	static const struct row rows[] = {
		{"required", 1},
		{"off", 1},
		{"Off", 0},
		{"of", 0},
		{"offf", 0},
		{"", 0},
	};

	check_rows(&key, rows, COUNT(rows));
}

static void switches_are_on_or_off(void **state)
{
	static const struct schema_key key = {.key = "switch", .read = value_read_switch};
	static const struct row rows[] = {
		{"on", 1}, {"off", 1}, {"On", 0}, {"yes", 0}, {"1", 0}, {"", 0}};
	struct ini_entry entry = {.value = "on"};
	struct problems problems = {0};
	bool is_on = false;

	check_rows(&key, rows, COUNT(rows));
	value_read_switch(&key, &entry, &problems, &is_on);
	assert_true(is_on);
	entry.value = "off";
	value_read_switch(&key, &entry, &problems, &is_on);
	assert_false(is_on);
}

static void word_lists_name_each_word_once(void **state)
{
	static const char *const words[] = {"vfat", "exfat", "ext4"};
	static const struct schema_key key = {
		.key = "list", .read = value_read_words, .words = words, .n_words = COUNT(words)};
	static const struct row rows[] = {{"vfat", 1}, {"ext4 vfat", 1}, {"vfat exfat ext4", 1},
		{"vfat vfat", 0}, {"vfa", 0}, {"vfatt", 0}, {"VFAT", 0}, {"vfat,ext4", 0},
		{"none", 0}, {"", 0}};
	struct ini_entry entry = {.value = "ext4 vfat"};
	struct problems problems = {0};
	unsigned bits = 0;

	/* The place of a problem is that of the word; these begin with theirs. */
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct problems found = {0};
		unsigned before = 77;
		struct ini_entry one = {.value = rows[i].value, .line = 4, .column = 7};

		value_read_words(&key, &one, &found, &before);
		if (problems_any(&found) == rows[i].is_right || (before != 77) != rows[i].is_right)
			fail_msg("'%s'", rows[i].value);
		problems_clear(&found);
	}
	value_read_words(&key, &entry, &problems, &bits);
	assert_int_equal(bits, 1 | 4);
	entry = (struct ini_entry){.value = "vfat ex4 ext4", .line = 4, .column = 7};
	value_read_words(&key, &entry, &problems, &bits);
	assert_int_equal(problems.items[0].column, 12);
	assert_string_equal(problems.items[0].read, "ex4 ext4");
	assert_non_null(strstr(problems.items[0].expected, "; did you mean ext4?"));
	problems_clear(&problems);
	entry.value = "vfat  ext4";
	value_read_words(&key, &entry, &problems, &bits);
	assert_int_equal(problems.items[0].column, 12);
	problems_clear(&problems);
	entry.value = "vfat vfat"; /* known, and wrong all the same: nothing is suggested */
	value_read_words(&key, &entry, &problems, &bits);
	assert_null(strstr(problems.items[0].expected, "did you mean"));
	problems_clear(&problems);
}

static void durations_are_shown_by_their_largest_whole_unit(void **state)
{
	static const struct {
		uint64_t duration_s;
		const char *text;
	} rows[] = {{60, "1m"}, {90 * 60, "90m"}, {3600, "1h"}, {72 * 3600, "3d"},
		{25 * 3600, "25h"}, {86400, "1d"}, {3650 * 86400, "3650d"}};
	char buffer[DURATION_TEXT_MAX];

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(duration_format(rows[i].duration_s, buffer), rows[i].text);
}

static void durations_have_a_unit_and_a_range(void **state)
{
	static const struct schema_key key = {
		.key = "duration", .read = value_read_duration, .min = 120, .max = 86400};
	static const struct row rows[] = {
		{"2m", 1},
		{"1m", 0},
		{"1440m", 1},
		{"1441m", 0},
		{"1h", 1},
		{"24h", 1},
		{"25h", 0},
		{"1d", 1},
		{"2d", 0},
		{"90", 0},
		{"90s", 0},
		{"h", 0},
		{"1h30m", 0},
		{"1 h", 0},
		{"01h", 0},
		{"", 0},
		{"5124095576030432h", 0},
	};
	struct ini_entry entry = {.value = "8h"};
	struct problems problems = {0};
	uint32_t duration_s = 0;

	check_rows(&key, rows, COUNT(rows));
	value_read_duration(&key, &entry, &problems, &duration_s);
	assert_int_equal(duration_s, 8 * 3600);
}

static void constants_are_exact(void **state)
{
	static const struct schema_key key = {
		.key = "constant", .read = value_read_constant, .constant = "1"};
	static const struct row rows[] = {{"1", 1}, {"2", 0}, {"11", 0}, {"", 0}};

	check_rows(&key, rows, COUNT(rows));
}

static void free_text_is_decoded(void **state)
{
	static const struct {
		const char *value, *text; /* NULL: refused */
	} rows[] = {
		{"鈴木", "鈴木"},
		{"%E9%88%B4木", "鈴木"},
		{"a%3Bb%23", "a;b#"},
		{"5%25", "5%"},
		{"%20a", " a"},
		{"%0A", NULL},
		{"%00", NULL},
		{"%", NULL},
		{"%E9%88", NULL},
		{"1234567", "1234567"},
		{"12345678", NULL},
		{"123456%25", "123456%"},
	};
	struct schema_key key = {.size = 8};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ini_entry entry = {.value = rows[i].value};
		struct problems problems = {0};
		char text[8] = "before";

		value_read_text(&key, &entry, &problems, text);
		assert_int_equal(problems_any(&problems), rows[i].text == NULL);
		assert_string_equal(text, rows[i].text ? rows[i].text : "before");
		problems_clear(&problems);
	}
}

static void numbered_keys_count_from_one(void **state)
{
	assert_int_equal(numbered_key_parse("key-1", "key-", 8), 1);
	assert_int_equal(numbered_key_parse("key-8", "key-", 8), 8);
	assert_int_equal(numbered_key_parse("key-9", "key-", 8), -EINVAL);
	assert_int_equal(numbered_key_parse("key-0", "key-", 8), -EINVAL);
	assert_int_equal(numbered_key_parse("key-01", "key-", 8), -EINVAL);
	assert_int_equal(numbered_key_parse("key-", "key-", 8), -EINVAL);
	assert_int_equal(numbered_key_parse("key", "key-", 8), -EINVAL);
	assert_int_equal(numbered_key_parse("kex-1", "key-", 8), -EINVAL);
}

static void lists_have_one_space_between_words(void **state)
{
	static const struct {
		const char *text;
		int words; /* -1: refused */
	} rows[] = {{"a", 1}, {"a b", 2}, {"a  b", -1}, {" a", -1}, {"a ", -1}, {"", 0}};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *cursor = rows[i].text, *word;
		int size, n = 0;

		while ((size = list_next(&cursor, &word)) > 0)
			n++;
		assert_int_equal(size < 0 ? -1 : n, rows[i].words);
	}
}

static void networks_are_written_in_one_way(void **state)
{
	static const struct row rows[] = {
		{"10.20.0.0/24", 1},
		{"10.20.0.1/24", 0},
		{"10.20.0.1", 1},
		{"10.20.0.1/32", 1},
		{"10.20.0.1/33", 0},
		{"0.0.0.0/0", 1},
		{"10.20.0", 0},
		{"10.20.0.0.0", 0},
		{"10.020.0.0", 0},
		{"10.256.0.0", 0},
		{"10.20.0.0/", 0},
		{"10.20.0.0/024", 0},
		{"10.20.0.0/24x", 0},
		{"a.b.c.d", 0},
		{"", 0},
		{"99999999999.0.0.0", 0},
		{"fd00:20::/64", 1},
		{"fd00:20::1/64", 0},
		{"fd00:20::1", 1},
		{"::/0", 1},
		{"::1", 1},
		{"FD00::/8", 0},
		{"fd00:::1", 0},
		{"fd00::1::2", 0},
		{"fd00:", 0},
		{":1", 0},
		{":", 0},
		{"1:2:3:4:5:6:7:8", 1},
		{"1:2:3:4:5:6:7", 0},
		{"1:2:3:4:5:6:7:8:9", 0},
		{"1:2:3:4:5:6:7::", 1},
		{"::2:3:4:5:6:7:8", 1},
		{"1:2:3:4::5:6:7:8", 0},
		{"fd00:0020::", 0},
		{"fd00:12345::", 0},
		{"::ffff:10.0.0.1", 0},
		{"fd00::/129", 0},
		{"fd00::/128", 1},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (ip_prefix_is_valid(rows[i].value) != rows[i].is_right)
			fail_msg("%s", rows[i].value);
}

static void base64_has_one_spelling(void **state)
{
	static const struct {
		const char *text;
		int size; /* -1: refused */
	} rows[] = {
		{"", 0},
		{"AA==", 1},
		{"AAA=", 2},
		{"AAAA", 3},
		{"/+8=", 2},
		{"AB==", -1},
		{"AAB=", -1},
		{"A===", -1},
		{"====", -1},
		{"AA", -1},
		{"AA=A", -1},
		{"AA==AAAA", -1},
		{"AA A", -1},
		{"AA-_", -1},
		{"AAA\n", -1},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t bytes[16];
		size_t size = 0;
		int r = base64_decode(
			rows[i].text, strlen(rows[i].text), bytes, sizeof(bytes), &size);

		if ((r < 0 ? -1 : (int)size) != rows[i].size)
			fail_msg("%s: %d", rows[i].text, r);
		if (r == 0) {
			char again[BASE64_SIZE(16) + 1];

			base64_encode(bytes, size, again);
			assert_string_equal(again, rows[i].text);
		}
	}
}

static void base64_never_writes_beyond_its_buffer(void **state)
{
	uint8_t bytes[3];
	size_t size;

	assert_int_equal(base64_decode("AAAA", 4, bytes, 3, &size), 0);
	assert_int_equal(base64_decode("AAAAAA==", 8, bytes, 3, &size), -ENOBUFS);
	assert_int_equal(base64_decode("AAAA", 4, bytes, 2, &size), -ENOBUFS);
}

static void encoded_text_is_read_as_it_was_written(void **state)
{
	static const struct {
		const char *text, *encoded;
	} rows[] = {
		{"", ""},
		{"関所", "関所"},
		{"a b", "a b"},
		{" a ", "%20a%20"},
		{"a;b#c%d", "a%3Bb%23c%25d"},
		{" ", "%20"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char encoded[32], decoded[32];
		const char *why;
		size_t at;

		assert_int_equal(percent_encode(rows[i].text, encoded, sizeof(encoded)), 0);
		assert_string_equal(encoded, rows[i].encoded);
		assert_int_equal(percent_decode(encoded, decoded, sizeof(decoded), &at, &why), 0);
		assert_string_equal(decoded, rows[i].text);
	}
}

static void a_control_is_encoded_and_then_refused(void **state)
{
	char encoded[32], decoded[32];
	const char *why;
	size_t at;

	assert_int_equal(percent_encode("a\tb", encoded, sizeof(encoded)), 0);
	assert_string_equal(encoded, "a%09b");
	assert_int_equal(percent_decode(encoded, decoded, sizeof(decoded), &at, &why), -EILSEQ);
}

static void what_does_not_fit_is_not_encoded(void **state)
{
	char encoded[4];

	assert_int_equal(percent_encode("abc", encoded, sizeof(encoded)), 0);
	assert_int_equal(percent_encode("abcd", encoded, sizeof(encoded)), -ENAMETOOLONG);
	assert_int_equal(percent_encode("a;", encoded, sizeof(encoded)), -ENAMETOOLONG);
}

static void a_decoded_text_is_whole_or_not_written(void **state)
{
	char buffer[8] = "before";
	const char *why = NULL;
	size_t at = 0;

	assert_int_equal(
		percent_decode("ab%E3%80%80%07", buffer, sizeof(buffer), &at, &why), -EILSEQ);
	assert_int_equal(at, 11);
	assert_string_equal(buffer, "before");
	assert_string_equal(why, "a control character");
}

static void what_a_keyboard_did_to_a_value_is_named(void **state)
{
	static const struct schema_key number = {
		.key = "number", .read = value_read_number, .min = 1, .max = 9, .size = 1};
	static const struct schema_key date = {.key = "date", .read = value_read_time};
	static const struct schema_key text = {.key = "text", .read = value_read_text, .size = 128};
	static const struct {
		const struct schema_key *key;
		const char *value, *expected;
	} rows[] = {
		{&number, "５", "a number from 1 to 9, in ASCII digits; these are full-width ones"},
		{&number, "05", "a number from 1 to 9, without a zero before it"},
		{&number, "0", "a number from 1 to 9"},
		{&number, "0x5", "a number from 1 to 9"},
		{&number, "！", "a number from 1 to 9"},
		{&date, "２０２６-04-01T00:00:00Z",
			"a date and time such as 2026-04-01T00:00:00+09:00: these digits are "
			"full-width ones"},
		{&date, "2026-06-31T00:00:00Z",
			"a date and time such as 2026-04-01T00:00:00+09:00: that month has no "
			"such day"},
		{&date, "today", "a date and time such as 2026-04-01T00:00:00+09:00"},
		{&text,
			"0123456789012345678901234567890123456789012345678901234567890123"
			"0123456789012345678901234567890123456789012345678901234567890123",
			"at most 127 bytes of text (42 Japanese characters)"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ini_entry entry = {.value = rows[i].value, .line = 4, .column = 7};
		struct problems problems = {0};
		char into[256];

		rows[i].key->read(rows[i].key, &entry, &problems, into);
		assert_int_equal(problems.count, 1);
		assert_string_equal(problems.items[0].expected, rows[i].expected);
		problems_clear(&problems);
	}
}

static void a_column_in_a_value_counts_characters(void **state)
{
	struct ini_entry entry = {.value = "課長 suzuki", .line = 4, .column = 7};

	assert_int_equal(value_column_of(&entry, entry.value), 7);
	assert_int_equal(value_column_of(&entry, strstr(entry.value, "suzuki")), 10);
}

static void ascii_in_japanese_width_is_known(void **state)
{
	static const struct {
		uint32_t character;
		char ascii;
	} rows[] = {
		{0xff00, '\0'},
		{0xff01, '!'},
		{0xff0d, '-'},
		{0xff10, '0'},
		{0xff19, '9'},
		{0xff21, 'A'},
		{0xff41, 'a'},
		{0xff5e, '~'},
		{0xff5f, '\0'},
		{0xff71, '\0'},
		{'A', '\0'},
		{0x3042, '\0'},
		{0x3000, '\0'},
		{UINT32_MAX, '\0'},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(character_narrow(rows[i].character), rows[i].ascii);
}

static void only_capitals_of_ascii_become_small(void **state)
{
	for (int c = -128; c < 128; c++)
		assert_int_equal(to_lower((char)c), c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : (char)c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ascii_in_japanese_width_is_known),
		cmocka_unit_test(what_a_keyboard_did_to_a_value_is_named),
		cmocka_unit_test(a_column_in_a_value_counts_characters),
		cmocka_unit_test(words_are_short_and_plain),
		cmocka_unit_test(numbers_have_no_signs_zeros_or_words),
		cmocka_unit_test(the_largest_number_is_read_and_the_next_is_not),
		cmocka_unit_test(enums_are_one_of_their_words),
		cmocka_unit_test(switches_are_on_or_off),
		cmocka_unit_test(word_lists_name_each_word_once),
		cmocka_unit_test(durations_are_shown_by_their_largest_whole_unit),
		cmocka_unit_test(durations_have_a_unit_and_a_range),
		cmocka_unit_test(constants_are_exact),
		cmocka_unit_test(free_text_is_decoded),
		cmocka_unit_test(numbered_keys_count_from_one),
		cmocka_unit_test(lists_have_one_space_between_words),
		cmocka_unit_test(networks_are_written_in_one_way),
		cmocka_unit_test(base64_has_one_spelling),
		cmocka_unit_test(base64_never_writes_beyond_its_buffer),
		cmocka_unit_test(encoded_text_is_read_as_it_was_written),
		cmocka_unit_test(a_control_is_encoded_and_then_refused),
		cmocka_unit_test(what_does_not_fit_is_not_encoded),
		cmocka_unit_test(a_decoded_text_is_whole_or_not_written),
		cmocka_unit_test(only_capitals_of_ascii_become_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
