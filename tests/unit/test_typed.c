/* What people type at the code prompt is read as they meant it, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pam/typed.h"

struct row {
	const char *name, *text;
	enum typed_form form;
	const char *symbols;
};

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		static const struct typed zero;
		struct typed typed;

		memset(&typed, 0x5a, sizeof(typed));
		typed_read(rows[i].text, &typed);
		if (typed.form != rows[i].form || strcmp(typed.symbols, rows[i].symbols) != 0)
			fail_msg("%s: form %d, \"%s\"", rows[i].name, typed.form, typed.symbols);
		if (typed.form == TYPED_NOTHING)
			assert_memory_equal(&typed, &zero, sizeof(zero));
	}
}

static void a_code_is_six_to_eight_digits(void **state)
{
	static const struct row rows[] = {
		{"five", "12345", TYPED_NOTHING, ""},
		{"six", "123456", TYPED_CODE, "123456"},
		{"seven", "1234567", TYPED_CODE, "1234567"},
		{"eight", "12345678", TYPED_CODE, "12345678"},
		{"nine", "123456789", TYPED_NOTHING, ""},
		{"zeros", "000000", TYPED_CODE, "000000"},
		{"a letter", "12345a", TYPED_NOTHING, ""},
		{"a letter O", "12345O", TYPED_NOTHING, ""},
		{"a letter l", "l23456", TYPED_NOTHING, ""},
		{"nothing", "", TYPED_NOTHING, ""},
		{"spaces only", "  　", TYPED_NOTHING, ""},
		{"hyphens only", "------", TYPED_NOTHING, ""},
		{"a plus", "+123456", TYPED_NOTHING, ""},
		{"a point", "123.456", TYPED_NOTHING, ""},
		{"a line end", "123456\n", TYPED_NOTHING, ""},
		{"a tabulator", "123\t456", TYPED_NOTHING, ""},
	};

	check_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void what_an_input_method_makes_of_keys_is_what_was_meant(void **state)
{
	static const struct row rows[] = {
		{"full-width", "１２３４５６", TYPED_CODE, "123456"},
		{"the first and the last", "０９０９０９", TYPED_CODE, "090909"},
		{"before full-width 0", "１２３４５／", TYPED_NOTHING, ""},
		{"behind full-width 9", "１２３４５：", TYPED_NOTHING, ""},
		{"both widths", "１2３4５6", TYPED_CODE, "123456"},
		{"spaces", " 123 456 ", TYPED_CODE, "123456"},
		{"ideographic spaces", "　１２３　４５６　", TYPED_CODE, "123456"},
		{"a hyphen", "123-456", TYPED_CODE, "123456"},
		{"full-width hyphen", "１２３－４５６", TYPED_CODE, "123456"},
		{"U+2010", "123‐456", TYPED_CODE, "123456"},
		{"U+2013", "123–456", TYPED_CODE, "123456"},
		{"U+2015", "123―456", TYPED_CODE, "123456"},
		{"U+2212", "123−456", TYPED_CODE, "123456"},
		{"prolonged sound mark", "１２３ー４５６", TYPED_CODE, "123456"},
		{"the same, half-width", "123ｰ456", TYPED_CODE, "123456"},
		{"U+200F",
			"123\xe2\x80\x8f"
			"456",
			TYPED_NOTHING, ""},
		{"U+2016",
			"123\xe2\x80\x96"
			"456",
			TYPED_NOTHING, ""},
		{"kanji digits", "一二三四五六", TYPED_NOTHING, ""},
		{"Arabic digits", "٣٣٣٣٣٣", TYPED_NOTHING, ""},
		{"circled digits", "①②③④⑤⑥", TYPED_NOTHING, ""},
		{"a long vowel of another kind", "123〜456", TYPED_NOTHING, ""},
	};

	check_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void codes_from_paper_are_ten_twelve_or_sixteen_symbols(void **state)
{
	static const struct row rows[] = {
		{"recovery", "AB3DE-FGH7K", TYPED_RECOVERY, "AB3DEFGH7K"},
		{"small letters", "ab3de-fgh7k", TYPED_RECOVERY, "AB3DEFGH7K"},
		{"full-width", "ＡＢ３ＤＥ－ＦＧｈ７ｋ", TYPED_RECOVERY, "AB3DEFGH7K"},
		{"look-alikes", "IiLlOo1100", TYPED_RECOVERY, "1111001100"},
		{"digits only", "0123456789", TYPED_RECOVERY, "0123456789"},
		{"every symbol", "ABCDEFGHJK", TYPED_RECOVERY, "ABCDEFGHJK"},
		{"the others", "MNPQRSTVWX", TYPED_RECOVERY, "MNPQRSTVWX"},
		{"U is not in it", "MNPQRSTVWU", TYPED_NOTHING, ""},
		{"small u", "uNPQRSTVWX", TYPED_NOTHING, ""},
		{"nine", "AB3DEFGH7", TYPED_NOTHING, ""},
		{"eleven", "AB3DEFGH7KZ", TYPED_NOTHING, ""},
		{"envelope", "ab3d-efgh-7kmn-pqrz", TYPED_ENVELOPE, "AB3DEFGH7KMNPQRZ"},
		{"envelope of digits", "1234 5678 9012 3456", TYPED_ENVELOPE, "1234567890123456"},
		{"a same-day code", "ab3d-efg7", TYPED_TEMPORARY, "AB3DEFG7"},
		{"look-alikes of one", "il0o 12e4", TYPED_TEMPORARY, "110012E4"},
		{"look-alikes that leave nothing but digits", "il0o 1234", TYPED_NOTHING, ""},
		{"nine of them", "ab3d-efg7-9", TYPED_NOTHING, ""},
		{"seven of them", "ab3d-efg", TYPED_NOTHING, ""},
		{"whoever has a telephone", "phone", TYPED_PHONE, "PHONE"},
		{"in capitals and with blanks", " P hone ", TYPED_PHONE, "PHONE"},
		{"full-width", "ｐｈｏｎｅ", TYPED_PHONE, "PHONE"},
		{"in Japanese", "電話", TYPED_PHONE, "PHONE"},
		{"half of it", "電", TYPED_NOTHING, ""},
		{"more than that", "電話電", TYPED_NOTHING, ""},
		{"another word", "phony", TYPED_NOTHING, ""},
		{"a longer word", "phones", TYPED_NOTHING, ""},
		{"twelve: a ticket", "ab3d-efgh-7kmn", TYPED_TICKET, "AB3DEFGH7KMN"},
		{"twelve digits", "1234 5678 9012", TYPED_TICKET, "123456789012"},
		{"full-width, O and L", "ＡＢ３Ｄ－ＥＦＧＨ－７ＫＯＬ", TYPED_TICKET,
			"AB3DEFGH7K01"},
		{"thirteen", "AB3DEFGH7KMNP", TYPED_NOTHING, ""},
		{"twelve with a U", "AB3DEFGH7KMU", TYPED_NOTHING, ""},
		{"fifteen", "AB3DEFGH7KMNPQR", TYPED_NOTHING, ""},
		{"seventeen", "AB3DEFGH7KMNPQRZZ", TYPED_NOTHING, ""},
		{"far too many",
			"AB3DEFGH7KMNPQRZAB3DEFGH7KMNPQRZAB3DEFGH7KMNPQRZAB3DEFGH7KMNPQRZ"
			"AB3DEFGH7KMNPQRZAB3DEFGH7KMNPQRZAB3DEFGH7KMNPQRZAB3DEFGH7KMNPQRZ",
			TYPED_NOTHING, ""},
		{"a bracket, behind Z", "AB3DEFGH7[", TYPED_NOTHING, ""},
		{"an at sign, before A", "AB3DEFGH7@", TYPED_NOTHING, ""},
		{"a back-quote, before a", "AB3DEFGH7`", TYPED_NOTHING, ""},
		{"a brace, behind z", "AB3DEFGH7{", TYPED_NOTHING, ""},
		{"a colon, behind 9", "AB3DEFGH7:", TYPED_NOTHING, ""},
		{"a slash, before 0", "AB3DEFGH7/", TYPED_NOTHING, ""},
		{"kana", "AB3DEFGH7ケ", TYPED_NOTHING, ""},
		{"an accent", "AB3DEFGH7É", TYPED_NOTHING, ""},
	};

	check_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void what_is_no_utf_8_is_nothing(void **state)
{
	static const struct row rows[] = {
		{"a stray byte", "123456\xff", TYPED_NOTHING, ""},
		{"cut short", "12345\xef\xbc", TYPED_NOTHING, ""},
		{"long form of 1", "12345\xc0\xb1", TYPED_NOTHING, ""},
		{"a surrogate", "123456\xed\xa0\x80", TYPED_NOTHING, ""},
		{"Shift_JIS", "\x82\x4f\x82\x50\x82\x51\x82\x52\x82\x53\x82\x54", TYPED_NOTHING,
			""},
	};

	check_rows(rows, sizeof(rows) / sizeof(*rows));
}

struct box_row {
	const char *name, *text;
	unsigned digits;
	const char *password;
	enum typed_form form;
	const char *symbols;
};

static void check_boxes(const struct box_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct typed typed;
		size_t size = SIZE_MAX;

		typed_split_one_box(rows[i].text, rows[i].digits, &size, &typed);
		if (size != strlen(rows[i].password) ||
			memcmp(rows[i].text, rows[i].password, size) != 0 ||
			typed.form != rows[i].form || strcmp(typed.symbols, rows[i].symbols) != 0)
			fail_msg("%s: %zu bytes, form %d, \"%s\"", rows[i].name, size, typed.form,
				typed.symbols);
	}
}

static void one_box_holds_the_password_and_the_last_digits(void **state)
{
	static const struct box_row rows[] = {
		{"plain", "pass123456", 6, "pass", TYPED_CODE, "123456"},
		{"of eight", "pass12345678", 8, "pass", TYPED_CODE, "12345678"},
		{"the last six only", "pass99123456", 6, "pass99", TYPED_CODE, "123456"},
		{"full-width", "pass１２３４５６", 6, "pass", TYPED_CODE, "123456"},
		{"both widths", "pass1２3４5６", 6, "pass", TYPED_CODE, "123456"},
		{"Japanese", "合言葉１２３４５６", 6, "合言葉", TYPED_CODE, "123456"},
		{"a blank stays the password's", "pass 123456", 6, "pass ", TYPED_CODE, "123456"},
		{"no UTF-8 before it",
			"p\xff\xbc"
			"123456",
			6, "p\xff\xbc", TYPED_CODE, "123456"},
		{"no password", "123456", 6, "", TYPED_CODE, "123456"},
		{"five of six", "pass12345", 6, "pass12345", TYPED_NOTHING, ""},
		{"six of eight", "pass123456", 8, "pass123456", TYPED_NOTHING, ""},
		{"parted", "pass123 456", 6, "pass123 456", TYPED_NOTHING, ""},
		{"behind them a letter", "pass123456x", 6, "pass123456x", TYPED_NOTHING, ""},
		{"behind them a blank", "pass123456 ", 6, "pass123456 ", TYPED_NOTHING, ""},
		{"a full-width digit cut short",
			"pass\xbc\x91"
			"23456",
			6,
			"pass\xbc\x91"
			"23456",
			TYPED_NOTHING, ""},
		{"nothing", "", 6, "", TYPED_NOTHING, ""},
		{"no token shows five", "pass12345", 5, "pass12345", TYPED_NOTHING, ""},
		{"no token shows ten", "pass1234567890", 10, "pass1234567890", TYPED_NOTHING, ""},
		{"no token shows none", "pass", 0, "pass", TYPED_NOTHING, ""},
	};

	check_boxes(rows, sizeof(rows) / sizeof(*rows));
}

static void behind_the_last_blank_may_stand_a_code_from_paper(void **state)
{
	static const struct box_row rows[] = {
		{"recovery", "pass ab3de-fgh7k", 6, "pass", TYPED_RECOVERY, "AB3DEFGH7K"},
		{"wide blank", "合言葉　ＡＢ３ＤＥ－ＦＧＨ７Ｋ", 6, "合言葉", TYPED_RECOVERY,
			"AB3DEFGH7K"},
		{"envelope", "pass ab3d-efgh-7kmn-pqrz", 8, "pass", TYPED_ENVELOPE,
			"AB3DEFGH7KMNPQRZ"},
		{"ticket", "pass ab3d-efgh-7kmn", 6, "pass", TYPED_TICKET, "AB3DEFGH7KMN"},
		{"by telephone", "pass phone", 6, "pass", TYPED_PHONE, "PHONE"},
		{"in Japanese", "合言葉　電話", 6, "合言葉", TYPED_PHONE, "PHONE"},
		{"a password that ends so, and a code", "my phone123456", 6, "my phone", TYPED_CODE,
			"123456"},
		{"a password that ends so, by telephone", "my phone phone", 6, "my phone",
			TYPED_PHONE, "PHONE"},
		{"a password that ends so, and a recovery code", "my phone AB3DE-FGH7K", 6,
			"my phone", TYPED_RECOVERY, "AB3DEFGH7K"},
		{"no blank before it", "myphone", 6, "myphone", TYPED_NOTHING, ""},
		{"the last blank", "my dear pass AB3DE-FGH7K", 6, "my dear pass", TYPED_RECOVERY,
			"AB3DEFGH7K"},
		{"two blanks", "pass  AB3DE-FGH7K", 6, "pass ", TYPED_RECOVERY, "AB3DEFGH7K"},
		{"digits with the hyphen", "pass 01234-56789", 6, "pass", TYPED_RECOVERY,
			"0123456789"},
		{"a password's last word", "my dogs123456", 6, "my dogs", TYPED_CODE, "123456"},
		{"no blank", "passAB3DE-FGH7K", 6, "passAB3DE-FGH7K", TYPED_NOTHING, ""},
		{"a symbol short", "pass AB3DE-FGH7", 6, "pass AB3DE-FGH7", TYPED_NOTHING, ""},
		{"blanks in it", "pass AB3DE FGH7K", 6, "pass AB3DE FGH7K", TYPED_NOTHING, ""},
		{"a blank behind it", "pass AB3DE-FGH7K ", 6, "pass AB3DE-FGH7K ", TYPED_NOTHING,
			""},
		{"the wrong number of digits", "pass 123456", 8, "pass 123456", TYPED_NOTHING, ""},
		{"digits in groups", "pass 123-456", 6, "pass 123-456", TYPED_NOTHING, ""},
	};

	check_boxes(rows, sizeof(rows) / sizeof(*rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_is_six_to_eight_digits),
		cmocka_unit_test(what_an_input_method_makes_of_keys_is_what_was_meant),
		cmocka_unit_test(codes_from_paper_are_ten_twelve_or_sixteen_symbols),
		cmocka_unit_test(what_is_no_utf_8_is_nothing),
		cmocka_unit_test(one_box_holds_the_password_and_the_last_digits),
		cmocka_unit_test(behind_the_last_blank_may_stand_a_code_from_paper),
	};

	return cmocka_run_group_tests_name("typed", tests, NULL, NULL);
}
