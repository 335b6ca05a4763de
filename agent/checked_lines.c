#include "agent/checked_lines.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "policy/characters.h"

#define LAST_LINE "checksum "

int checksum_text(const char *bytes, size_t size, char ret[CHECKSUM_SIZE])
{
	uint8_t digest[SHA256_SIZE];

	if (EVP_Digest(bytes, size, digest, NULL, EVP_sha256(), NULL) != 1)
		return -EIO;
	sha256_text(digest, ret);
	return 0;
}

int checked_lines_close(char *text, size_t size, size_t *ret_size)
{
	char checksum[CHECKSUM_SIZE];
	int r = checksum_text(text, size, checksum);

	if (r < 0)
		return r;
	snprintf(text + size, CHECKSUM_LINE_SIZE + 1, LAST_LINE "%s\n", checksum);
	*ret_size = size + CHECKSUM_LINE_SIZE;
	return 0;
}

int checked_lines_open(const char *text, size_t size, const char **ret_end)
{
	char last[CHECKSUM_LINE_SIZE + 1];
	size_t end;
	int r;

	if (size < CHECKSUM_LINE_SIZE || strlen(text) != size)
		return -EBADMSG;
	end = size - CHECKSUM_LINE_SIZE;
	memcpy(last, LAST_LINE, strlen(LAST_LINE));
	r = checksum_text(text, end, last + strlen(LAST_LINE));
	if (r < 0)
		return r;
	last[CHECKSUM_LINE_SIZE - 1] = '\n';
	if (memcmp(text + end, last, CHECKSUM_LINE_SIZE) != 0)
		return -EBADMSG;
	*ret_end = text + end;
	return 0;
}

bool read_number(const char **text, uint64_t max, char end, uint64_t *ret)
{
	const char *next = *text;
	uint64_t value = 0;

	if (!is_digit(*next))
		return false;
	for (; is_digit(*next); next++) {
		uint64_t digit = (uint64_t)(*next - '0');

		if (value > (max - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (*next != end)
		return false;
	*text = next + 1;
	*ret = value;
	return true;
}

bool read_sha256(const char **text, char end, uint8_t ret[SHA256_SIZE])
{
	const char *next = *text;
	uint8_t sha256[SHA256_SIZE];

	for (size_t i = 0; i < SHA256_SIZE; i++, next += 2) {
		if (!is_lower_hex_digit(next[0]) || !is_lower_hex_digit(next[1]))
			return false;
		sha256[i] = (uint8_t)(hex_digit_value(next[0]) << 4 | hex_digit_value(next[1]));
	}
	if (*next != end)
		return false;
	memcpy(ret, sha256, SHA256_SIZE);
	*text = next + 1;
	return true;
}
