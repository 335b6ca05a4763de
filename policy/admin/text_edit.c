#include "policy/admin/text_edit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/cleanup.h"
#include "policy/value.h"

int text_copy(const char *bytes, size_t size, struct text *ret)
{
	char *copy = malloc(size + 1);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, bytes, size);
	copy[size] = '\0';
	*ret = (struct text){copy, size};
	return 0;
}

void text_free(struct text *text)
{
	free(text->bytes);
}

/* Puts new in place of size bytes at at. */
static int splice(struct text *text, size_t at, size_t size, const char *new)
{
	size_t new_size = strlen(new), rest = text->size - at - size;
	char *bytes = malloc(text->size - size + new_size + 1);

	if (!bytes)
		return -ENOMEM;
	memcpy(bytes, text->bytes, at);
	memcpy(bytes + at, new, new_size);
	memcpy(bytes + at + new_size, text->bytes + at + size, rest);
	free(text->bytes);
	text->bytes = bytes;
	text->size = at + new_size + rest;
	bytes[text->size] = '\0';
	return 0;
}

static int scan(const struct text *text, struct canonical *ret)
{
	struct problems problems = {0};
	int r = canonical_scan(text->bytes, text->size, &problems, ret);
	bool is_canonical = !problems_any(&problems);

	problems_clear(&problems);
	return r < 0 || is_canonical ? r : -EBADMSG;
}

static bool is_word(const struct text *text, size_t at, size_t size, const char *word)
{
	return strlen(word) == size && memcmp(text->bytes + at, word, size) == 0;
}

static bool is_section(
	const struct text *text, const struct canonical_section *found, struct text_section section)
{
	return is_word(text, found->type_at, found->type_size, section.type) &&
	       is_word(text, found->name_at, found->name_size, section.name ? section.name : "");
}

static const struct canonical_section *find_section(
	const struct text *text, const struct canonical *canonical, struct text_section section)
{
	for (size_t i = 0; i < canonical->n_sections; i++)
		if (is_section(text, &canonical->sections[i], section))
			return &canonical->sections[i];
	return NULL;
}

static const struct canonical_entry *find_key(const struct text *text,
	const struct canonical *canonical, struct text_section section, const char *key)
{
	const struct canonical_section *found = find_section(text, canonical, section);

	for (size_t i = 0; found && i < found->n_entries; i++) {
		const struct canonical_entry *entry = &canonical->entries[found->first_entry + i];

		if (is_word(text, entry->key_at, entry->key_size, key))
			return entry;
	}
	return NULL;
}

/* Behind the LF of the line at at. */
static size_t line_end(const struct text *text, size_t at)
{
	const char *end = memchr(text->bytes + at, '\n', text->size - at);

	return end ? (size_t)(end - text->bytes) + 1 : text->size;
}

/* Behind the last line of a section that says something: its last key, or its header. */
static size_t section_end(const struct text *text, const struct canonical *canonical,
	const struct canonical_section *section)
{
	const struct canonical_entry *last =
		section->n_entries > 0
			? &canonical->entries[section->first_entry + section->n_entries - 1]
			: NULL;

	return line_end(text, last ? last->key_at : section->type_at);
}

bool text_has_section(const struct text *text, struct text_section section)
{
	CLEANUP(canonical_clear) struct canonical canonical = {0};

	return scan(text, &canonical) == 0 && find_section(text, &canonical, section);
}

int text_section_name(
	const struct text *text, const char *type, size_t index, char ret[TEXT_NAME_SIZE])
{
	CLEANUP(canonical_clear) struct canonical canonical = {0};

	if (scan(text, &canonical) < 0)
		return -ENOENT;
	for (size_t i = 0; i < canonical.n_sections; i++) {
		const struct canonical_section *section = &canonical.sections[i];

		if (!is_word(text, section->type_at, section->type_size, type) ||
			section->name_size == 0 || section->name_size >= TEXT_NAME_SIZE ||
			index-- > 0)
			continue;
		memcpy(ret, text->bytes + section->name_at, section->name_size);
		ret[section->name_size] = '\0';
		return 0;
	}
	return -ENOENT;
}

int text_get(const struct text *text, struct text_section section, const char *key, char **ret)
{
	CLEANUP(canonical_clear) struct canonical canonical = {0};
	const struct canonical_entry *entry;
	char *value;
	int r = scan(text, &canonical);

	if (r < 0)
		return r;
	entry = find_key(text, &canonical, section, key);
	if (!entry)
		return -ENOENT;
	value = strndup(text->bytes + entry->value_at, entry->value_size);
	if (!value)
		return -ENOMEM;
	*ret = value;
	return 0;
}

