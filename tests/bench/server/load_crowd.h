/*
 * The terminals of one process: who looks when, and what is counted of it.
 */
#pragma once

#include "tests/bench/server/load_pace.h"
#include "tests/bench/server/load_result.h"

#define LOAD_PHASES_MAX 6

struct load {
	struct load_target target;
	const char *ca, *news, *identities;
	enum load_scenario scenario;
	unsigned n_terminals, n_certificates;
	unsigned warm, phases[LOAD_PHASES_MAX], n_phases; /* seconds */
	unsigned spread; /* seconds in which all connect for the first time; 0: the scenario's */
	unsigned hasten, every;
	bool draws_curve, is_plain;
};

/* Runs n of them, from number first on, through the warm-up and all phases; results: one for each
 * phase. 0, or 1 where there is not enough memory. */
int load_crowd_run(const struct load *load, unsigned first, unsigned n, uint64_t start_us,
	struct load_result *results);

/* CLOCK_MONOTONIC */
uint64_t load_now_us(void);
