/*
 * When simulated terminals look, by the agent's own functions: from a day like any other, from a
 * power cut, or from the end of an outage on.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* STEADY is zero. */
enum load_scenario { LOAD_STEADY = 0, LOAD_BOOT, LOAD_OUTAGE };

/* -EINVAL where there is none of that name: "steady", "boot", "outage". */
int load_scenario_from_name(const char *name, enum load_scenario *ret);

/* xorshift; a seed is any number but 0. */
uint32_t load_random(uint64_t *seed);

/* In ms from the begin of the scenario. */
struct load_first {
	uint64_t look_ms;
	uint64_t login_ms; /* the first login, which is worth a look at once; 0: nobody comes */
};

/* Of one terminal: somewhere in the minute; all terminals start within a minute, and at four of
 * five somebody logs in 20 to 120 s after its start; or, after half an hour without a server, when
 * it is tried next. */
void load_first(enum load_scenario scenario, uint64_t *seed, struct load_first *ret);

/* Prints how many looks there are in each second, on paper: no failures, nobody waits. */
void load_print_curve(enum load_scenario scenario, unsigned n_terminals, unsigned seconds);
