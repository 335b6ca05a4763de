#include "policy/value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/canonical.h"
#include "policy/characters.h"
#include "policy/document.h"
#include "policy/names.h"
#include "policy/policy.h"
#include "policy/timestamp.h"

unsigned value_column_of(const struct ini_entry *entry, const char *at)
{
	return entry->column + (unsigned)utf8_count(entry->value, (size_t)(at - entry->value));
}

/* ０ to ９, which a Japanese keyboard types. */
static bool has_wide_digit(const char *text)
{
	for (const char *at = text; (at = strstr(at, "\xef\xbc")) != NULL; at++)
		if ((unsigned char)at[2] >= 0x90 && (unsigned char)at[2] <= 0x99)
			return true;
	return false;
}

bool word_is_valid(const char *text)
{
	size_t size = strlen(text);

	for (size_t i = 0; i < size; i++)
		if (!is_word_character(text[i]))
			return false;
	return size > 0 && text[0] != '-';
}

bool tier_is_valid(const char *text)
{
	return word_is_valid(text) && strcmp(text, TIER_OF_ALL) != 0;
}

/* "; did you mean lgwan?" for LGWAN, where capitals and "_" are all that is wrong; else nothing. */
static const char *word_phrase(const char *text, size_t size_max, char phrase[NEAREST_PHRASE_MAX])
{
	char word[NEAREST_WORD_MAX]; /* so that the phrase fits */
	size_t size = strlen(text);

	phrase[0] = '\0';
	if (size > size_max || size >= sizeof(word))
		return phrase;
	for (size_t i = 0; i <= size; i++)
		word[i] = text[i] == '_' ? '-' : to_lower(text[i]);
	if (word_is_valid(word))
		snprintf(phrase, NEAREST_PHRASE_MAX, "; did you mean %s?", word);
	return phrase;
}

