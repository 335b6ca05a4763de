/*
 * A same-day code by telephone: a challenge is shown, a desk answers with ten digits, and these let
 * the person in until midnight, Japan's; for 24 hours that the terminal runs at most, and never
 * again once it has seen another day, whatever clock is set back. One small file a person, of the
 * helper's own account, written while the person's record is locked. Touches disk.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/login_event.h"
#include "policy/login_run.h"
#include "policy/phone_attempts.h"
#include "policy/phone_code.h"

#define LOGIN_PHONE_FOLDER "login-phone" /* below the state folder; 0700, the helper's own */

/* Folders, or negative errnos; borrowed. */
struct phone_place {
	int folder_fd;
	int secrets_fd; /* LOGIN_DESKS_FILE */
	const char *boot;
	uint64_t boottime_ms;
	struct login_run run; /* up to now, with today as the day */
};

/* What is to be read out. */
struct phone_shown {
	char challenge[PHONE_CHALLENGE_TEXT_SIZE]; /* with its check digit; empty: none */
	char terminal[TERMINAL_NAME_MAX + 1];
	char day[PHONE_DAY_SIZE];
};

/*
 * Shows a challenge for user and today; now_s is for the desks' keys. Any that was shown before is
 * void, and so is the code that came of it. 0 with *ret: PHONE_SHOWN and *ret_shown; PHONE_LATER
 * and *ret_wait_s, so long must the terminal run; PHONE_OFF. Or a negative errno: then nothing was
 * shown.
 */
int phone_show(const struct phone_place *place, const char *user, int64_t now_s,
	enum login_reason *ret, struct phone_shown *ret_shown, int64_t *ret_wait_s);

/*
 * Ends a challenge of this person that is not of today any more, durably: whatever was typed, and
 * whatever day a clock shows later. What cannot be written is found out again when it is answered.
 */
void phone_end_of_other_days(const struct phone_place *place, const char *user);

/* Whether digits (10 of them) may be an answer to a challenge of this person and today. */
bool phone_is_awaited(const struct phone_place *place, const char *user);

/*
 * Judges an answer: charged durably before it is compared, and given back where it is right.
 * PHONE_RIGHT, PHONE_MISTYPED (not charged), WRONG; PHONE_OFF where no key is there any more. 0
 * with *ret, or a negative errno: then nothing counts.
 */
int phone_answer(const struct phone_place *place, const char *user, int64_t now_s,
	const char *digits, enum login_reason *ret);
