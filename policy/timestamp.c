#include "policy/timestamp.h"

#include <errno.h>
#include <stdbool.h>

#include "policy/characters.h"

#define YEAR_MIN    1970
#define YEAR_MAX    9999
#define TIME_MAX_S  253402300799 /* 9999-12-31T23:59:59Z */
#define CYCLE_YEARS 400          /* the Gregorian calendar repeats */
#define CYCLE_DAYS  146097
#define EPOCH_DAYS  719162 /* from 0001-01-01 to 1970-01-01 */

static bool is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int64_t year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 1970-01-01 to January 1st of year. */
static int64_t year_start(int64_t year)
{
	int64_t before = year - 1;

	return before * 365 + before / 4 - before / 100 + before / 400 - EPOCH_DAYS;
}

static int64_t days_of(int64_t year, int month, int day)
{
	int64_t days = year_start(year) + day - 1;

	for (int m = 1; m < month; m++)
		days += month_days(year, m);
	return days;
}

/* Reads exactly count digits whose value is at most max. */
static bool read_digits(const char **text, int count, int max, int *ret)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		if (!is_digit((*text)[i]))
			return false;
		value = value * 10 + (*text)[i] - '0';
	}
	*text += count;
	*ret = value;
	return value <= max;
}

static bool read_character(const char **text, char character)
{
	if (**text != character)
		return false;
	*text += 1;
	return true;
}

/* "Z", "+09:00"; "-00:00" means an unknown offset (RFC 3339, 4.3) and is refused. */
static bool read_offset(const char **text, int *ret_minutes)
{
	int sign = **text == '-' ? -1 : 1;
	int hours, minutes;

	if (read_character(text, 'Z')) {
		*ret_minutes = 0;
		return true;
	}
	if (!read_character(text, '+') && !read_character(text, '-'))
		return false;
	if (!read_digits(text, 2, 23, &hours) || !read_character(text, ':') ||
		!read_digits(text, 2, 59, &minutes))
		return false;
	*ret_minutes = sign * (hours * 60 + minutes);
	return sign > 0 || *ret_minutes != 0;
}

int timestamp_parse(const char *text, int64_t *ret)
{
	int year, month, day, hour, minute, second, offset;
	int64_t time_s;

	if (!read_digits(&text, 4, YEAR_MAX, &year) || !read_character(&text, '-') ||
		!read_digits(&text, 2, 12, &month) || !read_character(&text, '-') ||
		!read_digits(&text, 2, 31, &day) || !read_character(&text, 'T') ||
		!read_digits(&text, 2, 23, &hour) || !read_character(&text, ':') ||
		!read_digits(&text, 2, 59, &minute) || !read_character(&text, ':') ||
		!read_digits(&text, 2, 59, &second) || !read_offset(&text, &offset) ||
		*text != '\0')
		return -EINVAL;
	if (year < YEAR_MIN || month < 1 || day < 1 || day > month_days(year, month))
		return -EINVAL;
	time_s = days_of(year, month, day) * DAY_S + hour * 3600 + minute * 60 + second;
	time_s -= (int64_t)offset * 60;
	if (time_s < 0 || time_s > TIME_MAX_S)
		return -EINVAL;
	*ret = time_s;
	return 0;
}

/* Writes count digits and the separator behind them. */
static char *write_digits(char *to, int count, int value, char separator)
{
	for (int i = count - 1; i >= 0; i--) {
		to[i] = (char)('0' + value % 10);
		value /= 10;
	}
	to[count] = separator;
	return to + count + 1;
}

static char *write_date(char *to, int64_t days)
{
	/* The estimate is a little late at most: one or two steps back suffice. */
	int64_t year = YEAR_MIN + days * CYCLE_YEARS / CYCLE_DAYS + 1;
	int month = 1;

	while (year_start(year) > days)
		year--;
	days -= year_start(year);
	for (; days >= month_days(year, month); month++)
		days -= month_days(year, month);
	to = write_digits(to, 4, (int)year, '-');
	to = write_digits(to, 2, month, '-');
	return write_digits(to, 2, (int)days + 1, 'T');
}

void timestamp_format(int64_t time_s, int offset_minutes, char buffer[TIMESTAMP_SIZE])
{
	int64_t local = time_s + (int64_t)offset_minutes * 60;
	int distance = offset_minutes < 0 ? -offset_minutes : offset_minutes, seconds;
	char sign = offset_minutes < 0 ? '-' : '+', *to;

	local = local < 0 ? 0 : local > TIME_MAX_S ? TIME_MAX_S : local;
	seconds = (int)(local % DAY_S);
	to = write_date(buffer, local / DAY_S);
	to = write_digits(to, 2, seconds / 3600, ':');
	to = write_digits(to, 2, seconds / 60 % 60, ':');
	to = write_digits(to, 2, seconds % 60, offset_minutes == 0 ? 'Z' : sign);
	if (offset_minutes != 0) {
		to = write_digits(to, 2, distance / 60, ':');
		write_digits(to, 2, distance % 60, '\0');
	} else {
		*to = '\0';
	}
}
