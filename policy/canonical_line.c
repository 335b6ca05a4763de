#include "policy/canonical_internal.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/characters.h"

#define WIDE_SPACE        "\xe3\x80\x80" /* U+3000, what the space key types in Japanese */
#define HEADER_PHRASE_MAX (CANONICAL_SECTION_MAX + 32)

unsigned text_line_column(const struct text_line *line, size_t at)
{
	return (unsigned)utf8_count(line->bytes, at) + 1;
}

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

static void check_length(const struct text_scan *scan, const struct text_line *line)
{
	size_t at = CANONICAL_LINE_MAX;

	if (line->size <= CANONICAL_LINE_MAX)
		return;
	/* The character that is one too many may begin before. */
	while (at > 0 && ((unsigned char)line->bytes[at] & 0xc0) == 0x80)
		at--;
	problems_add(scan->problems, line->number, text_line_column(line, at), line->bytes,
		line->size, "at most %d bytes in a line (a Japanese character has 3), not %zu",
		CANONICAL_LINE_MAX, line->size);
}

/* Bytes that are not UTF-8. Where many lines have them, the first one says it for all. */
static void add_foreign(struct text_scan *scan, struct text_line *line, size_t at, unsigned column)
{
	line->is_foreign = true;
	if (!scan->has_foreign_line)
		scan->form = text_form_of(scan->text, scan->size);
	if (scan->form.n_foreign_lines < 2)
		problems_add(scan->problems, line->number, column, line->bytes + at, 1,
			"text without bytes that are not UTF-8");
	else if (!scan->has_foreign_line)
		problems_add(scan->problems, line->number, column, line->bytes + at, 1, "UTF-8; %s",
			text_form_fault(&scan->form));
	scan->has_foreign_line = true;
}

/* The column is counted along: a line may be as long as the file, and each byte of it a mistake. */
static void check_characters(struct text_scan *scan, struct text_line *line)
{
	unsigned column = 1;
	size_t length;

	for (size_t at = 0; at < line->size; at += length, column++) {
		const char *bytes = line->bytes + at;
		const char *fault;
		uint32_t character;

		/* Nearly all: a terminal reads 100,000 media before its first decision. */
		length = 1;
		if (*bytes >= ' ' && *bytes < 0x7f)
			continue;
		length = utf8_decode(bytes, line->size - at, &character);
		/* In another encoding they are no such characters. */
		if (length > 1 && scan->form.n_foreign_lines > 1)
			continue;
		fault = length == 0 ? NULL : character_fault(character);
		if (fault)
			problems_add(scan->problems, line->number, column, bytes, length,
				"text without %s", fault);
		if (length == 0 && !line->is_foreign)
			add_foreign(scan, line, at, column);
		length = length == 0 ? 1 : length;
	}
}

static bool ends_in_wide_space(const char *bytes, size_t size)
{
	size_t wide = strlen(WIDE_SPACE);

	return size >= wide && memcmp(bytes + size - wide, WIDE_SPACE, wide) == 0;
}

