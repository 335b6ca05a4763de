/*
 * The last login of one person on this terminal, as bytes: LAST_LOGIN_SIZE of them, and behind
 * these one more for each wrong code since. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/login_event.h"

#define LAST_LOGIN_SIZE      256
#define LAST_LOGIN_WRONG_MAX 999 /* more are not counted */

struct last_login {
	int64_t time_s; /* since 1970; 0: the clock was lost */
	/* Printable ASCII without blanks; empty: the service did not say. */
	char service[LOGIN_EVENT_TEXT];
	char terminal[LOGIN_EVENT_TEXT]; /* PAM_TTY */
	char host[LOGIN_EVENT_TEXT];     /* PAM_RHOST */
};

/* Takes the three texts over, cut, and with '?' for what is no such character. */
void last_login_describe(
	struct last_login *login, const char *service, const char *terminal, const char *host);

void last_login_encode(const struct last_login *login, uint8_t ret[LAST_LOGIN_SIZE]);

/* 0 and *ret, or -EBADMSG: not one byte of it is believed. */
int last_login_decode(const uint8_t bytes[LAST_LOGIN_SIZE], struct last_login *ret);
