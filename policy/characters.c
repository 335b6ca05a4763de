#include "policy/characters.h"

#include <errno.h>
#include <string.h>

struct range {
	uint32_t first, last;
	const char *name;
};

/* Sorted. Sources: Unicode 15 DerivedCoreProperties (Default_Ignorable), Bidi_Control, Cc, Zl, Zp.
 */
static const struct range refused[] = {
	{0x00, 0x00, "a NUL byte"},
	{0x01, 0x08, "a control character"},
	{0x09, 0x09, "a TAB"},
	{0x0a, 0x0a, "a line feed"},
	{0x0b, 0x0c, "a control character"},
	{0x0d, 0x0d, "a carriage return (Windows line end)"},
	{0x0e, 0x1f, "a control character"},
	{0x7f, 0x9f, "a control character"},
	{0xad, 0xad, "an invisible soft hyphen"},
	{0x34f, 0x34f, "an invisible joiner"},
	{0x61c, 0x61c, "a bidirectional control"},
	{0x115f, 0x1160, "an invisible filler"},
	{0x17b4, 0x17b5, "an invisible vowel"},
	{0x180b, 0x180f, "an invisible separator"},
	{0x200b, 0x200d, "a zero-width character"},
	{0x200e, 0x200f, "a bidirectional control"},
	{0x2028, 0x2029, "a line separator"},
	{0x202a, 0x202e, "a bidirectional control"},
	{0x2060, 0x2065, "a zero-width character"},
	{0x2066, 0x2069, "a bidirectional control"},
	{0x206a, 0x206f, "a format control"},
	{0x3164, 0x3164, "an invisible filler"},
	{0xfeff, 0xfeff, "a byte order mark"},
	{0xffa0, 0xffa0, "an invisible filler"},
	{0xfff0, 0xfffb, "a format control"},
	{0xfffe, 0xffff, "a noncharacter"},
	{0x1bca0, 0x1bca3, "a format control"},
	{0x1d173, 0x1d17a, "a format control"},
	{0xe0000, 0xe00ff, "an invisible tag"},
	{0xe01f0, 0xe0fff, "an invisible tag"},
};

static bool is_continuation(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

size_t utf8_decode(const char *bytes, size_t size, uint32_t *ret)
{
	/* The smallest character that needs a given number of bytes: shorter forms are refused. */
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char first = size > 0 ? (unsigned char)bytes[0] : 0xff;
	size_t length = first < 0x80             ? 1
			: (first & 0xe0) == 0xc0 ? 2
			: (first & 0xf0) == 0xe0 ? 3
			: (first & 0xf8) == 0xf0 ? 4
						 : 0;
	uint32_t character;

	if (length == 0 || length > size)
		return 0;
	character = length == 1 ? first : first & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if (!is_continuation((unsigned char)bytes[i]))
			return 0;
		character = character << 6 | ((unsigned char)bytes[i] & 0x3f);
	}
	if (character < smallest[length] || character > 0x10ffff)
		return 0;
	if (character >= 0xd800 && character <= 0xdfff)
		return 0;
	*ret = character;
	return length;
}

size_t utf8_count(const char *bytes, size_t size)
{
	size_t count = 0, length;
	uint32_t ignored;

	for (size_t at = 0; at < size; at += length ? length : 1, count++)
		length = (unsigned char)bytes[at] < 0x80
				 ? 1
				 : utf8_decode(bytes + at, size - at, &ignored);
	return count;
}

const char *character_fault(uint32_t character)
{
	if (character >= 0x20 && character < 0x7f)
		return NULL;
	if ((character & 0xfffe) == 0xfffe)
		return "a noncharacter";
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (character >= refused[i].first && character <= refused[i].last)
			return refused[i].name;
	return NULL;
}

bool utf8_is_plain(const char *text)
{
	size_t size = strlen(text), length;
	uint32_t character;

	for (size_t at = 0; at < size; at += length) {
		length = utf8_decode(text + at, size - at, &character);
		if (length == 0 || character_fault(character))
			return false;
	}
	return true;
}

bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool is_word_character(char c)
{
	return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-';
}

bool is_lower_hex_digit(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

char to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

int hex_digit_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

char character_narrow(uint32_t character)
{
	return character >= 0xff01 && character <= 0xff5e ? (char)(character - 0xff01 + '!') : '\0';
}

static bool is_encoded_byte(const char *text)
{
	for (int i = 1; i <= 2; i++)
		if (hex_digit_value(text[i]) < 0 || (text[i] >= 'a' && text[i] <= 'f'))
			return false;
	return true;
}

/* The byte that stands at *at, encoded or not; moves *at behind it. */
static char next_byte(const char *text, size_t *at)
{
	char byte = text[*at];

	if (byte != '%') {
		*at += 1;
		return byte;
	}
	byte = (char)(hex_digit_value(text[*at + 1]) << 4 | hex_digit_value(text[*at + 2]));
	*at += 3;
	return byte;
}

/*
 * Collects the bytes of one character, of which some may be encoded, and moves *at behind it.
 * Returns their number, or what percent_decode() returns.
 */
static int next_character(const char *text, size_t *at, char bytes[4], const char **ret_why)
{
	uint32_t character;
	int n = 0;

	while (n < 4 && text[*at] != '\0') {
		if (text[*at] == '%' && !is_encoded_byte(text + *at)) {
			*ret_why = "\"%\" and two upper-case hexadecimal digits (\"%25\" is \"%\")";
			return -EINVAL;
		}
		bytes[n++] = next_byte(text, at);
		if (utf8_decode(bytes, (size_t)n, &character) == (size_t)n) {
			*ret_why = character_fault(character);
			return *ret_why ? -EILSEQ : n;
		}
	}
	*ret_why = "percent-encoded UTF-8";
	return -EINVAL;
}

int percent_decode(
	const char *text, char *buffer, size_t size, size_t *ret_at, const char **ret_why)
{
	size_t used = 0;

	/* Twice: to see that all is well, then to write. */
	for (int pass = 0; pass < 2; pass++) {
		used = 0;
		for (size_t at = 0; text[at] != '\0';) {
			size_t start = at;
			char bytes[4];
			int n = next_character(text, &at, bytes, ret_why);

			if (n < 0) {
				*ret_at = start;
				return n;
			}
			if (pass == 1)
				memcpy(buffer + used, bytes, (size_t)n);
			used += (size_t)n;
		}
		if (used >= size)
			return -ENAMETOOLONG;
	}
	buffer[used] = '\0';
	return 0;
}

int percent_encode(const char *text, char *buffer, size_t size)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t used = 0;

	buffer[0] = '\0';
	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;
		bool is_plain = byte > ' ' && byte != 0x7f && !strchr("%;#", byte);
		size_t needed = is_plain || (byte == ' ' && used > 0 && text[1] != '\0') ? 1 : 3;

		if (used + needed >= size)
			return -ENAMETOOLONG;
		buffer[used] = (char)byte;
		if (needed == 3) {
			buffer[used] = '%';
			buffer[used + 1] = digits[byte >> 4];
			buffer[used + 2] = digits[byte & 15];
		}
		used += needed;
		buffer[used] = '\0';
	}
	return 0;
}
