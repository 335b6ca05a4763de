/*
 * Who was the operator at the screen when: what became of a login reaches sekishod later than it
 * happened. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/login_name.h"

#define OPERATOR_HISTORY_MAX 64

struct operator_moment {
	uint64_t boottime_ms;            /* from then on */
	char user[ACCOUNT_NAME_MAX + 1]; /* empty: nobody */
};

/* Zeroed: nothing is known. */
struct operator_history {
	struct operator_moment items[OPERATOR_HISTORY_MAX]; /* a ring */
	size_t next, n;
};

/* user: NULL for nobody. Times never go back. What says nothing new is not kept. */
void operator_history_add(struct operator_history *history, uint64_t boottime_ms, const char *user);

/* NULL: nobody, or so long ago that it is not known any more. */
const char *operator_history_at(const struct operator_history *history, uint64_t boottime_ms);
