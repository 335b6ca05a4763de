#include "pam/enrolment.h"

#include <string.h>

_Static_assert(RECOVERY_CODES_MAX == 10, "the bits above the recovery codes are free");

enum enrolment enrolment_judge(const struct user_head *head, uint16_t spent, int64_t now_s)
{
	if (head->ticket.hash[0] == '\0')
		return ENROLMENT_NONE;
	if (spent & SPENT_ENROLMENT)
		return ENROLMENT_DONE;
	if (!(spent & SPENT_TICKET))
		return ENROLMENT_UNUSED;
	if (spent & SPENT_SECRET)
		return ENROLMENT_CODES;
	return now_s < head->ticket.until_s ? ENROLMENT_SECRET : ENROLMENT_OVER;
}

uint16_t enrolment_by_code(const struct user_head *head, uint16_t spent)
{
	if (head->ticket.hash[0] == '\0')
		return spent;
	return (uint16_t)(spent | (spent & SPENT_TICKET ? SPENT_SECRET : SPENT_BY_TICKET));
}

uint16_t enrolment_carry(uint16_t spent, const struct user_head *old, const struct user_head *new)
{
	if (old->ticket.hash[0] != '\0' && new->ticket.hash[0] != '\0' &&
		strcmp(old->ticket.hash, new->ticket.hash) != 0)
		return 0;
	return spent & SPENT_BY_TICKET;
}
