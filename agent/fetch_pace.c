#include "agent/fetch_pace.h"

#include <string.h>

#define SPREAD_PERCENT 20

static const struct {
	const char *name;
	uint64_t wait_ms;
} paces[] = {
	[FETCH_IDLE] = {"idle", 60000},
	[FETCH_WAITING] = {"waiting", 2000},
	[FETCH_ACTIVE] = {"active", 5000},
};

enum fetch_pace fetch_pace_parse(const char *text, size_t size)
{
	for (size_t i = 0; i < sizeof(paces) / sizeof(paces[0]); i++) {
		size_t length = strlen(paces[i].name);

		if (size == length + 1 && memcmp(text, paces[i].name, length) == 0 &&
			text[length] == '\n')
			return (enum fetch_pace)i;
	}
	return FETCH_IDLE;
}

const char *fetch_pace_name(enum fetch_pace pace)
{
	return paces[pace].name;
}

uint64_t fetch_pace_wait_ms(enum fetch_pace pace, uint32_t random)
{
	uint64_t spread = paces[pace].wait_ms * SPREAD_PERCENT / 100;

	return paces[pace].wait_ms - spread + random % (2 * spread + 1);
}
