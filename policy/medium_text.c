#include "policy/medium_text.h"

#include <errno.h>
#include <string.h>

#include "policy/characters.h"

/* Whether a byte of a serial stands for itself. */
static bool is_plain(char c)
{
	return c > ' ' && c < 0x7f && c != '%' && c != ';' && c != '#';
}

int medium_serial_encode(const char *serial, char ret[MEDIUM_SERIAL_ENCODED_MAX + 1])
{
	static const char digits[] = "0123456789ABCDEF";
	size_t used = 0;

	for (; *serial != '\0'; serial++) {
		unsigned char byte = (unsigned char)*serial;
		size_t needed = is_plain(*serial) ? 1 : 3;

		if (used + needed > MEDIUM_SERIAL_ENCODED_MAX)
			return -ENAMETOOLONG;
		ret[used] = (char)byte;
		if (needed == 3) {
			ret[used] = '%';
			ret[used + 1] = digits[byte >> 4];
			ret[used + 2] = digits[byte & 15];
		}
		used += needed;
	}
	ret[used] = '\0';
	return 0;
}

int medium_serial_decode(const char *text, char ret[MEDIUM_SERIAL_MAX + 1])
{
	char again[MEDIUM_SERIAL_ENCODED_MAX + 1];
	const char *why;
	size_t at = 0;

	while (is_plain(text[at]))
		at++;
	if (at > 0 && at <= MEDIUM_SERIAL_ENCODED_MAX && text[at] == '\0') {
		memcpy(ret, text, at + 1);
		return 0;
	}
	if (text[0] == '\0' || percent_decode(text, ret, MEDIUM_SERIAL_MAX + 1, &at, &why) < 0)
		return -EINVAL;
	return medium_serial_encode(ret, again) == 0 && strcmp(again, text) == 0 ? 0 : -EINVAL;
}

const char *medium_number_fault(const char *number)
{
	size_t size = strlen(number);

	for (size_t i = 0; i < size; i++)
		if (!is_word_character(number[i]) && !(number[i] >= 'A' && number[i] <= 'Z') &&
			number[i] != '_' && number[i] != '.')
			return "a control number of letters a-z A-Z, digits and - _ . only";
	if (size < 1 || size > MEDIUM_NUMBER_MAX)
		return "a control number of 1 to 32 characters";
	return NULL;
}

const char *medium_serial_fault(const char *serial)
{
	char encoded[MEDIUM_SERIAL_ENCODED_MAX + 1], decoded[MEDIUM_SERIAL_MAX + 1];

	if (serial[0] == '\0')
		return "a serial: a medium without one cannot be told from others";
	if (medium_serial_encode(serial, encoded) < 0)
		return "a serial that fits into a line: 110 bytes";
	if (medium_serial_decode(encoded, decoded) < 0)
		return "a serial of visible characters";
	return NULL;
}

int usb_ids_parse(const char *text, size_t size, uint16_t *ret_vendor, uint16_t *ret_product)
{
	unsigned ids[2] = {0, 0};

	if (size != strlen("0951:1666") || text[4] != ':')
		return -EINVAL;
	for (size_t i = 0; i < size; i++) {
		if (i == 4)
			continue;
		if (!is_lower_hex_digit(text[i]))
			return -EINVAL;
		ids[i > 4] = ids[i > 4] << 4 | (unsigned)hex_digit_value(text[i]);
	}
	*ret_vendor = (uint16_t)ids[0];
	*ret_product = (uint16_t)ids[1];
	return 0;
}

int medium_compare(const struct medium *a, const struct medium *b)
{
	const struct medium_identity *left = &a->identity, *right = &b->identity;
	int order = strcmp(a->number, b->number);

	if (order == 0)
		order = (left->vendor > right->vendor) - (left->vendor < right->vendor);
	if (order == 0)
		order = (left->product > right->product) - (left->product < right->product);
	return order != 0 ? order : strcmp(left->serial, right->serial);
}
