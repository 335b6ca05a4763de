#include "pam/typed.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "policy/characters.h"
#include "policy/code_kind.h"
#include "policy/code_text.h"

#define IDEOGRAPHIC_SPACE 0x3000
#define FULL_WIDTH_SIZE   3 /* bytes of UTF-8 */

static uint32_t narrow(uint32_t character)
{
	char ascii = character_narrow(character);

	return ascii != '\0' ? (uint32_t)ascii : character;
}

/* The hyphen key gives one of these, by input method and by what was typed before it. */
static bool is_dropped(uint32_t character)
{
	switch (character) {
	case ' ':
	case IDEOGRAPHIC_SPACE:
	case '-':
	case 0x2212: /* minus sign */
	case 0x30fc: /* prolonged sound mark */
	case 0xff70: /* the same, half-width */ return true;
	default: return character >= 0x2010 && character <= 0x2015; /* hyphens, dashes */
	}
}

/* A capital or a digit, or 0: no code has it. */
static char symbol_of(uint32_t character)
{
	if (character >= 'a' && character <= 'z')
		character -= 'a' - 'A';
	if ((character < '0' || character > '9') && (character < 'A' || character > 'Z'))
		return 0;
	return (char)character;
}

static bool are_digits(const char *symbols, size_t n)
{
	return strspn(symbols, "0123456789") == n;
}

static enum typed_form form_of(char *symbols, size_t n)
{
	enum typed_form paper = n == RECOVERY_CODE_SYMBOLS   ? TYPED_RECOVERY
				: n == TICKET_SYMBOLS        ? TYPED_TICKET
				: n == ENVELOPE_CODE_SYMBOLS ? TYPED_ENVELOPE
							     : TYPED_NOTHING;

	if (paper != TYPED_NOTHING)
		return code_text_normalise(symbols, symbols) < 0 ? TYPED_NOTHING : paper;
	if (n < CODE_DIGITS_MIN || n > CODE_DIGITS_MAX)
		return TYPED_NOTHING;
	if (are_digits(symbols, n))
		return TYPED_CODE;
	/* No same-day code is all digits, whatever its look-alikes are read as. */
	return n == TEMPORARY_SYMBOLS && code_text_normalise(symbols, symbols) > 0 &&
			       !are_digits(symbols, n)
		       ? TYPED_TEMPORARY
		       : TYPED_NOTHING;
}

static enum typed_form read_symbols(const char *text, char *symbols)
{
	size_t size = strlen(text), n = 0;

	for (size_t at = 0; at < size;) {
		uint32_t character;
		size_t taken = utf8_decode(text + at, size - at, &character);

		if (taken == 0)
			return TYPED_NOTHING;
		at += taken;
		character = narrow(character);
		if (is_dropped(character))
			continue;
		if (n == CODE_SYMBOLS_MAX || (symbols[n++] = symbol_of(character)) == 0)
			return TYPED_NOTHING;
	}
	return form_of(symbols, n);
}

/* "phone" in either case and width, or the Japanese word; blanks are dropped as elsewhere. */
static bool is_phone(const char *text)
{
	static const uint32_t words[][5] = {{'P', 'H', 'O', 'N', 'E'}, {0x96fb, 0x8a71}};
	size_t size = strlen(text), n = 0;
	bool fits[] = {true, true};

	for (size_t at = 0; at < size;) {
		uint32_t character;
		size_t taken = utf8_decode(text + at, size - at, &character);

		if (taken == 0)
			return false;
		at += taken;
		character = narrow(character);
		if (is_dropped(character))
			continue;
		if (character >= 'a' && character <= 'z')
			character -= 'a' - 'A';
		if (n == 5)
			return false;
		for (size_t i = 0; i < 2; i++)
			fits[i] = fits[i] && words[i][n] == character;
		n++;
	}
	return (fits[0] && n == 5) || (fits[1] && n == 2);
}

void typed_read(const char *text, struct typed *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (is_phone(text)) {
		*ret = (struct typed){.form = TYPED_PHONE, .symbols = "PHONE"};
		return;
	}
	ret->form = read_symbols(text, ret->symbols);
	if (ret->form == TYPED_NOTHING)
		explicit_bzero(ret, sizeof(*ret));
}

/* The size in bytes of the digit that ends the text; 0: none does. */
static size_t digit_before(const char *text, size_t end)
{
	uint32_t character;

	if (end >= 1 && is_digit(text[end - 1]))
		return 1;
	if (end < FULL_WIDTH_SIZE || utf8_decode(text + end - FULL_WIDTH_SIZE, FULL_WIDTH_SIZE,
					     &character) != FULL_WIDTH_SIZE)
		return 0;
	character = narrow(character);
	return character >= '0' && character <= '9' ? FULL_WIDTH_SIZE : 0;
}

/* Where the last so many digits begin, or the size of the text: it does not end in so many. */
static size_t find_digits(const char *text, unsigned digits)
{
	size_t size = strlen(text), at = size;

	for (unsigned i = 0; i < digits; i++) {
		size_t taken = digit_before(text, at);

		if (taken == 0)
			return size;
		at -= taken;
	}
	return at;
}

/* The last blank, with what is behind it in *ret_behind; NULL: there is none. */
static const char *find_blank(const char *text, const char **ret_behind)
{
	static const char wide[] = "\xe3\x80\x80"; /* U+3000 */
	const char *last = NULL;

	for (const char *at = text; *at; at++) {
		size_t size = *at == ' '                             ? 1
			      : strncmp(at, wide, strlen(wide)) == 0 ? strlen(wide)
								     : 0;

		if (size == 0)
			continue;
		last = at;
		*ret_behind = at + size;
	}
	return last;
}

void typed_split_one_box(
	const char *text, unsigned digits, size_t *ret_password_size, struct typed *ret)
{
	size_t size = strlen(text), at = find_digits(text, digits);
	const char *behind, *blank;

	memset(ret, 0, sizeof(*ret));
	*ret_password_size = size;
	if (at < size) {
		typed_read(text + at, ret);
		if (ret->form == TYPED_CODE)
			*ret_password_size = at;
		else
			explicit_bzero(ret, sizeof(*ret));
		return;
	}
	blank = find_blank(text, &behind);
	if (!blank)
		return;
	typed_read(behind, ret);
	if (ret->form == TYPED_RECOVERY || ret->form == TYPED_TICKET ||
		ret->form == TYPED_ENVELOPE || ret->form == TYPED_PHONE ||
		ret->form == TYPED_TEMPORARY)
		*ret_password_size = (size_t)(blank - text);
	else
		explicit_bzero(ret, sizeof(*ret));
}
