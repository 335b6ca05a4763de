/* From when until when a token counts, at the desk: what --from and --until say, and words for it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/token_dates.h"

#define TOKEN_DATE_NONE       (-1) /* in what was said: no such date, whatever it was before */
#define TOKEN_PERIOD_TEXT_MAX 80

/*
 * Reads "2027-04-01", "2027-04-01T08:30:00+09:00" or "none". A day alone begins at its first second
 * and, where it is until, ends at its last, by a clock with that offset. EXIT_DONE, or EXIT_UNKNOWN
 * after complaining of the option.
 */
int token_date_take(const char *option, const char *text, int offset_minutes, int64_t *ret);

/*
 * Changes the dates of a user's token to what was said; what was not (0) stays. EXIT_DONE, or
 * EXIT_NO after complaining: the end lies in the past or before the beginning.
 */
int token_period_settle(const char *path, const char *user, const struct token_dates *said,
	int64_t now_s, struct token_dates *dates);

/* ", from 2027-04-01T00:00:00+09:00, until …"; nothing where there are no dates. */
void token_period_words(const struct token_dates *dates, char ret[TOKEN_PERIOD_TEXT_MAX]);
