/* What there is to say of a terminal, in words for tables. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "policy/admin/fleet.h"

#define FLEET_REMARK_MAX 512

/* Those of flaws, with a comma between them, the worst first; empty where there are none. What
 * finds no room is left out. */
void fleet_remark(const struct fleet *fleet, const struct fleet_terminal *terminal, unsigned flaws,
	bool is_japanese, char ret[FLEET_REMARK_MAX]);

/* "42", "built-in", or "-" where nothing is known. */
#define FLEET_CELL_MAX 32
const char *fleet_cell_policy(const struct fleet_report *report, char ret[FLEET_CELL_MAX]);
/* Of the day that it is now; "-" where its last report is of another. */
const char *fleet_cell_blocked(
	const struct fleet *fleet, const struct fleet_report *report, char ret[FLEET_CELL_MAX]);

/* Figures of all of them. */
struct fleet_sum {
	size_t n, n_calm; /* without any flaw */
	size_t by_flaw[FLEET_FLAW_COUNT];
	size_t n_current; /* on the published policy */
	uint64_t blocked, exemptions;
};
void fleet_add_up(const struct fleet *fleet, struct fleet_sum *ret);
