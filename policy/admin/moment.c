#include "policy/admin/moment.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "policy/admin/day.h"
#include "policy/characters.h"
#include "policy/timestamp.h"

#define FOLDED_MAX 64 /* more than any moment has */
#define LENGTH_MAX (31 * DAY_S)

struct word {
	const char *from, *to;
};

static const struct word moment_words[] = {{"　", " "}, {"時", ":"}, {"分", ""}, {"秒", ""}};
static const struct word length_words[] = {{"　", ""}, {" ", ""}, {"日間", "d"}, {"日", "d"},
	{"時間", "h"}, {"分間", "m"}, {"分", "m"}, {"min", "m"}};

/* In one width and case, with these words replaced, and without what stands in brackets: (月). */
static bool fold(const char *text, const struct word *words, size_t n_words, char ret[FOLDED_MAX])
{
	size_t size = strlen(text), used = 0, length;
	bool is_aside = false;
	uint32_t character;

	for (size_t at = 0; at < size; at += length) {
		const char *piece = text + at;
		char ascii[2] = "";
		size_t piece_size;

		length = piece_size = utf8_decode(piece, size - at, &character);
		if (length == 0)
			return false;
		ascii[0] = length == 1 ? *piece : character_narrow(character);
		ascii[0] = to_lower(ascii[0]);
		if (ascii[0] != '\0') {
			piece = ascii;
			piece_size = 1;
		}
		for (size_t i = 0; i < n_words; i++)
			if (strncmp(text + at, words[i].from, strlen(words[i].from)) == 0) {
				length = strlen(words[i].from);
				piece = words[i].to;
				piece_size = strlen(piece);
				break;
			}
		is_aside = is_aside || ascii[0] == '(';
		if (!is_aside) {
			if (used + piece_size >= FOLDED_MAX)
				return false;
			memcpy(ret + used, piece, piece_size);
			used += piece_size;
		}
		is_aside = is_aside && ascii[0] != ')';
	}
	while (used > 0 && ret[used - 1] == ' ')
		used--;
	ret[used] = '\0';
	return !is_aside;
}

/* Takes one or two digits off *text; -1 where there is none or the number is above max. */
static int take_number(const char **text, int max)
{
	int number = -1;

	for (int n = 0; n < 2 && is_digit(**text); n++, (*text)++)
		number = (number < 0 ? 0 : number * 10) + (**text - '0');
	return number <= max ? number : -1;
}

/* "8:30", "8:30:00", "8:" as 8時 leaves it, "24:00". Seconds since midnight, or -1. */
static int64_t parse_time_of_day(const char *text)
{
	int hour = take_number(&text, 24), minute = 0, second = 0;

	if (hour < 0 || *text++ != ':')
		return -1;
	if (*text != '\0')
		minute = take_number(&text, 59);
	if (*text == ':') {
		text++;
		second = take_number(&text, 59);
	}
	if (minute < 0 || second < 0 || *text != '\0' || (hour == 24 && minute + second > 0))
		return -1;
	return hour == 24 ? DAY_S - 1 : (int64_t)hour * HOUR_S + minute * MINUTE_S + second;
}

/* Cuts the time of day off the end; NULL: there is none. */
static const char *cut_time(char folded[FOLDED_MAX], char ret[FOLDED_MAX])
{
	char *colon = strchr(folded, ':'), *at = colon;

	if (!colon)
		return NULL;
	while (at > folded && is_digit(at[-1]))
		at--;
	memcpy(ret, at, strlen(at) + 1);
	while (at > folded && (at[-1] == ' ' || at[-1] == 't'))
		at--;
	*at = '\0';
	return ret;
}

int moment_parse(
	const char *text, enum moment_edge edge, int32_t today, int offset_minutes, int64_t *ret)
{
	char folded[FOLDED_MAX], time[FOLDED_MAX];
	const char *cut;
	int32_t day = today;
	int64_t second;

	if (timestamp_parse(text, ret) == 0)
		return 0;
	if (!fold(text, moment_words, sizeof(moment_words) / sizeof(moment_words[0]), folded))
		return -EINVAL;
	cut = cut_time(folded, time);
	if (folded[strspn(folded, " ")] == '\0' ? !cut : day_parse(folded, &day) < 0)
		return -EINVAL;
	if (day == DAY_NONE)
		return -EINVAL;
	second = cut ? parse_time_of_day(cut) : edge == MOMENT_ENDS ? DAY_S - 1 : 0;
	if (second < 0)
		return -EINVAL;
	*ret = day_start(day, offset_minutes) + second;
	return 0;
}

const char *moment_format(int64_t time_s, int offset_minutes, char ret[MOMENT_TEXT_SIZE])
{
	char text[TIMESTAMP_SIZE];

	timestamp_format(time_s, offset_minutes, text);
	memcpy(ret, text, MOMENT_TEXT_SIZE - 1);
	ret[MOMENT_TEXT_SIZE - 1] = '\0';
	ret[strlen("2026-11-23")] = ' ';
	return ret;
}

static int64_t unit_of(char letter)
{
	switch (letter) {
	case 'd': return DAY_S;
	case 'h': return HOUR_S;
	case 'm': return MINUTE_S;
	default: return 0;
	}
}

int moment_length_parse(const char *text, uint32_t *ret)
{
	char folded[FOLDED_MAX];
	int64_t total = 0, before = LENGTH_MAX + 1;

	if (!fold(text, length_words, sizeof(length_words) / sizeof(length_words[0]), folded) ||
		folded[0] == '\0')
		return -EINVAL;
	for (const char *at = folded; *at != '\0'; at++) {
		int64_t number = 0, unit;
		int digits = 0;

		for (; is_digit(*at) && digits < 6; digits++)
			number = number * 10 + (*at++ - '0');
		unit = unit_of(*at);
		/* Each unit once, the larger first. */
		if (digits == 0 || unit == 0 || unit >= before)
			return -EINVAL;
		before = unit;
		total += number * unit;
	}
	if (total < MINUTE_S || total > LENGTH_MAX)
		return -EINVAL;
	*ret = (uint32_t)total;
	return 0;
}
