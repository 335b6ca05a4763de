#include "agent/fetch_pace.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "policy/characters.h"
#include "policy/value.h"

#define SPREAD_PERCENT 20
#define AFTER_BOOT_MS  120000
#define AFTER_START_MS 20000
#define UP_MS          600000
#define EVENT          "event "
#define DIGITS_MAX     20
#define COUNT(array)   (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *name;
	uint64_t wait_ms, wait_max_ms; /* in the mean, after failures */
	uint32_t retry_after_max_s;
} paces[] = {
	[FETCH_IDLE] = {"idle", 60000, 900000, FETCH_RETRY_AFTER_MAX_S},
	[FETCH_WAITING] = {"waiting", 2000, 15000, FETCH_RETRY_AFTER_HURRIED_MAX_S},
	[FETCH_ACTIVE] = {"active", 5000, 60000, FETCH_RETRY_AFTER_HURRIED_MAX_S},
};

/* --- what sekishod says --- */

/* "event 12\n" and nothing behind it. */
static bool parse_events(const char *text, size_t size, uint64_t *ret)
{
	char digits[DIGITS_MAX + 1];
	size_t before = strlen(EVENT), n;

	if (size <= before + 1 || memcmp(text, EVENT, before) != 0 || text[size - 1] != '\n')
		return false;
	n = size - before - 1;
	if (n > DIGITS_MAX)
		return false;
	memcpy(digits, text + before, n);
	digits[n] = '\0';
	return strlen(digits) == n && number_parse(digits, 0, UINT64_MAX, ret) == 0;
}

struct fetch_wish fetch_wish_parse(const char *text, size_t size)
{
	struct fetch_wish none = {};

	for (size_t i = 0; i < COUNT(paces); i++) {
		size_t length = strlen(paces[i].name) + 1;
		struct fetch_wish wish = {.pace = (enum fetch_pace)i};

		if (size < length || memcmp(text, paces[i].name, length - 1) != 0 ||
			text[length - 1] != '\n')
			continue;
		if (size > length && !parse_events(text + length, size - length, &wish.events))
			return none;
		return wish;
	}
	return none;
}

void fetch_wish_format(const struct fetch_wish *wish, char ret[FETCH_WISH_SIZE])
{
	snprintf(ret, FETCH_WISH_SIZE, "%s\n" EVENT "%" PRIu64 "\n", paces[wish->pace].name,
		wish->events);
}

bool fetch_wish_is_news(const struct fetch_wish *before, const struct fetch_wish *after)
{
	return after->events > before->events ||
	       (after->pace != before->pace && after->pace != FETCH_IDLE);
}

/* --- until the next look --- */

uint64_t fetch_pace_wait_ms(enum fetch_pace pace, uint32_t random)
{
	uint64_t spread = paces[pace].wait_ms * SPREAD_PERCENT / 100;

	return paces[pace].wait_ms - spread + random % (2 * spread + 1);
}

uint64_t fetch_pace_retry_ms(
	enum fetch_pace pace, unsigned n_failures, uint32_t retry_after_s, uint32_t random)
{
	uint64_t least = paces[pace].wait_ms, most = paces[pace].wait_max_ms, mean = least, asked;

	for (unsigned i = 0; i < n_failures && mean < most; i++)
		mean *= 2;
	if (mean > most)
		mean = most;
	if (retry_after_s > paces[pace].retry_after_max_s)
		retry_after_s = paces[pace].retry_after_max_s;
	asked = (uint64_t)retry_after_s * 1000;
	/* Chance comes last: what was cut to the longest wait is spread like all else. */
	if (asked > least)
		least = asked;
	if (mean < least)
		mean = least + least / 4;
	return least + random % (2 * (mean - least) + 1);
}

uint64_t fetch_pace_first_ms(uint64_t now_ms, uint32_t random)
{
	uint64_t first_ms = random % AFTER_BOOT_MS;

	return now_ms < AFTER_BOOT_MS && first_ms >= now_ms ? first_ms
							    : now_ms + random % AFTER_START_MS;
}

uint64_t fetch_pace_up_ms(uint32_t random)
{
	return random % (UP_MS + 1);
}

void fetch_retry_failed(struct fetch_retry *retry, enum fetch_pace pace, uint32_t retry_after_s,
	uint64_t now_ms, uint32_t random)
{
	retry->n_failures += retry->n_failures < UINT_MAX;
	retry->not_before_ms =
		now_ms + fetch_pace_retry_ms(pace, retry->n_failures, retry_after_s, random);
}
