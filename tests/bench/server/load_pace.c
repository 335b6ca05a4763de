#include "tests/bench/server/load_pace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/fetch_pace.h"
#include "policy/cleanup.h"

#define MINUTE_MS 60000
#define OUTAGE_MS (30 * MINUTE_MS)
/* sekisho-fetch begins so long after the kernel. */
#define STARTED_MS 10000

static const char *const names[] = {
	[LOAD_STEADY] = "steady", [LOAD_BOOT] = "boot", [LOAD_OUTAGE] = "outage"};

int load_scenario_from_name(const char *name, enum load_scenario *ret)
{
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0) {
			*ret = (enum load_scenario)i;
			return 0;
		}
	return -EINVAL;
}

uint32_t load_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 32);
}

/* Tried again and again until the half hour is over; what comes then is the first that answers. */
static uint64_t after_outage_ms(uint64_t *seed)
{
	uint64_t at_ms = load_random(seed) % MINUTE_MS;
	struct fetch_retry retry = {};

	while (at_ms < OUTAGE_MS) {
		fetch_retry_failed(&retry, FETCH_IDLE, 0, at_ms, load_random(seed));
		at_ms = retry.not_before_ms;
	}
	return at_ms - OUTAGE_MS;
}

uint64_t load_first_ms(enum load_scenario scenario, uint64_t *seed)
{
	uint64_t boot_ms;

	switch (scenario) {
	case LOAD_STEADY: return load_random(seed) % MINUTE_MS;
	case LOAD_BOOT:
		boot_ms = load_random(seed) % MINUTE_MS;
		return boot_ms + fetch_pace_first_ms(STARTED_MS, load_random(seed));
	case LOAD_OUTAGE: return after_outage_ms(seed);
	}
	return 0;
}

void load_print_curve(enum load_scenario scenario, unsigned n_terminals, unsigned seconds)
{
	CLEANUP(cleanup_free) unsigned *looks = calloc(seconds, sizeof(*looks));
	uint64_t seed = 1;

	for (unsigned i = 0; looks && i < n_terminals; i++) {
		uint64_t at_ms = load_first_ms(scenario, &seed);

		for (; at_ms / 1000 < seconds;
			at_ms += fetch_pace_wait_ms(FETCH_IDLE, load_random(&seed)))
			looks[at_ms / 1000]++;
	}
	for (unsigned i = 0; looks && i < seconds; i++)
		printf("%u %u\n", i, looks[i]);
}
