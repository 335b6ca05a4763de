#include "tests/unit/fixture.h"

#include <errno.h>
#include <string.h>

#include "policy/code_text.h"

static void what_a_person_types_becomes_symbols(void **state)
{
	static const struct {
		const char *name, *typed;
		int r;
		const char *symbols;
	} rows[] = {
		{"as it is shown", "0123A-BCDEF", 10, "0123ABCDEF"},
		{"small letters", "ghjkm-npqrs", 10, "GHJKMNPQRS"},
		{"the rest of the alphabet", "TVWXYZ456789", 12, "TVWXYZ456789"},
		{"I and L are 1, O is 0", "iIlL1-oO0", 8, "11111000"},
		{"spaces for hyphens", " 7XQ0 9KTM ", 8, "7XQ09KTM"},
		{"an envelope", "AAAA-BBBB-CCCC-DDDD", 16, "AAAABBBBCCCCDDDD"},
		{"one symbol more", "AAAA-BBBB-CCCC-DDDDE", -EINVAL, NULL},
		{"the letter that is none", "AAAAU", -EINVAL, NULL},
		{"the same, small", "AAAAu", -EINVAL, NULL},
		{"an underscore", "AAAA_A", -EINVAL, NULL},
		{"a TAB", "AAAA\tA", -EINVAL, NULL},
		{"a full-width digit", "AAAA\xef\xbc\x91", -EINVAL, NULL},
		{"nothing", "", -EINVAL, NULL},
		{"hyphens alone", "- -", -EINVAL, NULL},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char symbols[CODE_SYMBOLS_SIZE] = "untouched";

		print_message("%s\n", rows[i].name);
		assert_int_equal(code_text_normalise(rows[i].typed, symbols), rows[i].r);
		assert_string_equal(symbols, rows[i].symbols ? rows[i].symbols : "untouched");
	}
}

static void each_symbol_stands_for_eight_bytes(void **state)
{
	unsigned seen[128] = {0};

	for (unsigned byte = 0; byte < 256; byte++) {
		uint8_t random = (uint8_t)byte;
		char symbol[CODE_SYMBOLS_SIZE], typed[CODE_SYMBOLS_SIZE];

		code_text_make(&random, 1, symbol);
		assert_int_equal(code_text_normalise(symbol, typed), 1);
		assert_string_equal(symbol, typed);
		seen[(unsigned char)symbol[0]]++;
	}
	for (size_t i = 0; i < strlen(CODE_ALPHABET); i++)
		assert_int_equal(seen[(unsigned char)CODE_ALPHABET[i]], 8);
}

static void a_code_is_shown_in_groups_and_read_back(void **state)
{
	static const uint8_t random[CODE_SYMBOLS_MAX] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 31};
	char symbols[CODE_SYMBOLS_SIZE], text[CODE_TEXT_SIZE], back[CODE_SYMBOLS_SIZE];

	code_text_make(random, RECOVERY_CODE_SYMBOLS, symbols);
	code_text_group(symbols, text);
	assert_string_equal(text, "01234-56789");
	code_text_make(random, TICKET_SYMBOLS, symbols);
	code_text_group(symbols, text);
	assert_string_equal(text, "0123-4567-89AB");
	code_text_make(random, ENVELOPE_CODE_SYMBOLS, symbols);
	code_text_group(symbols, text);
	assert_string_equal(text, "0123-4567-89AB-CDEZ");
	assert_int_equal(code_text_normalise(text, back), ENVELOPE_CODE_SYMBOLS);
	assert_string_equal(back, symbols);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_person_types_becomes_symbols),
		cmocka_unit_test(each_symbol_stands_for_eight_bytes),
		cmocka_unit_test(a_code_is_shown_in_groups_and_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
