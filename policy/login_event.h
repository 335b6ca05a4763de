/*
 * What became of a login, or of somebody's token: one line of the spool that sekisho-verify writes
 * and sekishod reads into its records. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"

/* Below /var/lib/sekisho: the folder is _sekisho-otp's with the group root, 2770; the file's group
 * is root, 0660. */
#define LOGIN_SPOOL_FOLDER "login-spool"
#define LOGIN_SPOOL_FILE   "spool" /* of what root asked */
/* And of what others asked about themselves, with the uid behind: a file that somebody's own helper
 * holds, stopped by whatever means, keeps nobody else waiting. */
#define LOGIN_SPOOL_OWN "own-"

/* Zero is the one that says least. Up to LOGIN_RIGHT a login was refused. */
enum login_reason {
	LOGIN_FAULT = 0,    /* error says what */
	LOGIN_NOT_OWN,      /* somebody who is not root asked for somebody else */
	LOGIN_NOT_ASKED,    /* the stack has no line that asks, or the service could not ask */
	LOGIN_NOT_ENROLLED, /* there is no record of the person */
	LOGIN_NO_SECRET,    /* a record, but its secret could not be opened at boot */
	LOGIN_METHOD,       /* policy does not let tokens of this kind in */
	LOGIN_BUSY,         /* another attempt held the record too long */
	LOGIN_DAMAGED,      /* the record cannot be believed */
	LOGIN_LOCKED,       /* too many wrong codes: wait_s */
	LOGIN_WRONG,
	LOGIN_USED,
	LOGIN_FAR,             /* the first of two codes in a row */
	LOGIN_NOT_YET,         /* a right code, before the first day of the token */
	LOGIN_EXPIRED,         /* a right code, after its last */
	LOGIN_OPERATOR_OFF,    /* the policy has no change of operator here */
	LOGIN_TICKET_USED,     /* a ticket of the desk, right once */
	LOGIN_TICKET_OVER,     /* a right ticket, after its last day */
	LOGIN_TEMPORARY_OVER,  /* a same-day code, after its day */
	LOGIN_PHONE_SHOWN,     /* a challenge, to be read out to a desk */
	LOGIN_PHONE_LATER,     /* there were too many of them: wait_s of running */
	LOGIN_PHONE_MISTYPED,  /* of what a desk answered: costs no try */
	LOGIN_PHONE_OFF,       /* no desk lets anybody in here, or nobody knows the day */
	LOGIN_RIGHT,           /* number: the step or counter behind that of the code */
	LOGIN_RECOVERY_RIGHT,  /* number: which of the recovery codes */
	LOGIN_ENVELOPE_RIGHT,  /* number: which of the sealed envelopes */
	LOGIN_TICKET_RIGHT,    /* the first login of a person who has yet to enrol */
	LOGIN_TEMPORARY_RIGHT, /* a same-day code of the tokens document */
	LOGIN_PHONE_RIGHT,     /* for the rest of the day: what a desk answered */
	LOGIN_EXEMPT,          /* by policy */
	LOGIN_REHEARSED,       /* let in unasked: it would have been asked */
	LOGIN_NOT_REQUIRED,    /* no record is made of it: by policy, or no policy was ever seen */
	/* No logins: done by sekisho-unseal or sekisho-enrol to a person's token, or seen there. */
	LOGIN_TOKEN_INSTALLED,
	LOGIN_TOKEN_RESET,
	LOGIN_TOKEN_UNLOCKED, /* wrong codes and locks alone are forgotten */
	LOGIN_TOKEN_RETIRED,
	LOGIN_SECRET_UNREADABLE, /* of one token */
	LOGIN_KEY_LOST,          /* the terminal's key cannot be opened: nobody's code counts */
	LOGIN_KEY_MADE,
	LOGIN_ENVELOPE_MADE, /* by root at the console */
	LOGIN_SECRET_SHOWN,  /* at the terminal, to whose it is, after a login by ticket */
	LOGIN_ENROLLED,      /* two codes of it were right */
	LOGIN_RULES_LOST,    /* a policy was there and its rules cannot be read: the strict ones */
	/* No login either: the session went on. */
	LOGIN_OPERATOR_RIGHT, /* a right code made somebody the operator; number as of LOGIN_RIGHT
			       */
	LOGIN_OPERATOR_ENDED,
	LOGIN_REASON_COUNT
};

/* "wrong-code", …: the stable word; NULL out of range. */
const char *login_reason_name(enum login_reason reason);
int login_reason_from_name(const char *name, enum login_reason *ret);
bool login_reason_lets_in(enum login_reason reason);
/* Whether it speaks of a login. */
bool login_reason_is_login(enum login_reason reason);

#define LOGIN_REFERENCE_SIZE 9 /* 8 of CODE_ALPHABET */
#define LOGIN_EVENT_TEXT     64

struct login_event {
	enum login_reason reason;
	char reference[LOGIN_REFERENCE_SIZE]; /* what the screen showed; empty: nothing */
	int64_t realtime_ms;
	uint64_t boottime_ms;
	char user[LOGIN_EVENT_TEXT], service[LOGIN_EVENT_TEXT];
	char terminal[LOGIN_EVENT_TEXT]; /* PAM_TTY, as the service says */
	char host[LOGIN_EVENT_TEXT];     /* PAM_RHOST */
	char token[LOGIN_EVENT_TEXT];    /* its serial number */
	uint32_t caller;                 /* the uid who asked */
	int32_t drift;                   /* steps that the token's clock is ahead */
	int64_t wait_s;
	uint32_t number;
	int error; /* positive errno, 0: none */
};

#define LOGIN_EVENT_SIZE 1024 /* of a line, with its LF, at most */

/* Writes a line. Characters that are not printable ASCII become '?'. Returns its size. */
size_t login_event_encode(const struct login_event *event, char ret[LOGIN_EVENT_SIZE]);
/* One line without its LF. 0 and *ret, or -EBADMSG: another form, or its checksum is wrong. */
int login_event_decode(const char *line, size_t size, struct login_event *ret);
