/* Whatever is typed of a code or a challenge: either refused, or digits with a right check digit
 * that are shown and read back as the same. */
#include "tests/fuzz/fuzzed_text.h"

#include "policy/check_digit.h"
#include "policy/phone_code.h"

static void check_code(const char *text)
{
	char code[PHONE_CODE_DIGITS + 1], again[PHONE_CODE_DIGITS + 1];
	char shown[PHONE_CODE_TEXT_SIZE];

	if (phone_code_read(text, code) != PHONE_TYPED_WHOLE)
		return;
	assert(strlen(code) == PHONE_CODE_DIGITS);
	assert(check_digit_is_right(code, PHONE_CODE_DIGITS));
	phone_code_group(code, shown);
	assert(phone_code_read(shown, again) == PHONE_TYPED_WHOLE);
	assert(phone_code_is_same(code, again));
}

static void check_challenge(const char *text)
{
	char challenge[PHONE_CHALLENGE_DIGITS + 1], again[PHONE_CHALLENGE_DIGITS + 1];
	char shown[PHONE_CHALLENGE_TEXT_SIZE];

	if (phone_challenge_read(text, challenge) != PHONE_TYPED_WHOLE)
		return;
	phone_challenge_group(challenge, shown);
	assert(phone_challenge_read(shown, again) == PHONE_TYPED_WHOLE);
	assert(strcmp(challenge, again) == 0);
}

static void check_suite(const char *text)
{
	struct ocra_suite suite;

	if (ocra_suite_parse(text, &suite) == 0)
		assert(strcmp(suite.text, text) == 0 && suite.digits <= OCRA_DIGITS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	check_code(text);
	check_challenge(text);
	check_suite(text);
	free(text);
	return 0;
}
