/* RFC 3339 dates with a time and an offset ↔ seconds since 1970-01-01 UTC, without any clock. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define MINUTE_S 60
#define HOUR_S   3600
#define DAY_S    86400
/* The offset in which times are shown to people whose clock is not known. */
#define JAPAN_MINUTES (9 * 60)

#define TIMESTAMP_SIZE 26 /* "2026-03-20T10:00:00+09:00" and NUL */

/*
 * Reads "2026-03-20T10:00:00+09:00" or "…Z": years 1970 to 9999, no fraction, no leap second,
 * offset up to 23:59. Returns 0 and *ret, or -EINVAL.
 */
int timestamp_parse(const char *text, int64_t *ret);

/* Which part is wrong of a text that timestamp_parse() refuses, in words ("that month has no such
 * day"); NULL where no part has the form of a date. */
const char *timestamp_fault(const char *text);

/* Writes the time as a clock with that offset from UTC shows it; "+00:00" becomes "Z". Times
 * outside the years 1970 to 9999 are written as the nearest one inside. */
void timestamp_format(int64_t time_s, int offset_minutes, char buffer[TIMESTAMP_SIZE]);
