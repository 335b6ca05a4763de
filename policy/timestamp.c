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

/* A date and time as far as it was read, and what is wrong with it. */
struct reading {
	const char *text;
	int year, month, day, hour, minute, second, offset;
	const char *fault; /* NULL: nothing that has a name */
};

static bool fail(struct reading *reading, const char *fault)
{
	reading->fault = fault;
	return false;
}

static bool read_date(struct reading *reading)
{
	const char **text = &reading->text;

	if (!read_digits(text, 4, YEAR_MAX, &reading->year))
		return false;
	if (!read_character(text, '-'))
		return **text == '/' ? fail(reading, "the date has \"-\" and not \"/\"") : false;
	if (!read_digits(text, 2, 12, &reading->month) || reading->month < 1)
		return fail(reading, "the month is one of 01 to 12");
	if (!read_character(text, '-'))
		return false;
	if (!read_digits(text, 2, 31, &reading->day) || reading->day < 1)
		return fail(reading, "the day is one of 01 to 31");
	if (reading->day > month_days(reading->year, reading->month))
		return fail(reading, "that month has no such day");
	if (reading->year < YEAR_MIN)
		return fail(reading, "the year is 1970 or later");
	return true;
}

static bool read_time(struct reading *reading)
{
	const char **text = &reading->text;

	if (**text == '\0')
		return fail(reading, "the time is missing behind the date");
	if (!read_character(text, 'T'))
		return fail(reading, "between date and time stands \"T\"");
	if (!read_digits(text, 2, 23, &reading->hour))
		return fail(reading, "the hour is one of 00 to 23");
	if (!read_character(text, ':') || !read_digits(text, 2, 59, &reading->minute))
		return fail(reading, "the minute is one of 00 to 59, behind \":\"");
	if (!read_character(text, ':') || !read_digits(text, 2, 59, &reading->second))
		return fail(reading, "the second is one of 00 to 59, behind \":\"");
	return true;
}

static bool read_all(struct reading *reading)
{
	const char *offset;

	if (!read_date(reading) || !read_time(reading))
		return false;
	offset = reading->text;
	if (*offset == '\0')
		return fail(reading, "the offset is missing at the end, +09:00 in Japan");
	if (read_offset(&reading->text, &reading->offset) && *reading->text == '\0')
		return true;
	if (*offset == '.')
		return fail(reading, "the second has no fraction");
	return fail(reading, "the offset at the end is +09:00 in Japan, with a colon");
}

int timestamp_parse(const char *text, int64_t *ret)
{
	struct reading reading = {.text = text};
	int64_t time_s;

	if (!read_all(&reading))
		return -EINVAL;
	time_s = days_of(reading.year, reading.month, reading.day) * DAY_S + reading.hour * 3600 +
		 reading.minute * 60 + reading.second;
	time_s -= (int64_t)reading.offset * 60;
	if (time_s < 0 || time_s > TIME_MAX_S)
		return -EINVAL;
	*ret = time_s;
	return 0;
}

const char *timestamp_fault(const char *text)
{
	struct reading reading = {.text = text};

	read_all(&reading);
	return reading.fault;
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
	/* No offset is a day, and what lies further out need not be exact. */
	int64_t least = -DAY_S, most = TIME_MAX_S + DAY_S;
	int64_t inside = time_s < least ? least : time_s > most ? most : time_s;
	int64_t local = inside + (int64_t)offset_minutes * 60;
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
