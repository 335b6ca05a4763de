#include "policy/medium_text.h"

#include <errno.h>
#include <stdlib.h>
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

int medium_identity_compare(const struct medium_identity *a, const struct medium_identity *b)
{
	if (a->vendor != b->vendor)
		return a->vendor < b->vendor ? -1 : 1;
	if (a->product != b->product)
		return a->product < b->product ? -1 : 1;
	return strcmp(a->serial, b->serial);
}

int medium_compare(const struct medium *a, const struct medium *b)
{
	int order = strcmp(a->number, b->number);

	return order != 0 ? order : medium_identity_compare(&a->identity, &b->identity);
}

static int compare(const void *left, const void *right)
{
	const struct medium *const *a = left, *const *b = right;

	return medium_compare(*a, *b);
}

void media_sort(const struct medium **media, size_t n_media)
{
	qsort(media, n_media, sizeof(*media), compare);
}
