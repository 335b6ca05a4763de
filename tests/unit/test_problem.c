#include "tests/unit/fixture.h"

#include "policy/problem.h"

static void a_problem_names_file_line_column_read_and_expected(void **state)
{
	struct problems problems = {0};
	char line[256];

	problems_add(&problems, 3, 7, "foo", 3, "a number from %d to %d", 1, 9);
	problem_format(&problems.items[0], "policy.ini", line, sizeof(line));
	assert_string_equal(line, "policy.ini:3:7: read 'foo', expected a number from 1 to 9");
	problems_clear(&problems);
}

static void a_problem_of_the_whole_file_names_no_line(void **state)
{
	struct problems problems = {0};
	char line[256];

	problems_add(&problems, 0, 0, "", 0, "a section [policy]");
	problem_format(&problems.items[0], "policy.ini", line, sizeof(line));
	assert_string_equal(line, "policy.ini: read '', expected a section [policy]");
	problems_clear(&problems);
}

static void what_was_read_is_shown_printable_and_short(void **state)
{
	static const struct {
		const char *name, *read;
		size_t size;
		const char *shown;
	} rows[] = {
		{"letters stay", "abc", 3, "abc"},
		{"Japanese stays", "日本", 6, "日本"},
		{"an escape sequence does not reach the terminal", "\033[2J", 4, "\\x1b[2J"},
		{"a NUL is shown", "a\0b", 3, "a\\x00b"},
		{"half a character is shown by bytes", "\xe6\x97", 2, "\\xe6\\x97"},
		{"a direction override is shown by bytes", "\u202e", 3, "\\xe2\\x80\\xae"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct problems problems = {0};

		problems_add(&problems, 1, 1, rows[i].read, rows[i].size, "x");
		if (strcmp(problems.items[0].read, rows[i].shown) != 0)
			fail_msg("%s: %s", rows[i].name, problems.items[0].read);
		problems_clear(&problems);
	}
}

static void a_long_reading_is_cut_at_a_character(void **state)
{
	struct problems problems = {0};
	char text[400];
	size_t length;

	for (size_t i = 0; i + 3 <= sizeof(text); i += 3)
		memcpy(text + i, "字", 3);
	problems_add(&problems, 1, 1, text, 399, "x");
	length = strlen(problems.items[0].read);
	assert_true(length < 100);
	assert_string_equal(problems.items[0].read + length - 6, "字…");
	problems_clear(&problems);
}

static void problems_come_in_the_order_of_the_document(void **state)
{
	struct problems problems = {0};
	char *text;

	problems_add(&problems, 9, 1, "c", 1, "3");
	problems_add(&problems, 2, 5, "b", 1, "2");
	problems_add(&problems, 2, 1, "a", 1, "1");
	text = problems_text(&problems);
	assert_string_equal(text, "2:1 a|1\n2:5 b|2\n9:1 c|3\n");
	free(text);
	problems_clear(&problems);
}

static void what_is_missing_comes_last_and_has_a_place(void **state)
{
	struct problems problems = {0};
	char line[256];

	problems_add_missing(&problems, 2, 3, "the key \"%s\"", "kind");
	problems_add(&problems, 9, 1, "c", 1, "3");
	problems_sort(&problems);
	problem_format(&problems.items[0], "policy.ini", line, sizeof(line));
	assert_string_equal(line, "policy.ini:9:1: read 'c', expected 3");
	problem_format(&problems.items[1], "policy.ini", line, sizeof(line));
	assert_string_equal(line, "policy.ini:2:3: read nothing more, expected the key \"kind\"");
	problems_clear(&problems);
}

static void behind_one_that_says_all_they_are_only_counted(void **state)
{
	struct problems problems = {0};

	problems_add(&problems, 1, 1, "a", 1, "1");
	problems_end(&problems);
	problems_add(&problems, 2, 1, "b", 1, "2");
	problems_add_missing(&problems, 3, 1, "3");
	assert_int_equal(problems.count, 1);
	assert_int_equal(problems.omitted, 0);
	assert_int_equal(problems_found(&problems), 3);
	problems_clear(&problems);
	problems_add(&problems, 2, 1, "b", 1, "2");
	assert_int_equal(problems.count, 1);
	problems_clear(&problems);
}

static void more_problems_than_are_kept_are_counted(void **state)
{
	struct problems problems = {0};

	assert_false(problems_any(&problems));
	for (unsigned i = 0; i < PROBLEMS_MAX + 7; i++)
		problems_add(&problems, i + 1, 1, "", 0, "x");
	assert_int_equal(problems.count, PROBLEMS_MAX);
	assert_int_equal(problems.omitted, 7);
	assert_int_equal(problems_found(&problems), PROBLEMS_MAX + 7);
	assert_true(problems_any(&problems));
	problems_clear(&problems);
	assert_false(problems_any(&problems));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_problem_names_file_line_column_read_and_expected),
		cmocka_unit_test(a_problem_of_the_whole_file_names_no_line),
		cmocka_unit_test(what_was_read_is_shown_printable_and_short),
		cmocka_unit_test(a_long_reading_is_cut_at_a_character),
		cmocka_unit_test(problems_come_in_the_order_of_the_document),
		cmocka_unit_test(what_is_missing_comes_last_and_has_a_place),
		cmocka_unit_test(behind_one_that_says_all_they_are_only_counted),
		cmocka_unit_test(more_problems_than_are_kept_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
