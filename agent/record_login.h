/*
 * What records of logins and tokens say: which event a reason is, the sentence, and the members of
 * the line that agent/record.h describes. Pure.
 */
#pragma once

#include <stddef.h>

#include "agent/json.h"
#include "agent/record.h"
#include "policy/login_event.h"

#define CLASS_ACCOUNT_CHANGE 3001
#define CLASS_AUTHENTICATION 3002

/* The record that such a line of the spool becomes; LOGIN_FAILED for what nobody named. */
enum record_event record_login_event(enum login_reason reason);

/* CLASS_AUTHENTICATION or CLASS_ACCOUNT_CHANGE with its activity; 0: of another class. */
unsigned record_login_class(enum record_event event, unsigned *ret_activity_id);

/* As record_describe(): without record->login what happened, with it also to whom and why. */
int record_describe_login(const struct record *record, char *buffer, size_t size);

/* status_id to src_endpoint of the line; nothing for records of other classes. */
void record_put_authentication(struct json *json, const struct record *record);
/* unmapped.sekisho.login; nothing where there is none. */
void record_put_login(struct json *json, const struct record *record);
