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
/* After the kernel, too: a greeter needs a while, and so do people. */
#define LOGIN_MS        20000
#define LOGIN_SPREAD_MS 100000

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

/* People who sit down then; not all do. */
static uint64_t login_ms(uint64_t boot_ms, uint64_t *seed)
{
	bool is_somebody_there = load_random(seed) % 5 > 0;
	uint64_t after_ms = LOGIN_MS + load_random(seed) % LOGIN_SPREAD_MS;

	return is_somebody_there ? boot_ms + after_ms : 0;
}

void load_first(enum load_scenario scenario, uint64_t *seed, struct load_first *ret)
{
	uint64_t boot_ms;

	*ret = (struct load_first){};
	switch (scenario) {
	case LOAD_STEADY: ret->look_ms = load_random(seed) % MINUTE_MS; break;
	case LOAD_BOOT:
		boot_ms = load_random(seed) % MINUTE_MS;
		ret->look_ms = boot_ms + fetch_pace_first_ms(STARTED_MS, load_random(seed));
		ret->login_ms = login_ms(boot_ms, seed);
		break;
	case LOAD_OUTAGE: ret->look_ms = after_outage_ms(seed); break;
	}
}

void load_print_curve(enum load_scenario scenario, unsigned n_terminals, unsigned seconds)
{
	CLEANUP(cleanup_free) unsigned *looks = calloc(seconds, sizeof(*looks));
	uint64_t seed = 1;

	for (unsigned i = 0; looks && i < n_terminals; i++) {
		struct load_first first;
		uint64_t at_ms;

		load_first(scenario, &seed, &first);
		if (first.login_ms > 0 && first.login_ms < first.look_ms)
			first.look_ms = first.login_ms;
		for (at_ms = first.look_ms; at_ms / 1000 < seconds;) {
			uint64_t next_ms =
				at_ms + fetch_pace_wait_ms(FETCH_IDLE, load_random(&seed));

			looks[at_ms / 1000]++;
			at_ms = first.login_ms > at_ms && first.login_ms < next_ms ? first.login_ms
										   : next_ms;
		}
	}
	for (unsigned i = 0; looks && i < seconds; i++)
		printf("%u %u\n", i, looks[i]);
}
