#include "policy/sha256_text.h"

#include <stdio.h>

void sha256_text(const uint8_t sha256[SHA256_SIZE], char ret[SHA256_TEXT_SIZE])
{
	for (size_t i = 0; i < SHA256_SIZE; i++)
		snprintf(ret + 2 * i, 3, "%02x", sha256[i]);
}

void sha256_groups(const uint8_t sha256[SHA256_SIZE], char ret[SHA256_GROUPS_SIZE])
{
	char digits[SHA256_TEXT_SIZE];

	sha256_text(sha256, digits);
	snprintf(ret, SHA256_GROUPS_SIZE, "%.16s %.16s %.16s %.16s", digits, digits + 16,
		digits + 32, digits + 48);
}
