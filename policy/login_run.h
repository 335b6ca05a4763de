/*
 * What sekishod saw of the terminal's time, for sekisho-verify, which sees it at logins alone: how
 * long it has run, and how often its day was another than before. A code for one day is not to come
 * back with a clock that is set back, on a terminal to which no document proves the time.
 *
 * No day is kept as the highest: a clock that was once years ahead would end every code for years.
 * A file of two lines, with its checksum(). Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/phone_code.h"
#include "policy/running_time.h"

#define LOGIN_RUN_FILE "login-run" /* below /var/lib/sekisho, of root, readable by all */
#define LOGIN_RUN_SIZE 160         /* the most that it takes, with its NUL */

/* All zeros: nothing was seen yet. */
struct login_run {
	struct running_time run;
	char day[PHONE_DAY_SIZE]; /* seen last; empty: none */
	uint64_t days;            /* so often did another day follow on one */
};

/* The day of that time in Japan. */
void login_run_day(int64_t now_s, char ret[PHONE_DAY_SIZE]);

/* The clock is believed, and shows that day. */
void login_run_see(struct login_run *run, const char *day);

/* The text into ret. Its length, without the NUL. */
size_t login_run_encode(const struct login_run *run, char ret[LOGIN_RUN_SIZE]);
/* 0 and *ret, or -EBADMSG for what login_run_encode() has not written. */
int login_run_decode(const char *text, size_t size, struct login_run *ret);
