#include "policy/check_digit.h"

/*
 * A quasigroup of order 10 that is totally anti-symmetric and has zeros in its diagonal: x != y
 * gives (c*x)*y != (c*y)*x and x*y != y*x. The one of Damm's thesis, p. 111.
 */
static const char table[10][10] = {
	{0, 3, 1, 7, 5, 9, 8, 6, 4, 2},
	{7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
	{4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
	{1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
	{6, 1, 2, 3, 0, 4, 5, 9, 7, 8},
	{3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
	{5, 8, 6, 9, 7, 2, 0, 1, 3, 4},
	{8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
	{9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
	{2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
};

char check_digit(const char *digits, size_t n)
{
	unsigned interim = 0;

	for (size_t i = 0; i < n; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return '\0';
		interim = (unsigned)table[interim][digits[i] - '0'];
	}
	return (char)('0' + interim);
}

bool check_digit_is_right(const char *digits, size_t n)
{
	return n >= 2 && check_digit(digits, n - 1) == digits[n - 1] && digits[n - 1] != '\0';
}
