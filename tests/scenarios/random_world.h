/* What random events happen to: the core, some devices of each kind, policies, chance and time. */
#pragma once

#include "tests/scenarios/model.h"
#include "tests/scenarios/oracle.h"

#define WORLD_DEVICES  12
#define WORLD_POLICIES 7

struct world {
	unsigned long seed;
	uint64_t state; /* of chance */
	char *failure;
	size_t failure_size;
	unsigned step;

	struct core *core;
	uint64_t now_ms, wake_ms, next_id;
	int64_t clock_ms; /* trusted time less now_ms */
	struct policy *policies[WORLD_POLICIES];
	size_t policy;
	bool is_scanning, scan_wanted;
	size_t other_keyboards;

	struct model_device devices[WORLD_DEVICES];
	struct oracle oracles[WORLD_DEVICES];
	bool is_busy[WORLD_DEVICES];
	bool is_allow_recorded[WORLD_DEVICES]; /* the last word about it was no refusal */
	struct core_plan plans[WORLD_DEVICES];
};

/* The seed, and where a failure goes, are set; the rest is zero. */
void world_begin(struct world *world);
void world_end(struct world *world);

/* A number below that bound; the same everywhere for the same seed. */
unsigned long pick(struct world *world, unsigned long below);

/* The first complaint counts. */
void complain(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
