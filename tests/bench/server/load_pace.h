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

/* The first look of a terminal, in ms from the begin of the scenario: somewhere in the minute; all
 * terminals start within a minute; or, after half an hour without a server, when it is tried next.
 */
uint64_t load_first_ms(enum load_scenario scenario, uint64_t *seed);

/* Prints how many looks there are in each second, on paper: no failures, nobody waits. */
void load_print_curve(enum load_scenario scenario, unsigned n_terminals, unsigned seconds);
