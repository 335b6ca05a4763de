/*
 * One attempt to log in with a code, in this order: the person's record is locked, read, the
 * attempt charged and made durable, the code judged, the result made durable, the lock given back.
 * So codes typed side by side count once, guesses side by side are all counted, and whoever is
 * killed on the way leaves a record that the next attempt goes on from. Touches disk.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pam/attempt.h"
#include "pam/code.h"
#include "pam/judge_phone.h"
#include "pam/typed.h"
#include "pam/user_file.h"
#include "policy/login_event.h"

struct judge_rules {
	struct attempt_rules attempts;
	struct code_window steps;  /* for TOTP */
	struct code_window counts; /* for HOTP */
	unsigned methods;          /* LOGIN_METHOD_… */
	unsigned wait_ms;          /* for the record, at most */
};

/* Folders, borrowed; or the negative errno that opening one gave. */
struct judge_place {
	int state_fd;   /* login_clock.h */
	int records_fd; /* user_file.h */
	int secrets_fd; /* a file for each person: the bytes of the secret, opened at boot */
};

/* A clock that is before the floor of trusted time: a flat battery. */
struct judge_lost_clock {
	int64_t floor_s;    /* since 1970 */
	bool is_learned;    /* now_s is what two codes in a row taught, not the floor */
	int64_t boottime_s; /* CLOCK_BOOTTIME */
	const char *boot;   /* login_clock_boot() */
};

struct judge_request {
	const char *user;
	const struct typed *typed; /* a code, recovery code or ticket; else it is wrong */
	bool is_own; /* not root asks: attempts of these have a budget of their own, and hold
		      * no file that others need */
	/* NULL: the attempt is charged to the person's record. Else to this one, which is kept
	 * nowhere: the caller has charged one of his own. */
	struct attempts *budget;
	int64_t now_s; /* since 1970; the best that is known */
	/* NULL: the clock is believed. Else a code of the days after the floor is looked for. */
	const struct judge_lost_clock *lost_clock;
	const struct phone_place *phone; /* NULL: nobody is let in by telephone here */
};

struct judge_answer {
	enum login_reason reason;
	int error;       /* a negative errno with FAULT and DAMAGED */
	int64_t wait_s;  /* PHONE_LATER; LOCKED, or locked from now on: seconds until the next
			    attempt */
	int64_t date_s;  /* NOT_YET, EXPIRED, TICKET_OVER: since 1970, the date that says so */
	int32_t drift;   /* RIGHT, TOTP: steps that the token's clock is ahead */
	unsigned number; /* RECOVERY_RIGHT: which one, from 1; RIGHT: the step or counter behind its
			    own */
	char token[TOKEN_SERIAL_SIZE]; /* its number, where a record was read */
	struct phone_shown shown;      /* PHONE_SHOWN */
};

/*
 * Judges what was typed. Whatever fails refuses, and what could not be made durable was not judged.
 * Somebody without a record is judged against USER_FILE_DECOY, so that it takes the same time, and
 * refused. Never fails: *ret says why.
 *
 * A code outside of the token's dates is judged like any other, so that it takes the same time and
 * a guess costs what a guess costs; only then a right one is refused. It is used, and costs no try.
 * Where the clock is lost and no code has told the time, the date has to hold for all of the days
 * in which it may be: nobody gains by a battery that is taken out, and nobody is locked out by one.
 */
void judge(const struct judge_place *place, const struct judge_rules *rules,
	const struct judge_request *request, struct judge_answer *ret);
