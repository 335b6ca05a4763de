/*
 * From when until when somebody's token counts: the day of an appointment, the end of a post. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Seconds since 1970; 0: no such date. */
struct token_dates {
	int64_t from_s;  /* the first second */
	int64_t until_s; /* the first that is too late */
};

/* Zero refuses. */
enum token_day { TOKEN_NOT_YET = 0, TOKEN_EXPIRED, TOKEN_COUNTS };

/* Whether each is after the beginning of 1970 where it is there, and until after from. */
bool token_dates_are_valid(const struct token_dates *dates);

/*
 * Whether the token counts at every second from earliest_s to latest_s: one and the same where the
 * time is known.
 */
enum token_day token_dates_judge(
	const struct token_dates *dates, int64_t earliest_s, int64_t latest_s);
