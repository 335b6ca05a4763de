/* The name of an OCRA suite, RFC 6287, section 6: "OCRA-1:CryptoFunction:DataInput". */
#include "policy/ocra.h"

#include <errno.h>
#include <string.h>

static bool take(const char **at, const char *word)
{
	size_t size = strlen(word);

	if (strncmp(*at, word, size) != 0)
		return false;
	*at += size;
	return true;
}

/* Decimal with at least min_digits and at most three of them. */
static bool take_number(const char **at, size_t min_digits, unsigned *ret)
{
	unsigned number = 0;
	size_t n = 0;

	for (; **at >= '0' && **at <= '9' && n < 3; n++)
		number = number * 10 + (unsigned)(*(*at)++ - '0');
	*ret = number;
	return n >= min_digits;
}

static bool take_hash(const char **at, enum code_hash *ret)
{
	if (take(at, "SHA256"))
		*ret = CODE_SHA256;
	else if (take(at, "SHA512"))
		*ret = CODE_SHA512;
	else if (take(at, "SHA1"))
		*ret = CODE_SHA1;
	else
		return false;
	return true;
}

static bool take_function(const char **at, struct ocra_suite *suite)
{
	unsigned digits;

	if (!take(at, "HOTP-") || !take_hash(at, &suite->hash) || !take(at, "-") ||
		!take_number(at, 1, &digits))
		return false;
	suite->digits = (uint8_t)digits;
	return digits == 0 || (digits >= 4 && digits <= OCRA_DIGITS_MAX);
}

static bool take_challenge(const char **at, struct ocra_suite *suite)
{
	unsigned size;

	if (!take(at, "Q"))
		return false;
	if (take(at, "N"))
		suite->challenge = OCRA_CHALLENGE_NUMERIC;
	else if (take(at, "A"))
		suite->challenge = OCRA_CHALLENGE_ALPHANUMERIC;
	else if (take(at, "H"))
		suite->challenge = OCRA_CHALLENGE_HEX;
	else
		return false;
	if (!take_number(at, 2, &size) || size < 4 || size > OCRA_CHALLENGE_MAX)
		return false;
	suite->challenge_size = (uint8_t)size;
	return true;
}

static bool take_session(const char **at, struct ocra_suite *suite)
{
	unsigned size;

	if (!take_number(at, 3, &size) || (size != 64 && size != 128 && size != 256 && size != 512))
		return false;
	suite->session_size = (uint16_t)size;
	return true;
}

static bool take_time(const char **at, struct ocra_suite *suite)
{
	unsigned number;

	if (!take_number(at, 1, &number) || number == 0)
		return false;
	if (take(at, "S") && number <= 59)
		suite->step_s = number;
	else if (take(at, "M") && number <= 59)
		suite->step_s = number * 60;
	else if (take(at, "H") && number <= 48)
		suite->step_s = number * 3600;
	return suite->step_s != 0;
}

static bool take_input(const char **at, struct ocra_suite *suite)
{
	suite->has_counter = take(at, "C-");
	if (!take_challenge(at, suite))
		return false;
	if (take(at, "-P") && !take_hash(at, &suite->pin_hash))
		return false;
	if (take(at, "-S") && !take_session(at, suite))
		return false;
	if (take(at, "-T") && !take_time(at, suite))
		return false;
	return **at == '\0';
}

int ocra_suite_parse(const char *text, struct ocra_suite *ret)
{
	struct ocra_suite suite = {};
	const char *at = text;

	if (strlen(text) > OCRA_SUITE_MAX || !take(&at, "OCRA-1:") || !take_function(&at, &suite) ||
		!take(&at, ":") || !take_input(&at, &suite))
		return -EINVAL;
	memcpy(suite.text, text, strlen(text) + 1);
	*ret = suite;
	return 0;
}
