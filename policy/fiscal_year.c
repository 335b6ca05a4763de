#include "policy/fiscal_year.h"

#include <stdio.h>
#include <string.h>

#include "policy/timestamp.h"

#define FIRST_MONTH 4
#define LAST_YEAR   9999

/* Of digits that timestamp_format() wrote. */
static int number_at(const char *text, size_t n_digits)
{
	int number = 0;

	for (size_t i = 0; i < n_digits; i++)
		number = number * 10 + (text[i] - '0');
	return number;
}

int fiscal_year_of(int64_t time_s)
{
	char text[TIMESTAMP_SIZE];
	int year;

	timestamp_format(time_s, JAPAN_MINUTES, text);
	year = number_at(text, 4);
	return number_at(text + strlen("2026-"), 2) >= FIRST_MONTH ? year : year - 1;
}

int64_t fiscal_year_end(int64_t time_s)
{
	int year = fiscal_year_of(time_s) + 1;
	char text[64];
	int64_t end_s = 0;

	if (year > LAST_YEAR)
		return INT64_MAX;
	snprintf(text, sizeof(text), "%04d-03-31T23:59:59+09:00", year);
	(void)timestamp_parse(text, &end_s); /* it always can: only the year varies */
	return end_s;
}