static void check_spaces(const struct text_scan *scan, const struct text_line *line)
{
	if (line->size == 0)
		return;
	if (line->bytes[0] == ' ')
		problems_add(scan->problems, line->number, 1, line->bytes, line->size,
			"no space before the line");
	if (line->bytes[line->size - 1] == ' ')
		problems_add(scan->problems, line->number, text_line_column(line, line->size - 1),
			line->bytes, line->size, "no space after the line");
	if (ends_in_wide_space(line->bytes, line->size))
		problems_add(scan->problems, line->number,
			text_line_column(line, line->size - strlen(WIDE_SPACE)), line->bytes,
			line->size, "no full-width space (U+3000) after the line");
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
static bool split_section(const struct text_line *line, struct canonical_section *ret)
{
	size_t type, name;

	if (line->size < 3 || line->bytes[0] != '[' || line->bytes[line->size - 1] != ']')
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

/* The size of a bracket at the beginning or end of the bytes, or 0. */
static size_t bracket_size(const char *bytes, size_t size, bool at_end)
{
	/* The last four are what a Japanese keyboard makes of them. */
	static const char *const brackets[] = {"[", "]", "{", "}", "(", ")", "<", ">",
		"\xef\xbc\xbb", "\xef\xbc\xbd", "\xe3\x80\x90", "\xe3\x80\x91"};

	for (size_t i = 0; i < sizeof(brackets) / sizeof(brackets[0]); i++) {
		size_t length = strlen(brackets[i]);

		if (length <= size &&
			memcmp(at_end ? bytes + size - length : bytes, brackets[i], length) == 0)
			return length;
	}
	return 0;
}

/* The same, or of a space. */
static size_t frame_size(const char *bytes, size_t size, bool at_end)
{
	size_t length = bracket_size(bytes, size, at_end);

	return length == 0 && size > 0 && bytes[at_end ? size - 1 : 0] == ' ' ? 1 : length;
}

/* "; did you mean [media]?" where brackets, spaces and capitals are all that is wrong. */
static const char *header_phrase(const struct text_line *line, char phrase[HEADER_PHRASE_MAX])
{
	char word[CANONICAL_SECTION_MAX + 1];
	const char *bytes = line->bytes;
	size_t size = line->size, length, type;

	phrase[0] = '\0';
	while ((length = frame_size(bytes, size, false)) > 0) {
		bytes += length;
		size -= length;
	}
	while ((length = frame_size(bytes, size, true)) > 0)
		size -= length;
	if (size >= sizeof(word))
		return phrase;
	for (size_t i = 0; i < size; i++)
		word[i] = to_lower(bytes[i]);
	type = word_end(word, size);
	if (is_word(word, size) ||
		(type > 0 && word[type] == ' ' && is_word(word + type + 1, size - type - 1)))
		snprintf(phrase, HEADER_PHRASE_MAX, "; did you mean [%.*s]?", (int)size, word);
	return phrase;
}

/* A line without "=" that has brackets: what follows belongs to the section that it was meant to
 * begin, and not to the one above. */
static bool is_broken_section(const struct text_line *line)
{
	return !memchr(line->bytes, '=', line->size) &&
	       (bracket_size(line->bytes, line->size, false) > 0 ||
		       bracket_size(line->bytes, line->size, true) > 0);
}

static int scan_section(const struct text_scan *scan, const struct text_line *line)
{
	struct canonical_section section = {.line = line->number};
	char phrase[HEADER_PHRASE_MAX];
	int r;

	if (!split_section(line, &section)) {
		problems_add(scan->problems, line->number, 1, line->bytes, line->size,
			"\"[type]\" or \"[type name]\" of a-z 0-9 -%s",
			header_phrase(line, phrase));
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
static bool split_entry(const struct text_line *line, struct canonical_entry *ret)
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
	ret->value_column = text_line_column(line, value);
	return true;
}

static void check_key(const struct text_scan *scan, const struct text_line *line,
	const struct canonical_entry *entry)
{
	size_t equals = entry->key_size + 1;

	/* An indented key is known from check_spaces(). */
	if (line->bytes[0] != ' ' && !is_word(line->bytes, entry->key_size))
		problems_add(scan->problems, line->number, 1, line->bytes, entry->key_size,
			"a key of a-z 0-9 -");
	else if (entry->key_size > CANONICAL_KEY_MAX)
		problems_add(scan->problems, line->number, 1, line->bytes, entry->key_size,
			"a key of at most %d bytes", CANONICAL_KEY_MAX);
	if (entry->value_at != line->at + equals + 2 || line->bytes[equals] != '=')
		problems_add(scan->problems, line->number, text_line_column(line, entry->key_size),
			line->bytes, line->size,
			"\"key = value\" with one space on both sides of =");
}

/* What is encoded in it. */
static void check_encoded(const struct text_scan *scan, const struct text_line *line,
	const struct canonical_entry *entry)
{
	const char *value = scan->text + entry->value_at, *why = NULL;
	char copy[CANONICAL_LINE_MAX + 1], decoded[CANONICAL_LINE_MAX + 1];
	size_t at = 0;
	int r;

	if (entry->value_size >= sizeof(copy) || !memchr(value, '%', entry->value_size) ||
		memchr(value, '\0', entry->value_size))
		return;
	memcpy(copy, value, entry->value_size);
	copy[entry->value_size] = '\0';
	r = percent_decode(copy, decoded, sizeof(decoded), &at, &why);
	/* Raw characters that are wrong are known from check_characters(). */
	if (r < 0 && copy[at] == '%')
		problems_add(scan->problems, line->number,
			text_line_column(line, entry->value_at - line->at + at), copy + at,
			strnlen(copy + at, 12), r == -EILSEQ ? "text without %s" : "%s", why);
}

static void check_value(const struct text_scan *scan, const struct text_line *line,
	const struct canonical_entry *entry)
{
	const char *value = scan->text + entry->value_at;
	unsigned column = entry->value_column;
	size_t counted = 0;

	if (entry->value_size == 0)
		problems_add(scan->problems, line->number, entry->value_column, line->bytes,
			line->size, "a value after \"=\"");
	if (entry->value_size >= strlen(WIDE_SPACE) &&
		memcmp(value, WIDE_SPACE, strlen(WIDE_SPACE)) == 0)
		problems_add(scan->problems, line->number, entry->value_column, value,
			entry->value_size, "no full-width space (U+3000) before the value");
	for (size_t i = 0; i < entry->value_size; i++) {
		if (value[i] != ';' && value[i] != '#')
			continue;
		column += (unsigned)utf8_count(value + counted, i - counted);
		counted = i;
		problems_add(scan->problems, line->number, column, value + i, 1,
			"a value without \";\" and \"#\" (in free text, %%3B and %%23)");
	}
	check_encoded(scan, line, entry);
}

/* One key before the first section is named, and speaks for those that follow it. */
static void add_stray_key(struct text_scan *scan, const struct text_line *line)
{
	if (!scan->has_stray_key)
		problems_add(scan->problems, line->number, 1, line->bytes, line->size,
			"a \"[section]\" before the first key");
	scan->has_stray_key = true;
}

static int scan_entry(struct text_scan *scan, const struct text_line *line, size_t found_before)
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
		add_stray_key(scan, line);
		return 0;
	}
	entry.is_damaged = line->is_foreign || problems_found(scan->problems) != found_before;
	r = grow(&out->entries, out->n_entries, sizeof(entry));
	if (r < 0)
		return r;
	out->entries[out->n_entries++] = entry;
	out->sections[out->n_sections - 1].n_entries++;
	return 0;
}

int canonical_scan_line(struct text_scan *scan, struct text_line *line)
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
	if (line->bytes[indent] == '[' || is_broken_section(line))
		return scan_section(scan, line);
	if (line->bytes[indent] == ';') {
		problems_add(scan->problems, line->number, text_line_column(line, indent),
			line->bytes, line->size, "\"#\" where a comment begins, not \";\"");
		return 0;
	}
	return scan_entry(scan, line, found_before);
}
