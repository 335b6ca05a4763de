/*
 * How often somebody may guess. An attempt is charged before its code is judged, and refunded when
 * that was right: so guesses side by side are no more than one after the other. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What is remembered between attempts. */
struct attempts {
	uint16_t failures;      /* charged since the last right code or the last lock */
	uint16_t locks;         /* since the last right code */
	int64_t locked_until_s; /* since 1970; 0: not locked */
};

struct attempt_rules {
	uint16_t lock_after; /* so many wrong codes; 0 counts as 1 */
	uint32_t lock_for_s; /* the first lock; each further one is twice as long, up to a day */
};

/*
 * A lock that began when the clock was ahead ends no later than one that begins now. True when that
 * was so, and *attempts has to be kept.
 */
bool attempts_set_right(
	struct attempts *attempts, const struct attempt_rules *rules, int64_t now_s);

/* Seconds until the next attempt is judged; 0: now. */
int64_t attempts_wait_s(const struct attempts *attempts, int64_t now_s);

/* Counts one, as if its code were wrong: the last that is allowed locks at once. */
void attempts_charge(struct attempts *attempts, const struct attempt_rules *rules, int64_t now_s);

/* The code was right: nothing is held against the account any more. */
void attempts_forgive(struct attempts *attempts);
