/*
 * Moments and lengths of time as people write them in Japan: 2026-11-23 8:30, 令和8年11月23日(月)
 * 8時30分, 17:15; 30m, 8h, 1時間30分. Knows no clock.
 */
#pragma once

#include <stdint.h>

/* What a day without a time of day means. */
enum moment_edge { MOMENT_BEGINS = 0, MOMENT_ENDS };

/*
 * Reads a day with or without a time of day, by a clock with that offset; a time of day alone is
 * one of today (DAY_NONE: it cannot stand alone); or RFC 3339. A day alone is its first second or
 * its last; 24:00 is the last one, too. 0 and *ret, or -EINVAL.
 */
int moment_parse(
	const char *text, enum moment_edge edge, int32_t today, int offset_minutes, int64_t *ret);

/* "2026-11-23 08:30" by a clock with that offset. Returns ret. */
#define MOMENT_TEXT_SIZE 17
const char *moment_format(int64_t time_s, int offset_minutes, char ret[MOMENT_TEXT_SIZE]);

/* Reads a length of time from a minute to 31 days, in days, hours and minutes. 0 and *ret in
 * seconds, or -EINVAL. */
int moment_length_parse(const char *text, uint32_t *ret);
