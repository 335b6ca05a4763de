/*
 * One attempt to log in with a code, in this order: the person's record is locked, read, the
 * attempt charged and made durable, the code judged, the result made durable, the lock given back.
 * So codes typed side by side count once, guesses side by side are all counted, and whoever is
 * killed on the way leaves a record that the next attempt goes on from. Touches disk.
 */
#pragma once

#include <stdint.h>

#include "pam/attempt.h"
#include "pam/code.h"

/* Why a login is refused; zero is the one that says least. */
enum judge_reason {
	JUDGE_FAULT = 0,    /* judge_answer.error says what */
	JUDGE_NOT_ENROLLED, /* there is no record of the person */
	JUDGE_NO_SECRET,    /* a record, but its secret was not opened at boot */
	JUDGE_BUSY,         /* another attempt held the record too long */
	JUDGE_DAMAGED,      /* the record cannot be believed */
	JUDGE_LOCKED,       /* too many wrong codes: judge_answer.wait_s */
	JUDGE_WRONG,
	JUDGE_USED,
	JUDGE_FAR, /* the first of two codes in a row */
	JUDGE_RIGHT,
};

struct judge_rules {
	struct attempt_rules attempts;
	struct code_window window;
	unsigned wait_ms; /* for the record, at most */
};

/* Folders, borrowed. */
struct judge_place {
	int records_fd; /* user_file.h */
	int secrets_fd; /* a file for each person: the bytes of the secret, opened at boot */
};

struct judge_answer {
	enum judge_reason reason;
	int error;      /* a negative errno with FAULT and DAMAGED */
	int64_t wait_s; /* LOCKED, or locked from now on: seconds until the next attempt */
	int32_t drift;  /* RIGHT, TOTP: steps that the token's clock is ahead */
};

/*
 * Judges the code that user typed. Whatever fails refuses, and what could not be made durable was
 * not judged. now_s: since 1970. Never fails: *ret says why.
 */
void judge(const struct judge_place *place, const struct judge_rules *rules, const char *user,
	const char *typed, int64_t now_s, struct judge_answer *ret);
