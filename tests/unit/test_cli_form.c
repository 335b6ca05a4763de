/* A request as a person fills it in. */
#include <errno.h>

#include "tests/unit/fixture.h"

#include "agent/cli_form.h"

#define NOW 1800000000

static void each_field_takes_its_kind_of_answer(void **state)
{
	static const struct {
		enum cli_form_field field;
		const char *typed, *expected; /* NULL: is no answer */
	} rows[] = {
		{FIELD_DIRECTION, "1", "read-only"},
		{FIELD_DIRECTION, "２", "read-write"},
		{FIELD_DIRECTION, "read-write", "read-write"},
		{FIELD_DIRECTION, "読取", "read-only"},
		{FIELD_DIRECTION, "3", NULL},
		{FIELD_DIRECTION, "", NULL},
		{FIELD_DURATION, "1h30m", "90"},
		{FIELD_DURATION, "32d", NULL},
		{FIELD_PURPOSE, " 納税通知の照合 ", "納税通知の照合"},
		{FIELD_PURPOSE, "", NULL},
		{FIELD_PURPOSE, "a\033[31m", NULL},
		{FIELD_PURPOSE, "a\xff", NULL},
		{FIELD_PERSONAL_DATA, "Ｙ", "yes"},
		{FIELD_PERSONAL_DATA, "maybe", NULL},
		{FIELD_ITEMS, "1,200件", "1200"},
		{FIELD_ITEMS, "０", "0"},
		{FIELD_ITEMS, "-1", NULL},
		{FIELD_ITEMS, ",1", NULL},
		{FIELD_ITEMS, "1200000000", NULL},
		{FIELD_ITEMS, "12 3", NULL},
		{FIELD_DEVICE, "Ｍ-00123", "M-00123"},
		{FIELD_DEVICE, "two words", NULL},
		{FIELD_DESK, "Joho  soumu", "joho soumu"},
		{FIELD_FROM, "2027-01-15T08:00:00Z", "1800000000"},
		{FIELD_FROM, "2h", NULL},
		{FIELD_FROM, "1969-01-01T00:00:00Z", NULL},
		{FIELD_COUNT, "x", NULL},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cli_form form = {.values = {""}}, before;
		int r;

		snprintf(form.values[FIELD_WITNESS], CLI_FORM_VALUE_SIZE, "x");
		before = form;
		r = cli_form_take(&form, rows[i].field, rows[i].typed, NOW);
		assert_int_equal(r, rows[i].expected ? 0 : -EINVAL);
		if (rows[i].expected)
			assert_string_equal(form.values[rows[i].field], rows[i].expected);
		else
			assert_memory_equal(&form, &before, sizeof(form));
	}
}

static void a_text_has_forty_japanese_letters_and_no_more(void **state)
{
	struct cli_form form = {.values = {""}};
	char text[CLI_FORM_VALUE_SIZE];
	size_t used = 0;

	for (int i = 0; i < 40; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "字");
	assert_int_equal(cli_form_take(&form, FIELD_PURPOSE, text, NOW), 0);
	snprintf(text + used, sizeof(text) - used, "字");
	assert_int_equal(cli_form_take(&form, FIELD_PURPOSE, text, NOW), -EINVAL);
	assert_int_equal(strlen(form.values[FIELD_PURPOSE]), 120);
}

static void only_what_is_missing_is_asked(void **state)
{
	static const struct {
		const char *direction, *personal, *given, *expected;
	} rows[] = {
		{"1", "n", "", "direction duration purpose information personal-data "},
		{"1", "y", "",
			"direction duration purpose information personal-data "
			"specific-personal-data "},
		{"2", "n", "",
			"direction duration purpose information personal-data items destination "},
		{"2", "n", "destination",
			"direction duration purpose information personal-data items "},
		{"1", "n", "purpose", "direction duration information personal-data "},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cli_form form = {.values = {""}};
		char asked[256] = "";
		size_t used = 0;
		enum cli_form_field field;

		for (int given = 0; given < FIELD_COUNT; given++)
			if (strcmp(cli_form_option((enum cli_form_field)given), rows[i].given) == 0)
				assert_int_equal(
					cli_form_take(&form, (enum cli_form_field)given, "x", NOW),
					0);
		while ((field = cli_form_next(&form)) != FIELD_COUNT) {
			const char *answer = field == FIELD_DIRECTION       ? rows[i].direction
					     : field == FIELD_PERSONAL_DATA ? rows[i].personal
					     : field == FIELD_SPECIFIC_PERSONAL_DATA ? "n"
										     : "5";

			used += (size_t)snprintf(
				asked + used, sizeof(asked) - used, "%s ", cli_form_option(field));
			assert_non_null(cli_form_question(field));
			assert_int_equal(cli_form_take(&form, field, answer, NOW), 0);
		}
		assert_string_equal(asked, rows[i].expected);
		assert_string_not_equal(form.values[FIELD_SPECIFIC_PERSONAL_DATA], "");
	}
}

static void answers_that_contradict_each_other_are_seen(void **state)
{
	struct cli_form form = {.values = {""}};

	assert_false(cli_form_contradicts(&form));
	assert_int_equal(cli_form_take(&form, FIELD_SPECIFIC_PERSONAL_DATA, "y", NOW), 0);
	assert_false(cli_form_contradicts(&form));
	assert_int_equal(cli_form_take(&form, FIELD_PERSONAL_DATA, "y", NOW), 0);
	assert_false(cli_form_contradicts(&form));
	assert_int_equal(cli_form_take(&form, FIELD_PERSONAL_DATA, "n", NOW), 0);
	assert_true(cli_form_contradicts(&form));
}

static void each_field_has_a_key_and_an_option_of_its_own(void **state)
{
	for (int a = 0; a < FIELD_COUNT; a++) {
		const char *key = cli_form_key((enum cli_form_field)a);

		assert_int_equal(cli_form_field_of_key(key, (int)strlen(key)), a);
		assert_int_not_equal(cli_form_commands((enum cli_form_field)a), 0);
		for (int b = 0; b < a; b++)
			if (cli_form_has_option((enum cli_form_field)a) &&
				cli_form_has_option((enum cli_form_field)b))
				assert_string_not_equal(cli_form_option((enum cli_form_field)a),
					cli_form_option((enum cli_form_field)b));
	}
	assert_int_equal(cli_form_field_of_key("nothing", 7), FIELD_COUNT);
	assert_int_equal(cli_form_field_of_key("purposes", 7), FIELD_PURPOSE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_field_takes_its_kind_of_answer),
		cmocka_unit_test(a_text_has_forty_japanese_letters_and_no_more),
		cmocka_unit_test(only_what_is_missing_is_asked),
		cmocka_unit_test(answers_that_contradict_each_other_are_seen),
		cmocka_unit_test(each_field_has_a_key_and_an_option_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
