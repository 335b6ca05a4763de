/* Codes that people copy from paper, against what a record says of them. Pure but for libcrypt. */
#pragma once

#include <stdint.h>

#include "pam/user_head.h"
#include "policy/login_event.h"

/* What the time may be, since 1970: one and the same where it is known. */
struct judge_time {
	int64_t earliest_s, latest_s;
};

/* right where the dates hold, else EXPIRED or NOT_YET, with the date that says so. */
enum login_reason judge_dates(const struct token_dates *dates, const struct judge_time *time,
	enum login_reason right, int64_t *ret_date_s);

/*
 * Both: 0 and *ret, or as code_hash_find() where nothing is found and not all could be compared.
 * What is right is spent in *spent (login_state.recovery_spent).
 */

/* RECOVERY_RIGHT with its number, from 1; USED; WRONG. A spent one is compared like the others. */
int judge_recovery_code(const struct user_head *head, const char *symbols, uint16_t *spent,
	enum login_reason *ret, unsigned *ret_number);

/* TEMPORARY_RIGHT, as often as it is typed; TEMPORARY_OVER with the date; WRONG. */
int judge_temporary(const struct user_head *head, const char *symbols,
	const struct judge_time *time, enum login_reason *ret, int64_t *ret_date_s);

/*
 * TICKET_RIGHT, TICKET_USED, TICKET_OVER with the date, WRONG. A ticket that comes before the
 * token's first day, or after its last, is right and not spent: nobody gets in by it, and whoever
 * comes a day early has no other.
 */
int judge_ticket(const struct user_head *head, const char *symbols, const struct judge_time *time,
	uint16_t *spent, enum login_reason *ret, int64_t *ret_date_s);