void value_read_word(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	char phrase[NEAREST_PHRASE_MAX];
	size_t size = strlen(entry->value);

	if (!word_is_valid(entry->value) || size >= key->size) {
		value_problem(problems, entry, "a word of 1 to %zu letters of a-z 0-9 -%s",
			key->size - 1, word_phrase(entry->value, key->size - 1, phrase));
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
		value_problem(problems, entry,
			"at most %zu bytes of text (%zu Japanese characters)", key->size - 1,
			(key->size - 1) / 3);
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

/* What is most often wrong with a number of which every digit is right. */
static const char *number_hint(const char *text)
{
	if (has_wide_digit(text))
		return ", in ASCII digits; these are full-width ones";
	return text[0] == '0' && text[strspn(text, "0123456789")] == '\0' && text[1] != '\0'
		       ? ", without a zero before it"
		       : "";
}

void value_read_number(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	uint64_t value;

	if (number_parse(entry->value, key->min, key->max, &value) < 0) {
		value_problem(problems, entry, "a number from %" PRIu64 " to %" PRIu64 "%s",
			key->min, key->max, number_hint(entry->value));
		return;
	}
	switch (key->size) {
	case sizeof(uint8_t): *(uint8_t *)ret = (uint8_t)value; break;
	case sizeof(uint16_t): *(uint16_t *)ret = (uint16_t)value; break;
	case sizeof(uint32_t): *(uint32_t *)ret = (uint32_t)value; break;
	case sizeof(uint64_t): *(uint64_t *)ret = value; break;
	default: value_problem(problems, entry, "a type of number that this program has");
	}
}

/* "A, B, C" into list. */
static void list_words(
	const char *const *words, size_t n_words, const char *between, char list[PROBLEM_TEXT_MAX])
{
	list[0] = '\0';
	for (size_t i = 0; i < n_words; i++) {
		size_t used = strlen(list);

		if (words[i])
			snprintf(list + used, PROBLEM_TEXT_MAX - used, "%s%s",
				used > 0 ? between : "", words[i]);
	}
}

const char *value_find_near(const char *word, size_t size, const char *const *words, size_t n_words,
	char phrase[NEAREST_PHRASE_MAX])
{
	struct nearest nearest;

	nearest_begin(&nearest, word, size);
	for (size_t i = 0; i < n_words; i++) {
		if (!words[i])
			continue;
		if (strlen(words[i]) == size && memcmp(words[i], word, size) == 0) {
			nearest_begin(&nearest, "", 0); /* known, and wrong for another reason */
			break;
		}
		nearest_offer(&nearest, words[i]);
	}
	return nearest_phrase(&nearest, "", "", phrase);
}

void value_problem_nearest(const struct ini_entry *entry, const char *const *words, size_t n_words,
	const char *expected, struct problems *problems)
{
	char phrase[NEAREST_PHRASE_MAX];

	value_problem(problems, entry, "%s%s", expected,
		value_find_near(entry->value, strlen(entry->value), words, n_words, phrase));
}

void value_read_enum(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	int index = names_find(key->words, key->n_words, entry->value);
	char list[PROBLEM_TEXT_MAX], expected[PROBLEM_TEXT_MAX + 16];

	if (index >= 0) {
		*(unsigned *)ret = (unsigned)index;
		return;
	}
	list_words(key->words, key->n_words, ", ", list);
	snprintf(expected, sizeof(expected), "one of %s", list);
	value_problem_nearest(entry, key->words, key->n_words, expected, problems);
}

void value_read_switch(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	static const char *const words[] = {"off", "on"};
	int index = names_find(words, 2, entry->value);

	if (index >= 0)
		*(bool *)ret = index == 1;
	else
		value_problem_nearest(entry, words, 2, "on or off", problems);
}

/* The bit of a word that is known and not in bits yet, or 0. */
static unsigned bit_of(const struct schema_key *key, const char *word, size_t size, unsigned bits)
{
	for (unsigned i = 0; i < key->n_words; i++)
		if (strlen(key->words[i]) == size && memcmp(key->words[i], word, size) == 0)
			return bits & 1u << i ? 0 : 1u << i;
	return 0;
}

void value_read_words(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	const char *cursor = entry->value, *word = cursor;
	char list[PROBLEM_TEXT_MAX], phrase[NEAREST_PHRASE_MAX];
	unsigned bits = 0;
	int size;

	while ((size = list_next(&cursor, &word)) > 0) {
		unsigned bit = bit_of(key, word, (size_t)size, bits);

		if (bit == 0)
			break;
		bits |= bit;
	}
	if (size == 0 && bits != 0) {
		*(unsigned *)ret = bits;
		return;
	}
	if (size < 0)
		word = cursor;
	list_words(key->words, key->n_words, " ", list);
	problems_add(problems, entry->line, value_column_of(entry, word), word, strlen(word),
		"one or more of %s, each once, one space between%s", list,
		value_find_near(
			word, size > 0 ? (size_t)size : 0, key->words, key->n_words, phrase));
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
	const char *fault;

	if (timestamp_parse(entry->value, ret) == 0)
		return;
	fault = has_wide_digit(entry->value) ? "these digits are full-width ones"
					     : timestamp_fault(entry->value);
	value_problem(problems, entry, "a date and time such as 2026-04-01T00:00:00+09:00%s%s",
		fault ? ": " : "", fault ? fault : "");
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

const char *duration_format(uint64_t duration_s, char buffer[DURATION_TEXT_MAX])
{
	if (duration_s % DAY_S == 0)
		snprintf(buffer, DURATION_TEXT_MAX, "%" PRIu64 "d", duration_s / DAY_S);
	else if (duration_s % HOUR_S == 0)
		snprintf(buffer, DURATION_TEXT_MAX, "%" PRIu64 "h", duration_s / HOUR_S);
	else
		snprintf(buffer, DURATION_TEXT_MAX, "%" PRIu64 "m", duration_s / MINUTE_S);
	return buffer;
}

int duration_parse(const char *text, uint64_t min_s, uint64_t max_s, uint32_t *ret)
{
	char number[CANONICAL_LINE_MAX + 1] = "";
	size_t size = strlen(text);
	uint64_t unit = size > 0 ? unit_s(text[size - 1]) : 0, count;

	if (unit == 0 || size > sizeof(number))
		return -EINVAL;
	memcpy(number, text, size - 1);
	/* min and max are multiples of the units or rounded inwards here */
	if (number_parse(number, (min_s + unit - 1) / unit, max_s / unit, &count) < 0)
		return -EINVAL;
	*ret = (uint32_t)(count * unit);
	return 0;
}

void value_read_duration(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	char min[DURATION_TEXT_MAX], max[DURATION_TEXT_MAX];

	if (duration_parse(entry->value, key->min, key->max, ret) < 0)
		value_problem(problems, entry, "a duration from %s to %s, such as 90m, 8h or 2d",
			duration_format(key->min, min), duration_format(key->max, max));
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

bool list_copy_next(const char **cursor, char *buffer, size_t size)
{
	const char *word;
	int length = list_next(cursor, &word);

	if (length <= 0 || (size_t)length >= size)
		return false;
	memcpy(buffer, word, (size_t)length);
	buffer[length] = '\0';
	return true;
}

int usb_ids_parse(const char *text, size_t size, uint16_t *ret_vendor, uint16_t *ret_product)
{
	unsigned ids[2] = {0, 0};

	if (size != strlen("0951:1666") || text[4] != ':')
		return -EINVAL;
	for (size_t i = 0; i < size; i++) {
		if (i == 4)
			continue;
		if (!is_lower_hex_digit(text[i]))
			return -EINVAL;
		ids[i > 4] = ids[i > 4] << 4 | (unsigned)hex_digit_value(text[i]);
	}
	*ret_vendor = (uint16_t)ids[0];
	*ret_product = (uint16_t)ids[1];
	return 0;
}
