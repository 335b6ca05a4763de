/* What is read out and typed, on either end of the telephone. */
#include "policy/phone_code.h"

#include <string.h>

#include "policy/characters.h"
#include "policy/check_digit.h"

/* What an input method gives for the hyphen key, and what stands between groups. */
static bool is_dropped(uint32_t character)
{
	switch (character) {
	case ' ':
	case '-':
	case 0x3000: /* ideographic space */
	case 0x2212: /* minus sign */
	case 0x30fc: /* prolonged sound mark */
	case 0xff70: /* the same, half-width */ return true;
	default: return character >= 0x2010 && character <= 0x2015; /* hyphens, dashes */
	}
}

/* So many digits and nothing else. */
static bool read_digits(const char *text, char *digits, size_t n_wanted)
{
	size_t size = strlen(text), n = 0;

	for (size_t at = 0; at < size;) {
		uint32_t character;
		size_t taken = utf8_decode(text + at, size - at, &character);
		char c;

		if (taken == 0)
			return false;
		at += taken;
		if (is_dropped(character))
			continue;
		c = character_narrow(character);
		if (c == '\0' && character < 128)
			c = (char)character;
		if (!is_digit(c) || n == n_wanted)
			return false;
		digits[n++] = c;
	}
	return n == n_wanted;
}

enum phone_typed phone_code_read(const char *text, char ret[PHONE_CODE_DIGITS + 1])
{
	char digits[PHONE_CODE_DIGITS];
	enum phone_typed typed = PHONE_TYPED_NOTHING;

	if (read_digits(text, digits, sizeof(digits)))
		typed = check_digit_is_right(digits, sizeof(digits)) ? PHONE_TYPED_WHOLE
								     : PHONE_TYPED_MISTYPED;
	if (typed == PHONE_TYPED_WHOLE) {
		memcpy(ret, digits, sizeof(digits));
		ret[sizeof(digits)] = '\0';
	}
	explicit_bzero(digits, sizeof(digits));
	return typed;
}

enum phone_typed phone_challenge_read(const char *text, char ret[PHONE_CHALLENGE_DIGITS + 1])
{
	char digits[PHONE_CHALLENGE_DIGITS + 1];

	if (!read_digits(text, digits, sizeof(digits)))
		return PHONE_TYPED_NOTHING;
	if (!check_digit_is_right(digits, sizeof(digits)))
		return PHONE_TYPED_MISTYPED;
	memcpy(ret, digits, PHONE_CHALLENGE_DIGITS);
	ret[PHONE_CHALLENGE_DIGITS] = '\0';
	return PHONE_TYPED_WHOLE;
}

void phone_challenge_make(
	const uint8_t random[2 * PHONE_CHALLENGE_DIGITS], char ret[PHONE_CHALLENGE_DIGITS + 1])
{
	for (size_t i = 0; i < PHONE_CHALLENGE_DIGITS; i++)
		ret[i] = (char)('0' + (random[2 * i] << 8 | random[2 * i + 1]) % 10);
	ret[PHONE_CHALLENGE_DIGITS] = '\0';
}

void phone_challenge_group(const char *challenge, char ret[PHONE_CHALLENGE_TEXT_SIZE])
{
	memcpy(ret, challenge, 4);
	ret[4] = '-';
	memcpy(ret + 5, challenge + 4, 4);
	ret[9] = '-';
	ret[10] = check_digit(challenge, PHONE_CHALLENGE_DIGITS);
	ret[11] = '\0';
}

void phone_code_group(const char *code, char ret[PHONE_CODE_TEXT_SIZE])
{
	memcpy(ret, code, 3);
	ret[3] = '-';
	memcpy(ret + 4, code + 3, 3);
	ret[7] = '-';
	memcpy(ret + 8, code + 6, 5);
}
