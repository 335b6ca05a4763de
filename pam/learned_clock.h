/*
 * What time it is when a battery went flat: two codes in a row of one token tell, counted from the
 * start of the machine. Holds until it is started again. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"

#define LEARNED_CANDIDATES 8
#define LEARNED_SLOT_SIZE  512
#define LEARNED_SLOTS      2
#define BOOT_ID_TEXT_SIZE  37 /* of /proc/sys/kernel/random/boot_id, with a NUL */

/* The two codes may be so far apart. */
#define LEARNED_PAIR_S 600

struct learned_clock {
	uint64_t generation; /* one more at each write */
	/* What follows is about this start of the machine, and nothing at another. */
	char boot[BOOT_ID_TEXT_SIZE];
	bool has_offset;
	int64_t offset_s; /* seconds since 1970, less CLOCK_BOOTTIME */
	/* The first of two codes in a row: it may be of these steps. */
	char user[ACCOUNT_NAME_MAX + 1];
	int64_t first_at_s; /* CLOCK_BOOTTIME */
	uint64_t steps[LEARNED_CANDIDATES];
	size_t n_steps;
};

/* One code that was looked for in the days after the floor. */
struct far_code {
	const char *boot;
	int64_t boottime_s;
	const char *user;
	uint16_t period_s;
	int32_t drift; /* steps that the token's clock is known to be ahead */
	const uint64_t *steps;
	size_t n_steps; /* 0: no step shows it */
};

enum far_verdict {
	FAR_WRONG = 0,
	FAR_FIRST, /* the next one may tell the time */
	FAR_LEARNED,
};

/*
 * Takes one code. A second one tells the time when just one of its steps fits one of the first by
 * the time that went by. Every other code makes it the first, or forgets the person's first when it
 * is none. *ret_step with LEARNED: what was typed.
 */
enum far_verdict learned_clock_take(
	struct learned_clock *clock, const struct far_code *code, uint64_t *ret_step);

enum login_time {
	LOGIN_TIME_UNKNOWN = 0, /* the floor is all that is known */
	LOGIN_TIME_REAL,
	LOGIN_TIME_LEARNED,
};

/*
 * What time it is for codes: the real-time clock's, unless that is before the floor; then what was
 * learned since the machine was started. *ret_now_s is never before the floor.
 */
enum login_time learned_clock_now(const struct learned_clock *clock, const char *boot,
	int64_t boottime_s, int64_t real_s, int64_t floor_s, int64_t *ret_now_s);

void learned_clock_encode(const struct learned_clock *clock, uint8_t ret[LEARNED_SLOT_SIZE]);
/* 0 and *ret, or -EBADMSG: not one byte of it is believed. */
int learned_clock_decode(const uint8_t bytes[LEARNED_SLOT_SIZE], struct learned_clock *ret);

/*
 * The newer one of two slots and the slot to write to next. Where none can be read nothing was
 * learned: nobody gets in by that.
 */
void learned_clock_find(const uint8_t bytes[LEARNED_SLOTS][LEARNED_SLOT_SIZE],
	struct learned_clock *ret, unsigned *ret_next);
