#include "policy/value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/canonical.h"
#include "policy/characters.h"
#include "policy/document.h"
#include "policy/names.h"
#include "policy/timestamp.h"

#define MINUTE_S 60
#define HOUR_S   3600
#define DAY_S    86400

void value_read_word(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	size_t size = strlen(entry->value);
	bool is_word = size > 0 && size < key->size && entry->value[0] != '-';

	for (size_t i = 0; i < size; i++)
		is_word = is_word && is_word_character(entry->value[i]);
	if (!is_word) {
		value_problem(
			problems, entry, "a word of 1 to %zu letters of a-z 0-9 -", key->size - 1);
		return;
	}
	memcpy(ret, entry->value, size + 1);
}

void value_read_tier(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	if (strcmp(entry->value, TIER_OF_ALL) == 0)
		value_problem(problems, entry, "the name of one tier");
	else
		value_read_word(key, entry, problems, ret);
}

void value_read_text(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	const char *why;
	size_t at;

	switch (percent_decode(entry->value, ret, key->size, &at, &why)) {
	case 0: break;
	case -ENAMETOOLONG:
		value_problem(problems, entry, "at most %zu bytes of text", key->size - 1);
		break;
	default: /* the canonical check has reported it already, unless it was passed over */
		value_problem(problems, entry, "percent-encoded text");
	}
}

int number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;

	if (!is_digit(text[0]) || (text[0] == '0' && text[1] != '\0'))
		return -EINVAL;
	for (; is_digit(*text); text++) {
		uint64_t digit = (uint64_t)(*text - '0');

		if (value > (UINT64_MAX - digit) / 10)
			return -EINVAL;
		value = value * 10 + digit;
	}
	if (*text != '\0' || value < min || value > max)
		return -EINVAL;
	*ret = value;
	return 0;
}

void value_read_number(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	uint64_t value;

	if (number_parse(entry->value, key->min, key->max, &value) < 0) {
		value_problem(problems, entry, "a number from %" PRIu64 " to %" PRIu64, key->min,
			key->max);
		return;
	}
	switch (key->size) {
	case sizeof(uint8_t): *(uint8_t *)ret = (uint8_t)value; break;
	case sizeof(uint32_t): *(uint32_t *)ret = (uint32_t)value; break;
	case sizeof(uint64_t): *(uint64_t *)ret = value; break;
	default: value_problem(problems, entry, "a type of number that this program has");
	}
}

void value_read_enum(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	int index = names_find(key->words, key->n_words, entry->value);
	char list[PROBLEM_TEXT_MAX] = "";

	if (index >= 0) {
		*(unsigned *)ret = (unsigned)index;
		return;
	}
	for (size_t i = 0; i < key->n_words; i++) {
		size_t used = strlen(list);

		if (key->words[i])
			snprintf(list + used, sizeof(list) - used, "%s%s", used > 0 ? ", " : "",
				key->words[i]);
	}
	value_problem(problems, entry, "one of %s", list);
}

void value_read_constant(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	size_t size = strlen(key->constant) + 1;

	if (strcmp(entry->value, key->constant) != 0)
		value_problem(problems, entry, "%s", key->constant);
	else if (key->size >= size)
		memcpy(ret, key->constant, size);
}

void value_read_time(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	if (timestamp_parse(entry->value, ret) < 0)
		value_problem(problems, entry, "a date and time such as 2026-04-01T00:00:00+09:00");
}

/* Seconds of a unit letter, 0 if it is none. */
static uint64_t unit_s(char unit)
{
	switch (unit) {
	case 'm': return MINUTE_S;
	case 'h': return HOUR_S;
	case 'd': return DAY_S;
	default: return 0;
	}
}

static void format_duration(uint64_t duration_s, char buffer[24])
{
	if (duration_s % DAY_S == 0)
		snprintf(buffer, 24, "%" PRIu64 "d", duration_s / DAY_S);
	else if (duration_s % HOUR_S == 0)
		snprintf(buffer, 24, "%" PRIu64 "h", duration_s / HOUR_S);
	else
		snprintf(buffer, 24, "%" PRIu64 "m", duration_s / MINUTE_S);
}

void value_read_duration(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	char number[CANONICAL_LINE_MAX + 1] = "", min[24], max[24];
	size_t size = strlen(entry->value);
	uint64_t unit = size > 0 ? unit_s(entry->value[size - 1]) : 0, count;

	if (unit > 0 && size <= sizeof(number)) {
		memcpy(number, entry->value, size - 1);
		/* min and max are multiples of the units or rounded inwards here */
		if (number_parse(number, (key->min + unit - 1) / unit, key->max / unit, &count) ==
			0) {
			*(uint32_t *)ret = (uint32_t)(count * unit);
			return;
		}
	}
	format_duration(key->min, min);
	format_duration(key->max, max);
	value_problem(problems, entry, "a duration from %s to %s, such as 90m, 8h or 2d", min, max);
}

int numbered_key_parse(const char *key, const char *prefix, unsigned max)
{
	size_t size = strlen(prefix);
	uint64_t number;

	if (strncmp(key, prefix, size) != 0 || number_parse(key + size, 1, max, &number) < 0)
		return -EINVAL;
	return (int)number;
}

int list_next(const char **cursor, const char **ret)
{
	const char *start = *cursor, *end;

	if (*start == '\0')
		return 0;
	end = strchrnul(start, ' ');
	if (end == start || (*end == ' ' && end[1] == '\0'))
		return -EINVAL;
	*ret = start;
	*cursor = *end == ' ' ? end + 1 : end;
	return (int)(end - start);
}
