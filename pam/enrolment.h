/*
 * How far somebody has come who enrols by a ticket: whether the ticket still counts, and whether
 * the secret of the token may be shown to whom it is. Kept in bits of the record that are all set
 * where nobody knows what was remembered, so that damage ends an enrolment and never begins one.
 * Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pam/user_head.h"

/* Of login_state.recovery_spent, above the recovery codes. */
#define SPENT_TICKET    (1u << 10) /* it has let somebody in here, or never will */
#define SPENT_SECRET    (1u << 11) /* it is shown no more: a code of the token was right since */
#define SPENT_ENROLMENT (1u << 12) /* the recovery codes are shown no more, either */
#define SPENT_BY_TICKET (SPENT_TICKET | SPENT_SECRET | SPENT_ENROLMENT)

/* Zero refuses. */
enum enrolment {
	ENROLMENT_NONE = 0, /* there is no ticket */
	ENROLMENT_UNUSED,   /* a login by ticket has to come first */
	ENROLMENT_OVER,     /* the ticket's time has passed meanwhile */
	ENROLMENT_DONE,
	ENROLMENT_CODES,  /* two codes of the token, then the recovery codes */
	ENROLMENT_SECRET, /* the secret, and then these */
};

/* now_s: since 1970, the latest that it may be. */
enum enrolment enrolment_judge(const struct user_head *head, uint16_t spent, int64_t now_s);

/*
 * What is spent once a code of the token, or a recovery code, was right: whoever has the secret
 * from another terminal needs no ticket here, and whoever has it from here needs to see it no more.
 */
uint16_t enrolment_by_code(const struct user_head *head, uint16_t spent);

/*
 * What of the old record's bits holds for the new one, whose token has the same number: a ticket
 * that was used stays so, also where a list without it came between; another one was not used.
 */
uint16_t enrolment_carry(uint16_t spent, const struct user_head *old, const struct user_head *new);
