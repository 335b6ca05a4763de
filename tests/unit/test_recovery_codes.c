/* Recovery codes that grow out of a token's secret are the same wherever it is open. */
#include "tests/unit/fixture.h"

#include <errno.h>

#include "policy/recovery_codes.h"

#define SECRET "12345678901234567890"

static void derive(const char *secret, const char *user, const char *token, unsigned number,
	char ret[CODE_SYMBOLS_SIZE])
{
	assert_int_equal(recovery_code_derive(
				 (const uint8_t *)secret, strlen(secret), user, token, number, ret),
		0);
}

/* Computed apart, by Python's hmac: what one version printed another has to let in. */
static void the_codes_are_those_of_the_first_version(void **state)
{
	static const char *const rows[] = {"XQAN9NK9A7", "6K4E3EKHM5", "DREADWTEMH"};
	static const unsigned numbers[] = {1, 2, 10};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char code[CODE_SYMBOLS_SIZE];

		derive(SECRET, "tanaka", "T-7XQ09KTM", numbers[i], code);
		assert_string_equal(code, rows[i]);
	}
}

static void whatever_differs_makes_another_code(void **state)
{
	static const struct {
		const char *secret, *user, *token;
		unsigned number;
	} rows[] = {
		{SECRET, "tanaka", "T-7XQ09KTM", 1},
		{SECRET, "tanaka", "T-7XQ09KTM", 2},
		{SECRET, "tanaka", "T-7XQ09KTN", 1},
		{SECRET, "tanakb", "T-7XQ09KTM", 1},
		{"12345678901234567891", "tanaka", "T-7XQ09KTM", 1},
		{SECRET, "tanakaT", "-7XQ09KTM", 1},
		{SECRET, "tanaka", "T-7XQ09KTM1", 1},
	};
	char codes[COUNT(rows)][CODE_SYMBOLS_SIZE];

	for (size_t i = 0; i < COUNT(rows); i++) {
		derive(rows[i].secret, rows[i].user, rows[i].token, rows[i].number, codes[i]);
		assert_int_equal(strlen(codes[i]), RECOVERY_CODE_SYMBOLS);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(codes[i], codes[j]);
	}
}

static void names_that_could_be_two_are_refused(void **state)
{
	char code[CODE_SYMBOLS_SIZE] = "untouched", endless[512];

	memset(endless, 'a', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	assert_int_equal(
		recovery_code_derive((const uint8_t *)SECRET, 20, "a\nb", "c", 1, code), -EINVAL);
	assert_int_equal(
		recovery_code_derive((const uint8_t *)SECRET, 20, "a", "b\nc", 1, code), -EINVAL);
	assert_int_equal(
		recovery_code_derive((const uint8_t *)SECRET, 20, "a", endless, 1, code), -EINVAL);
	assert_string_equal(code, "untouched");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_codes_are_those_of_the_first_version),
		cmocka_unit_test(whatever_differs_makes_another_code),
		cmocka_unit_test(names_that_could_be_two_are_refused),
	};

	return cmocka_run_group_tests_name("recovery_codes", tests, NULL, NULL);
}
