#include "agent/cli_typed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/characters.h"
#include "policy/code_text.h"
#include "policy/value.h"

#define IDEOGRAPHIC_SPACE 0x3000
#define ANSWER_MAX        64 /* bytes; longer ones are none of the words here */
#define ID_SYMBOLS        8
#define HOUR_MINUTES      60
#define DAY_MINUTES       (24 * HOUR_MINUTES)

/* Bytes of the space that text begins with; 0: it begins with another character. */
static size_t space_at(const char *text, size_t size)
{
	uint32_t character;
	size_t length = utf8_decode(text, size, &character);

	return length > 0 && (character == ' ' || character == '\t' || character == '\r' ||
				     character == IDEOGRAPHIC_SPACE)
		       ? length
		       : 0;
}

void cli_typed_trim(char *text)
{
	size_t start = 0, size = strlen(text), length, end = 0;

	while ((length = space_at(text + start, size - start)) > 0)
		start += length;
	for (size_t at = start; at < size;) {
		uint32_t character;

		length = space_at(text + at, size - at);
		if (length == 0) {
			length = utf8_decode(text + at, size - at, &character);
			length = length > 0 ? length : 1;
			end = at + length;
		}
		at += length;
	}
	if (end < start)
		end = start;
	memmove(text, text + start, end - start);
	text[end - start] = '\0';
}

void cli_typed_narrow(char *text)
{
	size_t size, used = 0;

	cli_typed_trim(text);
	size = strlen(text);
	for (size_t at = 0; at < size;) {
		uint32_t character;
		size_t length = utf8_decode(text + at, size - at, &character);
		char ascii = length > 1 ? character_narrow(character) : '\0';

		if (length > 1 && character == IDEOGRAPHIC_SPACE)
			ascii = ' ';
		if (length == 0)
			length = 1;
		if (ascii)
			text[used++] = ascii;
		for (size_t i = 0; i < length && !ascii; i++)
			text[used++] = text[at + i];
		at += length;
	}
	text[used] = '\0';
}

void cli_typed_fold(char *text)
{
	cli_typed_narrow(text);
	for (; *text; text++)
		*text = to_lower(*text);
}

/* False where it is too long to be one of our words. */
static bool fold_copy(const char *text, char ret[ANSWER_MAX])
{
	if (snprintf(ret, ANSWER_MAX, "%s", text) >= ANSWER_MAX)
		return false;
	cli_typed_fold(ret);
	return true;
}

int cli_typed_yes(const char *text, bool *ret)
{
	static const struct {
		const char *word;
		bool is_yes;
	} words[] = {
		{"y", true},
		{"yes", true},
		{"はい", true},
		{"有", true},
		{"有り", true},
		{"あり", true},
		{"ある", true},
		{"n", false},
		{"no", false},
		{"いいえ", false},
		{"無", false},
		{"無し", false},
		{"なし", false},
		{"ない", false},
	};
	char narrow[ANSWER_MAX];

	if (!fold_copy(text, narrow))
		return -EINVAL;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].word, narrow) == 0) {
			*ret = words[i].is_yes;
			return 0;
		}
	return -EINVAL;
}

/* --- how long --- */

static const struct unit {
	const char *name;
	uint32_t minutes;
} units[] = {
	{"日", DAY_MINUTES},
	{"時間", HOUR_MINUTES},
	{"分", 1},
	{"days", DAY_MINUTES},
	{"day", DAY_MINUTES},
	{"d", DAY_MINUTES},
	{"hours", HOUR_MINUTES},
	{"hour", HOUR_MINUTES},
	{"h", HOUR_MINUTES},
	{"minutes", 1},
	{"minute", 1},
	{"min", 1},
	{"m", 1},
};

/* Takes a unit off *text. Its minutes; 0: it is none. */
static uint32_t take_unit(const char **text)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t size = strlen(units[i].name);

		if (strncmp(*text, units[i].name, size) == 0) {
			*text += size;
			return units[i].minutes;
		}
	}
	return 0;
}

int cli_typed_minutes(const char *text, uint32_t max, uint32_t *ret)
{
	char narrow[ANSWER_MAX];
	const char *at = narrow;
	uint64_t minutes = 0;
	uint32_t last = UINT32_MAX; /* units go down: "30m2h" is no span */

	if (!fold_copy(text, narrow))
		return -EINVAL;
	while (*at) {
		char digits[8];
		size_t n = strspn(at, "0123456789");
		uint64_t number;
		uint32_t unit;

		if (n == 0 || n >= sizeof(digits))
			return -EINVAL;
		snprintf(digits, sizeof(digits), "%.*s", (int)n, at);
		if (number_parse(digits, 0, max, &number) < 0)
			return -EINVAL;
		at += n;
		at += strspn(at, " ");
		unit = *at == '\0' && minutes == 0 ? 1 : take_unit(&at);
		at += strspn(at, " ");
		if (unit == 0 || unit >= last)
			return -EINVAL;
		last = unit;
		minutes += number * unit;
	}
	if (minutes == 0 || minutes > max)
		return -EINVAL;
	*ret = (uint32_t)minutes;
	return 0;
}

/* --- codes and numbers --- */

/* The hyphen key gives one of these, by input method and by what was typed before it. */
static bool is_between(uint32_t character)
{
	switch (character) {
	case ' ':
	case IDEOGRAPHIC_SPACE:
	case '-':
	case 0x2212: /* minus sign */
	case 0x30fc: /* prolonged sound mark */
	case 0xff70: /* the same, half-width */ return true;
	default: return character >= 0x2010 && character <= 0x2015; /* hyphens, dashes */
	}
}

/* A capital or a digit, or NUL. */
static char symbol_of(uint32_t character)
{
	if (character >= 'a' && character <= 'z')
		character -= 'a' - 'A';
	return (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z')
		       ? (char)character
		       : '\0';
}

int cli_typed_symbols(const char *text, char *ret, size_t size)
{
	size_t left = strlen(text), used = 0;

	while (left > 0) {
		uint32_t character = 0;
		size_t length = utf8_decode(text, left, &character);
		char narrow = character_narrow(character), symbol;

		if (narrow)
			character = (uint32_t)(unsigned char)narrow;
		symbol = symbol_of(character);
		if (length == 0 || (!symbol && !is_between(character)) ||
			(symbol && used + 1 >= size)) {
			explicit_bzero(ret, size);
			return -EINVAL;
		}
		if (symbol)
			ret[used++] = symbol;
		text += length;
		left -= length;
	}
	ret[used] = '\0';
	return used > 0 ? (int)used : -EINVAL;
}

int cli_typed_exemption_id(const char *text, char ret[CLI_EXEMPTION_ID_SIZE])
{
	char narrow[ANSWER_MAX], typed[ID_SYMBOLS + 2], symbols[CODE_SYMBOLS_SIZE];
	bool has_prefix;
	const char *start = typed;
	int n;

	if (!fold_copy(text, narrow))
		return -EINVAL;
	has_prefix = strncmp(narrow, "e-", 2) == 0;
	n = cli_typed_symbols(has_prefix ? narrow + 2 : narrow, typed, sizeof(typed));
	if (!has_prefix && n == ID_SYMBOLS + 1 && typed[0] == 'E')
		start++;
	if (n < 0 || strlen(start) != ID_SYMBOLS || code_text_normalise(start, symbols) < 0)
		return -EINVAL;
	snprintf(ret, CLI_EXEMPTION_ID_SIZE, "E-%.*s", ID_SYMBOLS, symbols);
	return 0;
}
