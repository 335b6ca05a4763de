#include "pam/judge_paper.h"

#include <errno.h>

#include "pam/code_hash.h"
#include "pam/enrolment.h"

enum login_reason judge_dates(const struct token_dates *dates, const struct judge_time *time,
	enum login_reason right, int64_t *ret_date_s)
{
	switch (token_dates_judge(dates, time->earliest_s, time->latest_s)) {
	case TOKEN_COUNTS: return right;
	case TOKEN_EXPIRED: *ret_date_s = dates->until_s; return LOGIN_EXPIRED;
	case TOKEN_NOT_YET: break;
	}
	*ret_date_s = dates->from_s;
	return LOGIN_NOT_YET;
}

int judge_recovery_code(const struct user_head *head, const char *symbols, uint16_t *spent,
	enum login_reason *ret, unsigned *ret_number)
{
	int found = code_hash_find(symbols, head->recovery, head->n_recovery);

	if (found == -ENOENT) {
		*ret = LOGIN_WRONG;
		return 0;
	}
	if (found < 0)
		return found;
	*ret = *spent & 1u << found ? LOGIN_USED : LOGIN_RECOVERY_RIGHT;
	*ret_number = (unsigned)found + 1;
	*spent |= (uint16_t)(1u << found);
	return 0;
}

int judge_ticket(const struct user_head *head, const char *symbols, const struct judge_time *time,
	uint16_t *spent, enum login_reason *ret, int64_t *ret_date_s)
{
	const struct token_dates of_ticket = {.until_s = head->ticket.until_s};
	int64_t ignored_s;
	int found =
		code_hash_find(symbols, &head->ticket.hash, head->ticket.hash[0] != '\0' ? 1 : 0);

	if (found == -ENOENT) {
		*ret = LOGIN_WRONG;
		return 0;
	}
	if (found < 0)
		return found;
	if (*spent & SPENT_TICKET)
		*ret = LOGIN_TICKET_USED;
	else
		*ret = judge_dates(&of_ticket, time, LOGIN_TICKET_RIGHT, ret_date_s);
	if (*ret == LOGIN_EXPIRED)
		*ret = LOGIN_TICKET_OVER;
	if (*ret == LOGIN_TICKET_RIGHT &&
		judge_dates(&head->dates, time, *ret, &ignored_s) == LOGIN_TICKET_RIGHT)
		*spent |= SPENT_TICKET;
	return 0;
}

int judge_temporary(const struct user_head *head, const char *symbols,
	const struct judge_time *time, enum login_reason *ret, int64_t *ret_date_s)
{
	const struct token_dates day = {.until_s = head->temporary.until_s};
	int found = code_hash_find(
		symbols, &head->temporary.hash, head->temporary.hash[0] != '\0' ? 1 : 0);

	*ret = LOGIN_WRONG;
	if (found < 0)
		return found == -ENOENT ? 0 : found;
	*ret = judge_dates(&day, time, LOGIN_TEMPORARY_RIGHT, ret_date_s);
	if (*ret == LOGIN_EXPIRED)
		*ret = LOGIN_TEMPORARY_OVER;
	return 0;
}
