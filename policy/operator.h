/*
 * The change of operator at a counter PC, as `sekisho operator` asks for it and sekisho-operator
 * answers: names of both ends, what is asked, what is answered, and whether a policy has it. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/login_event.h"
#include "policy/login_rules.h"

#define OPERATOR_SERVICE "sekisho-operator" /* as [login] of a policy names it */
#define OPERATOR_SOCKET  "/run/sekisho-operator.socket"
#define OPERATOR_SEAT    "seat0"
/* An answer of sekisho-operator that sekishod sees later than this after the code was judged does
 * not count any more: nobody gets an operator whom he was told that he did not get. */
#define OPERATOR_FRESH_MS 3000

/* The agent's door, as agent/bus.h describes it. */
#define OPERATOR_BUS_NAME       "org.sekisho.Agent1"
#define OPERATOR_BUS_PATH       "/org/sekisho/Agent1"
#define OPERATOR_BUS_INTERFACE  "org.sekisho.Agent1"
#define OPERATOR_BUS_CHANGE     "ChangeOperator"
#define OPERATOR_BUS_NOT_SEATED "org.sekisho.Agent1.Error.NotSeated"

/* Whether a code makes an operator on terminals with these rules: where the policy names the
 * service, and does not switch it off. A rehearsal, a date or an exemption of [login] changes
 * nothing: nobody's number stands in a record without a code. */
bool operator_is_offered(const struct login_rules *rules);

#define OPERATOR_TYPED_MAX    255 /* bytes of each text */
#define OPERATOR_REQUEST_SIZE (2 * (OPERATOR_TYPED_MAX + 1))

/* Strings with a NUL behind each; both point into the bytes they were read from. */
struct operator_request {
	const char *user;
	const char *code; /* as typed, UTF-8; a secret */
};

/* Returns the size, or -EMSGSIZE where a text is too long. */
int operator_request_encode(
	const struct operator_request *request, char ret[OPERATOR_REQUEST_SIZE]);
/* 0 and *ret, or -EBADMSG: not these two and no more. */
int operator_request_decode(const char *bytes, size_t size, struct operator_request *ret);

/* Zero is no change. */
enum operator_outcome {
	OPERATOR_REFUSED = 0, /* reason says why, and for how long */
	OPERATOR_CHANGED,     /* sekishod has it */
	OPERATOR_NOT_SEATED,  /* whoever asks has not the session that is at the screen */
	OPERATOR_NO_AGENT,    /* nobody is there to put it into records: nothing was judged */
	OPERATOR_NOT_TAKEN,   /* sekishod could not keep or record it: nothing changed */
	OPERATOR_NO_ANSWER,   /* sekishod said nothing: ask it who the operator is */
	OPERATOR_OUTCOME_COUNT
};

struct operator_answer {
	enum operator_outcome outcome;
	enum login_reason reason;
	char reference[LOGIN_REFERENCE_SIZE]; /* empty: nothing was recorded */
	int64_t wait_s;
};

#define OPERATOR_ANSWER_SIZE 128

/* "OUTCOME REASON REFERENCE SECONDS" and LF; '-' is no reference. Returns the size. */
size_t operator_answer_encode(const struct operator_answer *answer, char ret[OPERATOR_ANSWER_SIZE]);
/* 0 and *ret, or -EBADMSG: anything but the whole of such an answer. */
int operator_answer_decode(const char *text, size_t size, struct operator_answer *ret);
