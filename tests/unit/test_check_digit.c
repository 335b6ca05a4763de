#include "tests/unit/fixture.h"

#include "policy/check_digit.h"

#define N 9

static void the_check_digit_is_damms(void **state)
{
	/* The worked example of the thesis, and nothing but zeros. */
	assert_int_equal(check_digit("572", 3), '4');
	assert_int_equal(check_digit("000000000", 9), '0');
	assert_true(check_digit_is_right("5724", 4));
	assert_false(check_digit_is_right("5727", 4));
	assert_int_equal(check_digit("57a", 3), '\0');
	assert_false(check_digit_is_right("57a4", 4));
	assert_false(check_digit_is_right("0", 1));
}

static void next_number(char digits[N + 1], unsigned *random)
{
	for (size_t i = 0; i < N; i++) {
		*random = *random * 1103515245u + 12345u;
		digits[i] = (char)('0' + (*random >> 16) % 10);
	}
	digits[N] = check_digit(digits, N);
}

/* All of them for each of 2,000 numbers: 9 x 10 others, 9 transpositions. */
static void every_wrong_digit_and_every_transposition_is_told(void **state)
{
	unsigned random = 7;
	char digits[N + 1];

	for (int round = 0; round < 2000; round++) {
		next_number(digits, &random);
		assert_true(check_digit_is_right(digits, N + 1));
		for (size_t at = 0; at <= N; at++) {
			char was = digits[at];

			for (char other = '0'; other <= '9'; other++) {
				digits[at] = other;
				assert_int_equal(check_digit_is_right(digits, N + 1), other == was);
			}
			digits[at] = was;
			if (at == N || digits[at] == digits[at + 1])
				continue;
			digits[at] = digits[at + 1];
			digits[at + 1] = was;
			assert_false(check_digit_is_right(digits, N + 1));
			digits[at + 1] = digits[at];
			digits[at] = was;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_check_digit_is_damms),
		cmocka_unit_test(every_wrong_digit_and_every_transposition_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
