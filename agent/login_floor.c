#include "agent/login_floor.h"

#include <inttypes.h>
#include <stdio.h>

#include "agent/store.h"
#include "policy/checksum.h"

int login_floor_write(int state_fd, int64_t floor_s)
{
	char text[48];
	int size = snprintf(text, sizeof(text), "%" PRId64 "\n", floor_s);

	size += snprintf(text + size, sizeof(text) - (size_t)size, "%08" PRIx32 "\n",
		checksum((const uint8_t *)text, (size_t)size));
	return store_write_public(state_fd, LOGIN_FLOOR_FILE, text, (size_t)size);
}
