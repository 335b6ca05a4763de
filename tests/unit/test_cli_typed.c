/* What people type for answers. */
#include <errno.h>

#include "tests/unit/fixture.h"

#include "agent/cli_typed.h"

static void spaces_at_either_end_go(void **state)
{
	static const struct {
		const char *typed, *trimmed, *folded;
	} rows[] = {
		{"abc", "abc", "abc"},
		{"  abc\t", "abc", "abc"},
		{"　納税通知　", "納税通知", "納税通知"},
		{"a b", "a b", "a b"},
		{"Ａ　Ｂ", "Ａ　Ｂ", "a b"},
		{"", "", ""},
		{" 　 ", "", ""},
		{"Ｍ－００１２３", "Ｍ－００１２３", "m-00123"},
		{"\xff ", "\xff", "\xff"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[64];

		snprintf(text, sizeof(text), "%s", rows[i].typed);
		cli_typed_trim(text);
		assert_string_equal(text, rows[i].trimmed);
		cli_typed_fold(text);
		assert_string_equal(text, rows[i].folded);
	}
}

static void yes_and_no_have_many_forms(void **state)
{
	static const struct {
		const char *typed;
		int result;
		bool is_yes;
	} rows[] = {
		{"y", 0, true},
		{"Ｙ", 0, true},
		{" yes ", 0, true},
		{"はい", 0, true},
		{"有", 0, true},
		{"N", 0, false},
		{"ｎｏ", 0, false},
		{"いいえ", 0, false},
		{"無し", 0, false},
		{"", -EINVAL, false},
		{"ye", -EINVAL, false},
		{"y y", -EINVAL, false},
		{"1", -EINVAL, false},
		{"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy",
			-EINVAL, false},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int before = 0; before <= 1; before++) {
			bool is_yes = before;

			assert_int_equal(cli_typed_yes(rows[i].typed, &is_yes), rows[i].result);
			assert_int_equal(is_yes, rows[i].result == 0 ? rows[i].is_yes : before);
		}
}

static void spans_are_minutes(void **state)
{
	static const struct {
		const char *typed;
		uint32_t expected; /* 0: is none */
	} rows[] = {
		{"30", 30},
		{"３０", 30},
		{"30m", 30},
		{"30 min", 30},
		{"30分", 30},
		{"2h", 120},
		{"２時間", 120},
		{"1h30m", 90},
		{"1時間 30分", 90},
		{"1日", 1440},
		{"1 day", 1440},
		{"1d2h3m", 1563},
		{"44640", 44640},
		{"31d", 44640},
		{"44641", 0},
		{"32d", 0},
		{"0", 0},
		{"0m", 0},
		{"", 0},
		{"m", 0},
		{"30m2h", 0},
		{"1h1h", 0},
		{"1h30", 0},
		{"-5", 0},
		{"1.5h", 0},
		{"99999999999999999999", 0},
		{"half an hour", 0},
		{"30s", 0},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		uint32_t minutes = 7;
		int r = cli_typed_minutes(rows[i].typed, 44640, &minutes);

		assert_int_equal(r, rows[i].expected ? 0 : -EINVAL);
		assert_int_equal(minutes, rows[i].expected ? rows[i].expected : 7);
	}
}

static void symbols_are_what_people_put_something_between(void **state)
{
	static const struct {
		const char *typed, *expected; /* NULL: none */
	} rows[] = {
		{"1234567894", "1234567894"},
		{"123-456-7894", "1234567894"},
		{"１２３　４５６ー７８９４", "1234567894"},
		{"7qx2-m4t9", "7QX2M4T9"},
		{"１２−３", "123"},
		{"", NULL},
		{"-", NULL},
		{"12_3", NULL},
		{"12345678901", NULL},
		{"12\xff", NULL},
		{"数", NULL},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char symbols[11] = "before";
		int n = cli_typed_symbols(rows[i].typed, symbols, sizeof(symbols));

		assert_int_equal(n, rows[i].expected ? (int)strlen(rows[i].expected) : -EINVAL);
		assert_string_equal(symbols, rows[i].expected ? rows[i].expected : "");
	}
}

static void numbers_of_exemptions_are_read_as_people_write_them(void **state)
{
	static const struct {
		const char *typed, *expected; /* NULL: is none */
	} rows[] = {
		{"E-7K3M9Q2X", "E-7K3M9Q2X"},
		{"e-7k3m9q2x", "E-7K3M9Q2X"},
		{"7k3m9q2x", "E-7K3M9Q2X"},
		{"E7K3M 9Q2X", "E-7K3M9Q2X"},
		{"Ｅ－７Ｋ３Ｍ９Ｑ２Ｘ", "E-7K3M9Q2X"},
		{"e-7k3m9q2o", "E-7K3M9Q20"},
		{"e-ik3m9q2l", "E-1K3M9Q21"},
		{"E-7K3M9Q2", NULL},
		{"E-7K3M9Q2XX", NULL},
		{"E-7K3M9Q2U", NULL},
		{"1-2", NULL},
		{"1234567894", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char id[CLI_EXEMPTION_ID_SIZE] = "before";
		int r = cli_typed_exemption_id(rows[i].typed, id);

		assert_int_equal(r, rows[i].expected ? 0 : -EINVAL);
		assert_string_equal(id, rows[i].expected ? rows[i].expected : "before");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spaces_at_either_end_go),
		cmocka_unit_test(yes_and_no_have_many_forms),
		cmocka_unit_test(spans_are_minutes),
		cmocka_unit_test(symbols_are_what_people_put_something_between),
		cmocka_unit_test(numbers_of_exemptions_are_read_as_people_write_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
