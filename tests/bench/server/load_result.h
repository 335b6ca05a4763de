/*
 * What was counted in one process, and in all of them.
 */
#pragma once

#include "tests/bench/server/load_look.h"

#define LOAD_SECONDS_MAX 3600
#define LOAD_BUCKETS     64 /* of waits: each a quarter more than the one before, from 100 us */

struct load_result {
	struct load_counts counts;
	uint64_t looks, failures, waits[LOAD_BUCKETS], cpu_us;
	uint64_t served,
		last_served_us; /* terminals with a first look that went well; from the begin */
	uint32_t per_second[LOAD_SECONDS_MAX]; /* from the very begin on */
};

void load_result_wait(struct load_result *result, uint64_t us);
void load_result_count(struct load_result *result, const struct load_counts *counts);
void load_result_add(struct load_result *sum, const struct load_result *one);

/* One line "KEY VALUE" for each figure of so many seconds behind the warm-up. */
void load_result_print(const struct load_result *sum, unsigned warm, unsigned seconds);
