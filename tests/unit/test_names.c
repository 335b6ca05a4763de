/* Words of enums: the tables behind every name that leaves the programs. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy/decide.h"
#include "policy/names.h"
#include "policy/verdict.h"

static const char *const words[4] = {"zero", "one", NULL, "three"};

static void a_value_has_its_word(void **state)
{
	assert_string_equal(names_get(words, 4, 0), "zero");
	assert_string_equal(names_get(words, 4, 3), "three");
}

static void a_value_outside_the_table_has_none(void **state)
{
	assert_null(names_get(words, 4, 4));
	assert_null(names_get(words, 4, (unsigned)-1));
	assert_null(names_get(words, 4, 2));
}

static void a_word_is_found_whole_and_in_its_case_only(void **state)
{
	assert_int_equal(names_find(words, 4, "three"), 3);
	assert_int_equal(names_find(words, 4, "thre"), -EINVAL);
	assert_int_equal(names_find(words, 4, "threee"), -EINVAL);
	assert_int_equal(names_find(words, 4, "Three"), -EINVAL);
	assert_int_equal(names_find(words, 4, ""), -EINVAL);
}

static void a_word_beyond_the_count_is_not_found(void **state)
{
	assert_int_equal(names_find(words, 3, "three"), -EINVAL);
}

static void every_verdict_comes_back_from_its_word(void **state)
{
	for (unsigned i = 0; i < VERDICT_COUNT; i++) {
		enum verdict verdict = VERDICT_COUNT;

		assert_int_equal(verdict_from_name(verdict_name((enum verdict)i), &verdict), 0);
		assert_int_equal(verdict, i);
	}
	assert_null(verdict_name(VERDICT_COUNT));
}

static void an_unknown_verdict_leaves_the_output_alone(void **state)
{
	enum verdict verdict = VERDICT_READ_ONLY;

	assert_int_equal(verdict_from_name("deny", &verdict), -EINVAL);
	assert_int_equal(verdict, VERDICT_READ_ONLY);
}

static void every_source_of_a_finding_comes_back_from_its_word(void **state)
{
	for (unsigned i = 0; i < FINDING_SOURCE_COUNT; i++) {
		enum finding_source source = FINDING_SOURCE_COUNT;

		assert_int_equal(finding_source_from_name(
					 finding_source_name((enum finding_source)i), &source),
			0);
		assert_int_equal(source, i);
	}
	assert_null(finding_source_name(FINDING_SOURCE_COUNT));
}

static void an_unknown_source_leaves_the_output_alone(void **state)
{
	enum finding_source source = FINDING_DRIVER;

	assert_int_equal(finding_source_from_name("rumour", &source), -EINVAL);
	assert_int_equal(source, FINDING_DRIVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_has_its_word),
		cmocka_unit_test(a_value_outside_the_table_has_none),
		cmocka_unit_test(a_word_is_found_whole_and_in_its_case_only),
		cmocka_unit_test(a_word_beyond_the_count_is_not_found),
		cmocka_unit_test(every_verdict_comes_back_from_its_word),
		cmocka_unit_test(an_unknown_verdict_leaves_the_output_alone),
		cmocka_unit_test(every_source_of_a_finding_comes_back_from_its_word),
		cmocka_unit_test(an_unknown_source_leaves_the_output_alone),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
