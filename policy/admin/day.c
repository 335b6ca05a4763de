#include "policy/admin/day.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/eras.h"
#include "policy/characters.h"
#include "policy/timestamp.h"

#define FOLDED_MAX 32 /* more than any date has */
#define YEAR_SIZE  4

/* What separates or names in Japanese, as ASCII. */
static const struct {
	const char *from, *to;
} marks[] = {{"年", "-"}, {"月", "-"}, {"日", ""}, {"元", "1"}, {"　", " "}};

static bool starts_with(const char *text, const char *word)
{
	return strncmp(text, word, strlen(word)) == 0;
}

/* Takes one mark, era or character off *text. */
static bool fold_one(const char **text, char ret[2])
{
	uint32_t character;
	size_t length;

	ret[0] = ret[1] = '\0';
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (starts_with(*text, marks[i].from)) {
			*text += strlen(marks[i].from);
			ret[0] = marks[i].to[0];
			return true;
		}
	for (unsigned i = 0; i < n_eras; i++)
		if (starts_with(*text, eras[i].name)) {
			*text += strlen(eras[i].name);
			ret[0] = eras[i].letter;
			return true;
		}
	length = utf8_decode(*text, strlen(*text), &character);
	if (length == 0)
		return false;
	ret[0] = length == 1 ? (*text)[0] : character_narrow(character);
	ret[0] = to_lower(ret[0]);
	*text += length;
	return ret[0] != '\0';
}

/* In ASCII, without spaces at either end and without the midnight behind. */
static bool fold(const char *text, char ret[FOLDED_MAX])
{
	size_t used = 0;
	char *space;
	char one[2];

	while (*text != '\0') {
		if (!fold_one(&text, one) || used == FOLDED_MAX - 1)
			return false;
		if (one[0] != '\0' && (one[0] != ' ' || used > 0))
			ret[used++] = one[0];
	}
	while (used > 0 && ret[used - 1] == ' ')
		used--;
	ret[used] = '\0';
	space = strchr(ret, ' ');
	if (!space)
		return true;
	if (space[1 + strspn(space + 1, "0:")] != '\0')
		return false;
	*space = '\0';
	return true;
}

static bool make_day(int year, int month, int day, int32_t *ret)
{
	char text[TIMESTAMP_SIZE + 16];
	int64_t time_s;

	if (year < 1970 || year > 9999 || month > 99 || day > 99)
		return false;
	snprintf(text, sizeof(text), "%04d-%02d-%02dT00:00:00Z", year, month, day);
	if (timestamp_parse(text, &time_s) < 0 || time_s <= 0)
		return false;
	*ret = (int32_t)(time_s / DAY_S);
	return true;
}

/* Takes up to max digits off *text. -1: there is none. */
static int take_digits(const char **text, size_t max)
{
	int number = 0;
	size_t n = 0;

	for (; n < max && is_digit(**text); n++, (*text)++)
		number = number * 10 + (**text - '0');
	return n > 0 ? number : -1;
}

static bool take_separator(const char **text)
{
	if (**text == '\0' || !strchr("-/.", **text))
		return false;
	(*text)++;
	return true;
}

/* "9-4-1" or, of fixed width, "090401". */
static bool parse_numbers(const char *text, size_t year_size, bool is_packed, int *ret_year,
	int *ret_month, int *ret_day)
{
	int year = take_digits(&text, year_size), month, day;

	if (!is_packed && !take_separator(&text))
		return false;
	month = take_digits(&text, 2);
	if (!is_packed && !take_separator(&text))
		return false;
	day = take_digits(&text, 2);
	if (year < 0 || month < 0 || day < 0 || *text != '\0')
		return false;
	*ret_year = year;
	*ret_month = month;
	*ret_day = day;
	return true;
}

static int32_t first_day_of(const struct era *era)
{
	int year, month, day;
	int32_t first = DAY_NONE;

	if (parse_numbers(era->first_day, YEAR_SIZE, false, &year, &month, &day))
		make_day(year, month, day, &first);
	return first;
}

static bool is_within(const struct era *era, int32_t day)
{
	return day >= first_day_of(era) && (era == eras || day < first_day_of(era - 1));
}

static bool parse_era(const char *text, bool is_packed, int32_t *ret)
{
	int year, month, day;
	int32_t found;

	for (unsigned i = 0; i < n_eras; i++) {
		if (text[0] != (is_packed ? eras[i].code : eras[i].letter))
			continue;
		if (!parse_numbers(text + 1, 2, is_packed, &year, &month, &day) || year == 0 ||
			!make_day(eras[i].first_year + year - 1, month, day, &found) ||
			!is_within(&eras[i], found))
			return false;
		*ret = found;
		return true;
	}
	return false;
}

int day_parse(const char *text, int32_t *ret)
{
	char folded[FOLDED_MAX];
	int year, month, day;
	size_t n_digits;
	bool is_good;

	if (!fold(text, folded))
		return -EINVAL;
	n_digits = strspn(folded, "0123456789");
	if (n_digits == 0)
		is_good = parse_era(folded, false, ret);
	else if (n_digits == 7 && folded[7] == '\0')
		is_good = parse_era(folded, true, ret);
	else
		is_good = (n_digits == YEAR_SIZE || (n_digits == 8 && folded[8] == '\0')) &&
			  parse_numbers(folded, YEAR_SIZE, n_digits == 8, &year, &month, &day) &&
			  make_day(year, month, day, ret);
	return is_good ? 0 : -EINVAL;
}

const char *day_format(int32_t day, char ret[DAY_TEXT_SIZE])
{
	char text[TIMESTAMP_SIZE];

	ret[0] = '\0';
	if (day == DAY_NONE)
		return ret;
	timestamp_format((int64_t)day * DAY_S, 0, text);
	memcpy(ret, text, DAY_TEXT_SIZE - 1);
	ret[DAY_TEXT_SIZE - 1] = '\0';
	return ret;
}

static int number_at(const char *text)
{
	return (text[0] - '0') * 10 + text[1] - '0';
}

int day_of_month(int32_t day)
{
	char text[DAY_TEXT_SIZE];

	day_format(day, text);
	return text[0] != '\0' ? number_at(text + 8) : 0;
}

int32_t day_fiscal_end(int32_t day)
{
	char text[DAY_TEXT_SIZE];
	int year;
	int32_t end = day;

	if (day_format(day, text)[0] == '\0')
		return DAY_NONE;
	year = number_at(text) * 100 + number_at(text + 2);
	make_day(number_at(text + 5) < 4 ? year : year + 1, 3, 31, &end);
	return end;
}

int32_t day_of(int64_t time_s, int offset_minutes)
{
	return (int32_t)((time_s + (int64_t)offset_minutes * MINUTE_S) / DAY_S);
}

int64_t day_start(int32_t day, int offset_minutes)
{
	return (int64_t)day * DAY_S - (int64_t)offset_minutes * MINUTE_S;
}

int64_t day_end(int32_t day, int offset_minutes)
{
	return day_start(day + 1, offset_minutes) - 1;
}
