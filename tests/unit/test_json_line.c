/* A line as a JSON value: the whole of it or nothing, and members by their type. */
#include "tests/unit/fixture.h"

#include "policy/json/json_line.h"

static struct json_line_reader reader;

static int setup(void **state)
{
	return json_line_reader_init(&reader);
}

static int teardown(void **state)
{
	json_line_reader_clear(&reader);
	return 0;
}

static void the_whole_line_is_one_value_or_nothing(void **state)
{
	static const struct {
		const char *name, *line;
		size_t size;
		bool is_value;
	} rows[] = {
#define ROW(name, line, is_value) {name, line, sizeof(line) - 1, is_value}
		ROW("an object", "{\"a\":1}", true),
		ROW("cut", "{\"a\":1", false),
		ROW("nothing", "", false),
		ROW("null", "null", false),
		ROW("two", "{}{}", false),
		ROW("a NUL after it", "{}\0x", false),
		ROW("a comment", "{/**/}", false),
		ROW("a comma too many", "{\"a\":1,}", false),
		ROW("kanji", "[\"関所\"]", true),
		ROW("no UTF-8", "[\"\xff\"]", false),
		ROW("as deep as can be", "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", true),
		ROW("deeper", "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", false),
#undef ROW
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct json_object *value = json_line_parse(&reader, rows[i].line, rows[i].size);

		if ((value != NULL) != rows[i].is_value)
			fail_msg("%s: %s", rows[i].name, value ? "read" : "refused");
		json_object_put(value);
	}
}

static void a_member_of_another_type_is_no_member(void **state)
{
	static const char line[] = "{\"word\":\"a\",\"number\":5,\"less\":-1,\"list\":[]}";
	struct json_object *root = json_line_parse(&reader, line, sizeof(line) - 1);
	struct json_object *word = json_line_get(root, "word", json_type_string);
	uint64_t number = 4711;

	assert_non_null(word);
	assert_null(json_line_get(root, "word", json_type_int));
	assert_null(json_line_get(root, "none", json_type_string));
	assert_null(json_line_get(word, "word", json_type_string));
	assert_null(json_line_get(NULL, "word", json_type_string));
	assert_false(json_line_get_number(root, "word", &number));
	assert_false(json_line_get_number(root, "less", &number));
	assert_false(json_line_get_number(root, "none", &number));
	assert_int_equal(number, 4711);
	assert_true(json_line_get_number(root, "number", &number));
	assert_int_equal(number, 5);
	json_object_put(root);
}

static void a_reader_of_zeros_is_cleared_like_any(void **state)
{
	struct json_line_reader none = {0};

	json_line_reader_clear(&none);
	assert_null(none.tokener);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_line_is_one_value_or_nothing),
		cmocka_unit_test(a_member_of_another_type_is_no_member),
		cmocka_unit_test(a_reader_of_zeros_is_cleared_like_any),
	};

	return cmocka_run_group_tests_name("json line", tests, setup, teardown);
}
