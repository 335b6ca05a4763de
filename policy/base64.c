#include "policy/base64.h"

#include <errno.h>
#include <string.h>

#define SHA256_BYTES        32
#define SHA256_BASE64_CHARS 43 /* without the padding */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int value_of(char c)
{
	const char *found = c != '\0' ? strchr(alphabet, c) : NULL;

	return found ? (int)(found - alphabet) : -1;
}

/* Decodes four characters, of which the last padding are "=". Returns the bytes or -EINVAL. */
static int decode_group(const char group[4], int padding, uint8_t bytes[3])
{
	uint32_t bits = 0;

	for (int i = 0; i < 4 - padding; i++) {
		int value = value_of(group[i]);

		if (value < 0)
			return -EINVAL;
		bits |= (uint32_t)value << (18 - 6 * i);
	}
	for (int i = 4 - padding; i < 4; i++)
		if (group[i] != '=')
			return -EINVAL;
	for (int i = 0; i < 3; i++)
		bytes[i] = (uint8_t)(bits >> (16 - 8 * i));
	/* Bits that no byte holds must be 0. */
	for (int i = 3 - padding; i < 3; i++)
		if (bytes[i] != 0)
			return -EINVAL;
	return 3 - padding;
}

int base64_decode(
	const char *text, size_t size, uint8_t *buffer, size_t buffer_size, size_t *ret_size)
{
	size_t used = 0;

	if (size % 4 != 0)
		return -EINVAL;
	for (size_t at = 0; at < size; at += 4) {
		int padding = 0, n;
		uint8_t bytes[3];

		if (at + 4 == size)
			padding = text[at + 3] != '=' ? 0 : text[at + 2] != '=' ? 1 : 2;
		n = decode_group(text + at, padding, bytes);
		if (n < 0)
			return n;
		if ((size_t)n > buffer_size - used)
			return -ENOBUFS;
		memcpy(buffer + used, bytes, (size_t)n);
		used += (size_t)n;
	}
	*ret_size = used;
	return 0;
}

void base64_encode(const uint8_t *bytes, size_t size, char *buffer)
{
	for (size_t at = 0; at < size; at += 3) {
		size_t n = size - at < 3 ? size - at : 3;
		uint32_t bits = 0;

		for (size_t i = 0; i < 3; i++)
			bits = bits << 8 | (i < n ? bytes[at + i] : 0);
		for (size_t i = 0; i < 4; i++)
			*buffer++ = i <= n ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
	}
	*buffer = '\0';
}

int base64_decode_sha256(const char *text, uint8_t ret[SHA256_BYTES])
{
	char padded[SHA256_BASE64_CHARS + 1];
	uint8_t bytes[SHA256_BYTES];
	size_t size;

	if (strlen(text) != SHA256_BASE64_CHARS)
		return -EINVAL;
	memcpy(padded, text, SHA256_BASE64_CHARS);
	padded[SHA256_BASE64_CHARS] = '=';
	if (base64_decode(padded, sizeof(padded), bytes, sizeof(bytes), &size) < 0 ||
		size != sizeof(bytes))
		return -EINVAL;
	memcpy(ret, bytes, sizeof(bytes));
	return 0;
}

bool base64_is_sha256(const char *text)
{
	uint8_t ignored[SHA256_BYTES];

	return base64_decode_sha256(text, ignored) == 0;
}
