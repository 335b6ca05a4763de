/*
 * Who sits where, for the sekishod of daemon.h: a bus of its own, logind on it, which tells names,
 * and what logind's files say (fake_seat.c). Every failure ends the test.
 */
#pragma once

#include <stdbool.h>
#include <systemd/sd-bus.h>

/* For cmocka, after daemon_setup() and before daemon_teardown(). */
int people_setup(void);
void people_teardown(void);

/* A session of the account of this process, under that name; at the screen. */
void people_sit_down(const char *session, const char *name);
/* Somebody else's session is at the screen; the first one goes on. */
void people_switch(const char *session);
/* So many sessions of the account of this process that came by ssh. */
void people_come_by_ssh(unsigned n);
void people_log_out(const char *session);
/* Programs of this process are of that session; NULL: of none. */
void people_call_from(const char *session);

/* Calls sekishod: a method with a form, of pairs that NULL ends. "" or the last part of the error's
 * name; *ret_text is valid until the next call: the first text of the answer, or of the error. */
const char *people_ask(const char *method, const char *const form[][2], const char **ret_text);
/* With texts; NULL ends them. */
const char *people_wish(const char *method, const char *const *texts, const char **ret_text);
/* EjectMedium. */
const char *people_eject(const char *id, bool keep);
/* A member of a row of ListExemptions that is a text, of the row with that number; "" where there
 * is none. */
const char *people_list(const char *id, const char *member);
