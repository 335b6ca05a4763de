/*
 * How often somebody may guess at what a desk would answer: three codes for a challenge, and in 24
 * hours that the terminal has run five challenges of one person's and ten of all, so that nobody
 * uses up those of his colleagues. Time that it was off does not count, nor what any clock shows,
 * so neither a reboot nor a clock gives a guess back. Pure; the text of the file too.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/phone_code.h"
#include "policy/running_time.h"

#define PHONE_TRIES_MAX      3
#define PHONE_CHALLENGES_MAX 5  /* of one person */
#define PHONE_OF_ALL_MAX     10 /* of this file */
#define PHONE_REFILL_MS      (24 * 3600 * UINT64_C(1000))
#define PHONE_DESKS_ASKED    2 /* at most, for one exemption */
#define PHONE_ATTEMPTS_SIZE  1280
#define PHONE_ID_SIZE        11 /* of what is asked for: an exemption's id, or a day; and NUL */

/* All zeros: nothing was ever asked here. */
struct phone_attempts {
	struct running_time run; /* since it began to count */
	/* The last challenges, the newest last: run.ms when each was shown, and to whom. */
	uint64_t shown_ms[PHONE_OF_ALL_MAX];
	char shown_to[PHONE_OF_ALL_MAX][ACCOUNT_NAME_MAX + 1];
	unsigned n_shown;

	/* The one that waits for its answer. */
	char id[PHONE_ID_SIZE]; /* empty: none */
	char challenge[PHONE_CHALLENGE_DIGITS + 1];
	unsigned tries;    /* made */
	unsigned answered; /* bit i: the desk i of the request has agreed; of a login: any has */
	/* Of a login: what login_run.h had seen when it was shown. */
	uint64_t terminal_ms, days;
};

/* Counts the time up to now. */
void phone_attempts_run(struct phone_attempts *attempts, const char *boot_id, uint64_t boottime_ms);

/* Milliseconds of running until another challenge may be shown to that person; 0: now. */
uint64_t phone_attempts_wait_ms(const struct phone_attempts *attempts, const char *user);

/* Another challenge takes the place of the one that waits. False: not yet. */
bool phone_attempts_begin(
	struct phone_attempts *attempts, const char *user, const char *id, const char *challenge);

/* Codes that may still be tried for that one's challenge; 0 also where it is none that waits.
 */
unsigned phone_attempts_left(const struct phone_attempts *attempts, const char *id);

/* One try is made: to be durable before anything is compared. False: there is none left. */
bool phone_attempts_charge(struct phone_attempts *attempts, const char *id);

/* That one was right: the desk has agreed, and the try is given back. */
void phone_attempts_agree(struct phone_attempts *attempts, unsigned desk);

/* Nothing waits any more. */
void phone_attempts_end(struct phone_attempts *attempts);

/* The file's text into buffer, with a checksum. Returns its length. */
size_t phone_attempts_format(
	const struct phone_attempts *attempts, char buffer[PHONE_ATTEMPTS_SIZE]);

/* 0 and *ret, or -EBADMSG for what phone_attempts_format() has not written: then nothing may be
 * asked. */
int phone_attempts_parse(const char *text, size_t size, struct phone_attempts *ret);
