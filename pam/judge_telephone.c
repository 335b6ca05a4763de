#include "pam/judge_telephone.h"

#include <string.h>

#include "policy/check_digit.h"

/* Digits as many as a desk answers, on a day on which one was asked. Nobody knows the day whose
 * clock is lost. */
static bool is_answer(const struct judge_request *request)
{
	return request->phone && !request->lost_clock && request->typed->form == TYPED_RECOVERY &&
	       strspn(request->typed->symbols, "0123456789") == PHONE_CODE_DIGITS &&
	       phone_is_awaited(request->phone, request->user);
}

void judge_telephone_look(const struct judge_request *request)
{
	if (request->phone && !request->lost_clock)
		phone_end_of_other_days(request->phone, request->user);
}

int judge_telephone_uncharged(const struct judge_request *request, struct judge_answer *ret)
{
	int r = 0;

	if (is_answer(request) &&
		!check_digit_is_right(request->typed->symbols, PHONE_CODE_DIGITS)) {
		ret->reason = LOGIN_PHONE_MISTYPED;
		return 1;
	}
	if (request->typed->form != TYPED_PHONE || !request->phone)
		return 0;
	ret->reason = LOGIN_PHONE_OFF;
	if (!request->lost_clock)
		r = phone_show(request->phone, request->user, request->now_s, &ret->reason,
			&ret->shown, &ret->wait_s);
	return r < 0 ? r : 1;
}

int judge_telephone(const struct judge_request *request, enum login_reason *ret)
{
	return is_answer(request) ? phone_answer(request->phone, request->user, request->now_s,
					    request->typed->symbols, ret)
				  : 0;
}
