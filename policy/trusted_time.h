/*
 * The time that ends things: the floor, or the real-time clock, whichever is later. Pure: the
 * clocks come in as arguments, and what is to be persisted comes out.
 *
 * The floor is the latest "issued" of a verified document plus the CLOCK_BOOTTIME run since. The
 * clock itself never becomes part of it: a clock ahead ends things early, and setting it right is
 * the whole cure. After a reboot the floor goes on from what was persisted last, so it may lag by
 * the time that the terminal was off; it never runs ahead.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/document.h"

/* A document's word counts as time only where the clock agrees within this: fresh. */
#define TRUSTED_TIME_AGREE_S (24 * 3600)

struct trusted_time {
	int64_t floor_s;   /* at the moment since_ms; 0: nothing is known yet */
	uint64_t since_ms; /* CLOCK_BOOTTIME of this boot */
	uint32_t epoch;    /* of the root it rests on */
	int64_t ceiling_s; /* the root's own not-after: no document lifts the floor past it */
};

/* What is persisted, each minute and after each lift. */
struct trusted_time_saved {
	int64_t floor_s;
	uint32_t epoch;
};

/*
 * At start. saved: what was persisted, zeros where there is none or it cannot be believed. A saved
 * floor of another epoch than the root's counts for nothing; the root's issued is the least.
 */
void trusted_time_begin(struct trusted_time *time, const struct trusted_time_saved *saved,
	const struct document_header *root, uint64_t boottime_ms);

/* A verified root, policy, fresh or exemption lifts the floor, never past the root's end.
 * fresh only where the clock agrees. A root of a new epoch sets the floor anew, lower too: the cure
 * for a floor that a stolen key has carried away. */
void trusted_time_take(struct trusted_time *time, const struct document_header *document,
	int64_t realtime_s, uint64_t boottime_ms);

/* Seconds since 1970-01-01 UTC. */
int64_t trusted_time_now(const struct trusted_time *time, int64_t realtime_s, uint64_t boottime_ms);
/* Only the floor: a clock that is far below it has a flat battery. */
int64_t trusted_time_floor(const struct trusted_time *time, uint64_t boottime_ms);

void trusted_time_save(
	const struct trusted_time *time, uint64_t boottime_ms, struct trusted_time_saved *ret);
