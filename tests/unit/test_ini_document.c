#include "tests/unit/fixture.h"

#include "policy/ini_document.h"

static struct ini_document *read(const char *text, struct problems *problems)
{
	struct ini_document *document = NULL;

	assert_int_equal(ini_document_read(text, strlen(text), problems, &document), 0);
	assert_non_null(document);
	return document;
}

static void a_canonical_text_becomes_sections_and_entries(void **state)
{
	struct problems problems = {0};
	struct ini_document *document =
		read("# c\n[a]\nb = c d\n\ne = %41\n[empty]\n[f g]\nh = i = j\n", &problems);

	assert_false(problems_any(&problems));
	assert_int_equal(document->n_sections, 3);
	assert_string_equal(document->sections[0].type, "a");
	assert_null(document->sections[0].name);
	assert_int_equal(document->sections[0].n_entries, 2);
	assert_string_equal(document->sections[0].entries[1].key, "e");
	assert_string_equal(document->sections[0].entries[1].value, "%41");
	assert_int_equal(document->sections[0].entries[1].line, 5);
	assert_int_equal(document->sections[0].entries[1].column, 5);
	assert_int_equal(document->sections[1].n_entries, 0);
	assert_string_equal(document->sections[2].type, "f");
	assert_string_equal(document->sections[2].name, "g");
	assert_string_equal(document->sections[2].entries[0].value, "i = j");
	assert_string_equal(ini_section_find(&document->sections[2], "h")->value, "i = j");
	assert_null(ini_section_find(&document->sections[2], "b"));
	ini_document_free(document);
}

static void what_is_damaged_is_marked_and_the_rest_still_read(void **state)
{
	struct problems problems = {0};
	struct ini_document *document =
		read("[a]\nb=c\nd = e\nd = f\n[A]\ng = h\n[a]\ni = j\n", &problems);

	assert_true(problems_any(&problems));
	assert_true(document->sections[0].entries[0].is_damaged);
	assert_string_equal(document->sections[0].entries[0].key, "b");
	assert_string_equal(document->sections[0].entries[0].value, "c");
	assert_false(document->sections[0].entries[1].is_damaged);
	assert_true(document->sections[0].entries[2].is_damaged);
	assert_true(document->sections[1].is_damaged);
	assert_string_equal(document->sections[1].type, "");
	assert_true(document->sections[2].is_damaged);
	ini_document_free(document);
	problems_clear(&problems);
}

/* Each would be a valid line to libinih 55, but not the line that a person reads. */
static void texts_that_the_two_readers_would_read_differently_are_refused(void **state)
{
	static const struct {
		const char *name, *text;
	} rows[] = {
		{"an indented line continues the value before", "[a]\nb = c\n  d\n"},
		{"a colon divides too", "[a]\nb: c = d\n"},
		{"a semicolon begins a comment", "[a]\nb = c ;d\n"},
		{"a semicolon begins a comment line", "[a]\n;b = c\n"},
		{"a bracket ends a section early", "[a] b]\n"},
		{"a long section is cut",
			"[a 12345678901234567890123456789012345678901234567890]\nb = c\n"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct problems problems = {0};
		struct ini_document *document = read(rows[i].text, &problems);

		if (!problems_any(&problems))
			fail_msg("%s", rows[i].name);
		ini_document_free(document);
		problems_clear(&problems);
	}
}

static void a_nul_hides_nothing(void **state)
{
	static const char text[] = "[a]\nb = c\n\0[d]\ne = f\n";
	struct problems problems = {0};
	struct ini_document *document = NULL;

	assert_int_equal(ini_document_read(text, sizeof(text) - 1, &problems, &document), 0);
	assert_true(has_problem(&problems, 3, "text without a NUL"));
	ini_document_free(document);
	problems_clear(&problems);
}

static void an_empty_text_is_no_document(void **state)
{
	struct problems problems = {0};
	struct ini_document *document = read("", &problems);

	assert_true(problems_any(&problems));
	assert_int_equal(document->n_sections, 0);
	ini_document_free(document);
	problems_clear(&problems);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_canonical_text_becomes_sections_and_entries),
		cmocka_unit_test(what_is_damaged_is_marked_and_the_rest_still_read),
		cmocka_unit_test(texts_that_the_two_readers_would_read_differently_are_refused),
		cmocka_unit_test(a_nul_hides_nothing),
		cmocka_unit_test(an_empty_text_is_no_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
