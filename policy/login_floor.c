#include "policy/login_floor.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/checksum.h"

size_t login_floor_encode(int64_t floor_s, char ret[LOGIN_FLOOR_SIZE])
{
	int size = snprintf(ret, LOGIN_FLOOR_SIZE, "%" PRId64 "\n", floor_s);

	size += snprintf(ret + size, LOGIN_FLOOR_SIZE - (size_t)size, "%08" PRIx32 "\n",
		checksum((const uint8_t *)ret, (size_t)size));
	return (size_t)size;
}

int login_floor_decode(const char *text, size_t size, int64_t *ret_s)
{
	char copy[LOGIN_FLOOR_SIZE], expected[LOGIN_FLOOR_SIZE];
	long long floor_s;

	if (size == 0 || size >= sizeof(copy))
		return -EBADMSG;
	memcpy(copy, text, size);
	copy[size] = '\0';
	floor_s = strtoll(copy, NULL, 10);
	/* Only what would be written for this number is believed. */
	if (floor_s < 0 || login_floor_encode(floor_s, expected) != size ||
		memcmp(text, expected, size) != 0)
		return -EBADMSG;
	*ret_s = floor_s;
	return 0;
}
