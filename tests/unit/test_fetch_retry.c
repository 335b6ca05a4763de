#include "tests/unit/fixture.h"

#include <limits.h>

#include "agent/fetch_pace.h"

/* Any 32 bits, the same in each run. */
static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 32);
}

static void after_failures_it_asks_less_and_less(void **state)
{
	static const struct {
		enum fetch_pace pace;
		unsigned n;
		uint32_t retry_after_s;
		uint64_t least_ms, most_ms;
	} rows[] = {
		{FETCH_IDLE, 1, 0, 60000, 180000},
		{FETCH_IDLE, 2, 0, 60000, 420000},
		{FETCH_IDLE, 3, 0, 60000, 900000},
		{FETCH_IDLE, 4, 0, 60000, 1740000}, /* 15 minutes in the mean, */
		{FETCH_IDLE, 5, 0, 60000, 1740000}, /* and no more. */
		{FETCH_IDLE, UINT32_MAX, 0, 60000, 1740000},
		{FETCH_WAITING, 1, 0, 2000, 6000},
		{FETCH_WAITING, 9, 0, 2000, 28000},
		{FETCH_ACTIVE, 9, 0, 5000, 115000},
		{FETCH_IDLE, 1, 30, 60000, 180000},
		{FETCH_IDLE, 1, 600, 600000, 900000},
		{FETCH_IDLE, 9, 600, 600000, 1200000},
		{FETCH_IDLE, 1, 86400, 3600000, 5400000},
		{FETCH_WAITING, 1, 86400, 60000, 90000},
	};
	uint64_t seed = 1;

	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t least = UINT64_MAX, most = 0, span = rows[i].most_ms - rows[i].least_ms;

		for (unsigned tries = 0; tries < 20000; tries++) {
			uint64_t wait = fetch_pace_retry_ms(
				rows[i].pace, rows[i].n, rows[i].retry_after_s, next_random(&seed));

			least = wait < least ? wait : least;
			most = wait > most ? wait : most;
		}
		if (least < rows[i].least_ms || most > rows[i].most_ms ||
			least > rows[i].least_ms + span / 100 ||
			most < rows[i].most_ms - span / 100)
			fail_msg("row %zu: %llu to %llu", i, (unsigned long long)least,
				(unsigned long long)most);
	}
}

static void a_failure_never_makes_it_ask_sooner(void **state)
{
	static const enum fetch_pace paces[] = {FETCH_IDLE, FETCH_WAITING, FETCH_ACTIVE};
	uint64_t seed = 2;

	for (unsigned i = 0; i < 100000; i++) {
		enum fetch_pace pace = paces[i % COUNT(paces)];
		uint64_t wait = fetch_pace_retry_ms(pace, 1 + i % 12, 0, next_random(&seed));

		/* The shortest without one is a fifth less than the mean. */
		assert_true(wait >= fetch_pace_wait_ms(pace, 0) * 5 / 4);
	}
}

/* 100,000 terminals lose a server for half an hour: no second of its return has more of them than
 * three times what it has on any other day. */
static void a_server_that_returns_is_not_overrun(void **state)
{
	enum { TERMINALS = 100000, OUTAGE_MS = 1800000, HOURS_MS = 2 * 3600000 };
	static unsigned seconds[HOURS_MS / 1000 + 1];
	uint64_t seed = 3;
	unsigned most = 0, back = 0;

	for (unsigned i = 0; i < TERMINALS; i++) {
		uint64_t at = next_random(&seed) % 60000;
		unsigned n = 0;

		while (at < OUTAGE_MS)
			at += fetch_pace_retry_ms(FETCH_IDLE, ++n, 0, next_random(&seed));
		back += at < OUTAGE_MS + 1800000;
		for (; at < HOURS_MS; at += fetch_pace_wait_ms(FETCH_IDLE, next_random(&seed)))
			seconds[at / 1000]++;
	}
	for (size_t i = OUTAGE_MS / 1000; i < HOURS_MS / 1000; i++)
		most = seconds[i] > most ? seconds[i] : most;
	assert_true(most < 3 * TERMINALS / 60);
	assert_int_equal(back, TERMINALS);
}

static void a_power_cut_does_not_bring_all_at_once(void **state)
{
	unsigned seconds[141] = {0}, most = 0;
	uint64_t seed = 4;

	for (unsigned i = 0; i < 120000; i++) {
		uint64_t started = 10000 + next_random(&seed) % 10000;
		uint64_t first = fetch_pace_first_ms(started, next_random(&seed));

		assert_in_range(first, started, 120000);
		seconds[first / 1000]++;
	}
	for (size_t i = 0; i < COUNT(seconds); i++)
		most = seconds[i] > most ? seconds[i] : most;
	assert_true(most < 2500);
	/* Started anew later: within 20 s. */
	for (unsigned i = 0; i < 1000; i++)
		assert_in_range(fetch_pace_first_ms(900000, next_random(&seed)), 900000, 919999);
}

static void what_fails_is_tried_when_it_says_so(void **state)
{
	struct fetch_retry retry = {};

	fetch_retry_failed(&retry, FETCH_IDLE, 0, 1000, 0);
	assert_int_equal(retry.n_failures, 1);
	assert_int_equal(retry.not_before_ms, 61000);
	fetch_retry_failed(&retry, FETCH_IDLE, 0, 61000, UINT32_MAX);
	assert_int_equal(retry.n_failures, 2);
	assert_in_range(retry.not_before_ms, 121000, 481000);
	retry.n_failures = UINT_MAX;
	fetch_retry_failed(&retry, FETCH_IDLE, 0, 0, 0);
	assert_true(retry.n_failures == UINT_MAX);
	assert_int_equal(fetch_pace_up_ms(0), 0);
	assert_in_range(fetch_pace_up_ms(UINT32_MAX), 0, 600000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(after_failures_it_asks_less_and_less),
		cmocka_unit_test(a_failure_never_makes_it_ask_sooner),
		cmocka_unit_test(a_server_that_returns_is_not_overrun),
		cmocka_unit_test(a_power_cut_does_not_bring_all_at_once),
		cmocka_unit_test(what_fails_is_tried_when_it_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
