#include "policy/canonical.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/canonical_duplicates.h"
#include "policy/characters.h"
#include "policy/cleanup.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

struct scan {
	const char *text;
	struct problems *problems;
	struct canonical *out;
};

struct line {
	const char *bytes;
	size_t at, size; /* in the text; without LF */
	unsigned number;
};

/* Makes room for one more item; the allocated size is the power of two that holds count. */
static int grow(void *array, size_t count, size_t item_size)
{
	void *items;

	if ((count & (count - 1)) != 0)
		return 0;
	memcpy(&items, array, sizeof(items));
	items = realloc(items, (count == 0 ? 1 : count * 2) * item_size);
	if (!items)
		return -ENOMEM;
	memcpy(array, &items, sizeof(items));
	return 0;
}

static void check_length(const struct scan *scan, const struct line *line)
{
	if (line->size > CANONICAL_LINE_MAX)
		problems_add(scan->problems, line->number, CANONICAL_LINE_MAX + 1, line->bytes,
			line->size, "at most %d bytes in a line, not %zu", CANONICAL_LINE_MAX,
			line->size);
}

static void check_characters(const struct scan *scan, const struct line *line)
{
	size_t length;

	for (size_t at = 0; at < line->size; at += length) {
		const char *bytes = line->bytes + at;
		const char *fault;
		uint32_t character;

		/* Nearly all: a terminal reads 100,000 media before its first decision. */
		length = 1;
		if (*bytes >= ' ' && *bytes < 0x7f)
			continue;
		length = utf8_decode(bytes, line->size - at, &character);
		fault = length == 0 ? "bytes that are not UTF-8" : character_fault(character);
		if (length == 0)
			length = 1;
		if (fault)
			problems_add(scan->problems, line->number, (unsigned)at + 1, bytes, length,
				"text without %s", fault);
	}
}

static void check_spaces(const struct scan *scan, const struct line *line)
{
	if (line->size == 0)
		return;
	if (line->bytes[0] == ' ')
		problems_add(scan->problems, line->number, 1, line->bytes, line->size,
			"no space before the line");
	if (line->bytes[line->size - 1] == ' ')
		problems_add(scan->problems, line->number, (unsigned)line->size, line->bytes,
			line->size, "no space after the line");
}

/* The offset of the first character that is not of a word, or size. */
static size_t word_end(const char *bytes, size_t size)
{
	size_t at = 0;

	while (at < size && is_word_character(bytes[at]))
		at++;
	return at;
}

static bool is_word(const char *bytes, size_t size)
{
	return size > 0 && word_end(bytes, size) == size;
}

/* "[type]" or "[type name]". */
static bool split_section(const struct line *line, struct canonical_section *ret)
{
	size_t type, name;

	if (line->size < 3 || line->bytes[line->size - 1] != ']')
		return false;
	type = word_end(line->bytes + 1, line->size - 2);
	if (type == 0)
		return false;
	ret->type_at = line->at + 1;
	ret->type_size = type;
	if (line->bytes[1 + type] == ']')
		return type + 2 == line->size;
	if (line->bytes[1 + type] != ' ')
		return false;
	name = line->size - type - 3;
	ret->name_at = ret->type_at + type + 1;
	ret->name_size = name;
	return is_word(line->bytes + type + 2, name);
}

static int scan_section(const struct scan *scan, const struct line *line)
{
	struct canonical_section section = {.line = line->number};
	int r;

	if (!split_section(line, &section)) {
		problems_add(scan->problems, line->number, 1, line->bytes, line->size,
			"\"[type]\" or \"[type name]\" of a-z 0-9 -");
		section.is_damaged = true;
	} else if (line->size - 2 > CANONICAL_SECTION_MAX) {
		problems_add(scan->problems, line->number, 2, line->bytes, line->size,
			"at most %d bytes between the brackets", CANONICAL_SECTION_MAX);
		section.is_damaged = true;
	}
	section.first_entry = scan->out->n_entries;
	r = grow(&scan->out->sections, scan->out->n_sections, sizeof(section));
	if (r < 0)
		return r;
	scan->out->sections[scan->out->n_sections++] = section;
	return 0;
}

/* Finds key and value around the first "=", however many spaces stand there. */
static bool split_entry(const struct line *line, struct canonical_entry *ret)
{
	const char *equals = memchr(line->bytes, '=', line->size);
	size_t key, value, end = line->size;

	if (!equals)
		return false;
	key = value = (size_t)(equals - line->bytes);
	while (key > 0 && line->bytes[key - 1] == ' ')
		key--;
	for (value++; value < end && line->bytes[value] == ' ';)
		value++;
	while (end > value && line->bytes[end - 1] == ' ')
		end--;
	ret->key_at = line->at;
	ret->key_size = key;
	ret->value_at = line->at + value;
	ret->value_size = end - value;
	ret->value_column = (unsigned)value + 1;
	return true;
}

