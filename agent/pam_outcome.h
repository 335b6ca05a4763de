/*
 * What comes of an auth stack: the dispatch of Linux-PAM 1.5 (pam_dispatch.c), for one code of each
 * line, or for every code that each may return. Pure.
 */
#pragma once

#include <stdint.h>

#include "agent/pam_stack.h"

#define PAM_CODE_SET(code) (UINT32_C(1) << (code))
#define PAM_ANY_CODE       UINT32_MAX

/* What pam_authenticate() returns when handler i returns codes[i]. */
int pam_outcome(const struct pam_stack *stack, const int *codes);

/* A line that was called on a way through a stack. */
struct pam_step {
	unsigned handler;
	int code;
	unsigned next; /* the handler that was called next, or the stack's n */
};

struct pam_ways {
	bool gets_in;           /* some way ends in PAM_SUCCESS */
	struct pam_step *steps; /* of the first such way that was found */
	size_t n_steps;
	bool *reached; /* by handler: some way calls it */
};

/*
 * Looks through all ways where handler i may return any code of the set codes[i]. 0 and *ret, for
 * pam_ways_clear(); -E2BIG: there are too many; -ENOMEM.
 */
int pam_outcome_ways(const struct pam_stack *stack, const uint32_t *codes, struct pam_ways *ret);
/* For CLEANUP(). */
void pam_ways_clear(struct pam_ways *ways);
