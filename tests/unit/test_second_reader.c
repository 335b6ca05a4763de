/*
 * The second INI reader disagrees. No text is known that the canonical check lets through and
 * libinih reads differently, so another reader stands in its place here.
 */
#include <errno.h>
#include <ini.h>

#include "tests/unit/fixture.h"

#include "policy/ini_document.h"

static const char text[] = "[a]\nb = c\n[d e]\nf = g\nh = i\n";

struct said {
	const char *section, *key, *value;
};

static const struct said *entries;
static int result;

int __wrap_ini_parse_string(const char *string, ini_handler handler, void *user);

int __wrap_ini_parse_string(const char *string, ini_handler handler, void *user)
{
	assert_string_equal(string, text);
	for (const struct said *said = entries; said->section; said++)
		assert_int_equal(handler(user, said->section, said->key, said->value), 1);
	return result;
}

#define B \
	{ \
		"a", "b", "c" \
	}
#define F \
	{ \
		"d e", "f", "g" \
	}
#define H \
	{ \
		"d e", "h", "i" \
	}
#define LAST \
	{ \
		NULL, NULL, NULL \
	}
#define ROW_MAX 6

static const struct {
	const char *name;
	struct said entries[ROW_MAX];
	int result;
	unsigned line; /* of the problem */
	bool is_good;
} rows[] = {
	{"the same", {B, F, H, LAST}, 0, 0, true},
	{"a line that it does not understand", {B, F, H, LAST}, 5, 0, false},
	{"nothing", {LAST}, 0, 2, false},
	{"all but the last", {B, F, LAST}, 0, 5, false},
	{"one more", {B, F, H, H, LAST}, 0, 0, false},
	{"two more", {B, F, H, H, H, LAST}, 0, 0, false},
	{"the first left out", {F, H, LAST}, 0, 2, false},
	{"two exchanged", {B, H, F, LAST}, 0, 4, false},
	{"right again after a wrong one", {B, {"d e", "f", "x"}, F, H, LAST}, 0, 4, false},
	{"another section", {{"d", "b", "c"}, F, H, LAST}, 0, 2, false},
	{"a section without its name", {B, {"d", "f", "g"}, H, LAST}, 0, 4, false},
	{"a longer section", {B, {"d ee", "f", "g"}, H, LAST}, 0, 4, false},
	{"another key", {B, F, {"d e", "k", "i"}, LAST}, 0, 5, false},
	{"a longer key", {B, F, {"d e", "hh", "i"}, LAST}, 0, 5, false},
	{"another value", {B, F, {"d e", "h", "k"}, LAST}, 0, 5, false},
	{"a longer value", {B, F, {"d e", "h", "ii"}, LAST}, 0, 5, false},
};

static void a_text_that_another_reader_reads_differently_is_refused(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct problems problems = {0};
		struct ini_document *document = NULL;
		bool is_right;

		entries = rows[i].entries;
		result = rows[i].result;
		assert_int_equal(ini_document_read(text, strlen(text), &problems, &document), 0);
		is_right = rows[i].is_good ? !problems_any(&problems)
					   : has_problem(&problems, rows[i].line,
						     "a line that two INI readers");
		if (!is_right)
			fail_msg("%s", rows[i].name);
		ini_document_free(document);
		problems_clear(&problems);
	}
}

static void a_reader_without_memory_says_nothing_about_the_text(void **state)
{
	static const struct said none[] = {LAST};
	struct problems problems = {0};
	struct ini_document *document = NULL;

	entries = none;
	result = -2;
	assert_int_equal(ini_document_read(text, strlen(text), &problems, &document), -ENOMEM);
	assert_null(document);
	assert_false(problems_any(&problems));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_that_another_reader_reads_differently_is_refused),
		cmocka_unit_test(a_reader_without_memory_says_nothing_about_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