static void check_key(
	const struct scan *scan, const struct line *line, const struct canonical_entry *entry)
{
	size_t equals = entry->key_size + 1;

	/* An indented key is known from check_spaces(). */
	if (line->bytes[0] != ' ' && !is_word(line->bytes, entry->key_size))
		problems_add(scan->problems, line->number, 1, line->bytes, entry->key_size,
			"a key of a-z 0-9 -");
	else if (entry->key_size > CANONICAL_KEY_MAX)
		problems_add(scan->problems, line->number, 1, line->bytes, entry->key_size,
			"a key of at most %d bytes", CANONICAL_KEY_MAX);
	if (entry->value_column != equals + 3 || line->bytes[equals] != '=')
		problems_add(scan->problems, line->number, (unsigned)entry->key_size + 1,
			line->bytes, line->size,
			"\"key = value\" with one space on both sides of =");
}

static void check_value(
	const struct scan *scan, const struct line *line, const struct canonical_entry *entry)
{
	const char *value = scan->text + entry->value_at, *why = NULL;
	char copy[CANONICAL_LINE_MAX + 1], decoded[CANONICAL_LINE_MAX + 1];
	size_t at = 0;
	int r;

	if (entry->value_size == 0)
		problems_add(scan->problems, line->number, entry->value_column, line->bytes,
			line->size, "a value after \"=\"");
	for (size_t i = 0; i < entry->value_size; i++)
		if (value[i] == ';' || value[i] == '#')
			problems_add(scan->problems, line->number,
				entry->value_column + (unsigned)i, value + i, 1,
				"a value without \";\" and \"#\" (in free text, %%3B and %%23)");
	if (entry->value_size >= sizeof(copy) || !memchr(value, '%', entry->value_size) ||
		memchr(value, '\0', entry->value_size))
		return;
	memcpy(copy, value, entry->value_size);
	copy[entry->value_size] = '\0';
	r = percent_decode(copy, decoded, sizeof(decoded), &at, &why);
	/* Raw characters that are wrong are known from check_characters(). */
	if (r < 0 && copy[at] == '%')
		problems_add(scan->problems, line->number, entry->value_column + (unsigned)at,
			copy + at, strnlen(copy + at, 12), r == -EILSEQ ? "text without %s" : "%s",
			why);
}

static int scan_entry(const struct scan *scan, const struct line *line, size_t found_before)
{
	struct canonical_entry entry = {.line = line->number};
	struct canonical *out = scan->out;
	int r;

	if (!split_entry(line, &entry)) {
		problems_add(scan->problems, line->number, 1, line->bytes, line->size,
			"\"key = value\", \"[section]\" or a comment that starts with \"#\"");
		return 0;
	}
	check_key(scan, line, &entry);
	check_value(scan, line, &entry);
	if (out->n_sections == 0) {
		problems_add(scan->problems, line->number, 1, line->bytes, line->size,
			"a \"[section]\" before the first key");
		return 0;
	}
	entry.is_damaged = problems_found(scan->problems) != found_before;
	r = grow(&out->entries, out->n_entries, sizeof(entry));
	if (r < 0)
		return r;
	out->entries[out->n_entries++] = entry;
	out->sections[out->n_sections - 1].n_entries++;
	return 0;
}

static int scan_line(const struct scan *scan, const struct line *line)
{
	size_t found_before = problems_found(scan->problems);
	size_t indent = 0;

	check_length(scan, line);
	check_characters(scan, line);
	check_spaces(scan, line);
	while (indent < line->size && line->bytes[indent] == ' ')
		indent++;
	if (indent == line->size || line->bytes[indent] == '#')
		return 0;
	if (line->bytes[indent] == '[')
		return scan_section(scan, line);
	return scan_entry(scan, line, found_before);
}

/* What concerns the text as a whole. Returns the offset of its first line. */
static size_t check_ends(const struct scan *scan, size_t size)
{
	size_t mark = strlen(BYTE_ORDER_MARK);

	if (size == 0) {
		problems_add(scan->problems, 1, 1, "", 0, "a document");
		return 0;
	}
	if (scan->text[size - 1] != '\n')
		problems_add(
			scan->problems, 0, 0, "", 0, "a line feed at the end of the last line");
	if (size < mark || memcmp(scan->text, BYTE_ORDER_MARK, mark) != 0)
		return 0;
	problems_add(scan->problems, 1, 1, scan->text, mark, "UTF-8 without a byte order mark");
	return mark;
}

int canonical_scan(const char *text, size_t size, struct problems *problems, struct canonical *ret)
{
	CLEANUP(canonical_clear) struct canonical out = {0};
	struct scan scan = {.text = text, .problems = problems, .out = &out};
	unsigned number = 1;
	int r;

	for (size_t at = check_ends(&scan, size); at < size;) {
		const char *end = memchr(text + at, '\n', size - at);
		struct line line = {
			.bytes = text + at,
			.at = at,
			.size = end ? (size_t)(end - text) - at : size - at,
			.number = number,
		};

		r = scan_line(&scan, &line);
		if (r < 0)
			return r;
		at += line.size + 1;
		number++;
	}
	r = canonical_check_duplicates(text, problems, &out);
	if (r < 0)
		return r;
	*ret = out;
	out = (struct canonical){0};
	return 0;
}

void canonical_clear(struct canonical *canonical)
{
	if (!canonical)
		return;
	free(canonical->sections);
	free(canonical->entries);
	*canonical = (struct canonical){0};
}
