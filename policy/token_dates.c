#include "policy/token_dates.h"

bool token_dates_are_valid(const struct token_dates *dates)
{
	return dates->from_s >= 0 && dates->until_s >= 0 &&
	       (dates->until_s == 0 || dates->until_s > dates->from_s);
}

enum token_day token_dates_judge(
	const struct token_dates *dates, int64_t earliest_s, int64_t latest_s)
{
	if (!token_dates_are_valid(dates) || earliest_s < dates->from_s)
		return TOKEN_NOT_YET;
	if (dates->until_s != 0 && latest_s >= dates->until_s)
		return TOKEN_EXPIRED;
	return TOKEN_COUNTS;
}