int text_set(struct text *text, struct text_section section, const char *key, const char *value)
{
	CLEANUP(canonical_clear) struct canonical canonical = {0};
	const struct canonical_entry *entry;
	int r = scan(text, &canonical);

	if (r < 0)
		return r;
	entry = find_key(text, &canonical, section, key);
	return entry ? splice(text, entry->value_at, entry->value_size, value) : -ENOENT;
}

int text_set_number(
	struct text *text, struct text_section section, const char *key, uint64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	return text_set(text, section, key, digits);
}

int text_add_key(struct text *text, struct text_section section, const char *key, const char *value)
{
	CLEANUP(canonical_clear) struct canonical canonical = {0};
	CLEANUP(cleanup_free) char *line = NULL;
	const struct canonical_section *found;
	int r = scan(text, &canonical);

	if (r < 0)
		return r;
	found = find_section(text, &canonical, section);
	if (!found)
		return -ENOENT;
	line = admin_format("%s = %s\n", key, value);
	return line ? splice(text, section_end(text, &canonical, found), 0, line) : -ENOMEM;
}

int text_remove_key(struct text *text, struct text_section section, const char *key)
{
	CLEANUP(canonical_clear) struct canonical canonical = {0};
	const struct canonical_entry *entry;
	int r = scan(text, &canonical);

	if (r < 0)
		return r;
	entry = find_key(text, &canonical, section, key);
	if (!entry)
		return -ENOENT;
	return splice(text, entry->key_at, line_end(text, entry->key_at) - entry->key_at, "");
}

int text_add_section(struct text *text, const char *type, const char *lines)
{
	CLEANUP(canonical_clear) struct canonical canonical = {0};
	CLEANUP(cleanup_free) char *both = NULL;
	const struct canonical_section *last = NULL;
	int r = scan(text, &canonical);

	if (r < 0)
		return r;
	for (size_t i = 0; i < canonical.n_sections; i++)
		if (is_word(text, canonical.sections[i].type_at, canonical.sections[i].type_size,
			    type))
			last = &canonical.sections[i];
	if (!last)
		return -ENOENT;
	both = admin_format("\n%s", lines);
	return both ? splice(text, section_end(text, &canonical, last), 0, both) : -ENOMEM;
}

int text_remove_section(struct text *text, struct text_section section)
{
	CLEANUP(canonical_clear) struct canonical canonical = {0};
	const struct canonical_section *found;
	size_t at, end;
	int r = scan(text, &canonical);

	if (r < 0)
		return r;
	found = find_section(text, &canonical, section);
	if (!found)
		return -ENOENT;
	at = found->type_at - 1; /* the bracket */
	end = section_end(text, &canonical, found);
	if (end < text->size && text->bytes[end] == '\n')
		end++;
	return splice(text, at, end - at, "");
}

/* Where the word stands in the list, or NULL. */
static const char *find_word(const char *list, const char *word)
{
	const char *cursor = list, *at;
	int size;

	while ((size = list_next(&cursor, &at)) > 0)
		if (strlen(word) == (size_t)size && memcmp(at, word, (size_t)size) == 0)
			return at;
	return NULL;
}

int text_add_word(struct text *text, struct text_section section, const char *key, const char *word)
{
	CLEANUP(cleanup_free) char *list = NULL, *longer = NULL;
	int r = text_get(text, section, key, &list);

	if (r < 0)
		return r;
	if (find_word(list, word))
		return -EEXIST;
	longer = admin_format("%s%s%s", list, list[0] != '\0' ? " " : "", word);
	return longer ? text_set(text, section, key, longer) : -ENOMEM;
}

int text_remove_word(
	struct text *text, struct text_section section, const char *key, const char *word)
{
	CLEANUP(cleanup_free) char *list = NULL, *shorter = NULL;
	size_t before, after;
	const char *at;
	int r = text_get(text, section, key, &list);

	if (r < 0)
		return r;
	at = find_word(list, word);
	if (!at)
		return -ENOENT;
	before = (size_t)(at - list);
	after = before + strlen(word);
	/* With the space behind it, or the one before the last word. */
	if (list[after] == ' ')
		after++;
	else if (before > 0)
		before--;
	shorter = admin_format("%.*s%s", (int)before, list, list + after);
	return shorter ? text_set(text, section, key, shorter) : -ENOMEM;
}
