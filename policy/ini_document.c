#include "policy/ini_document.h"

#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>

#include "policy/canonical.h"
#include "policy/characters.h"
#include "policy/cleanup.h"

#define INIH_NO_MEMORY (-2) /* what ini_parse_string() returns then */

/* Walks the entries that the canonical scan found while libinih reports its own. */
struct comparison {
	const char *text;
	const struct canonical *canonical;
	size_t section, entry;
	bool is_different;
};

static bool is_equal(const char *string, const char *bytes, size_t size)
{
	return strlen(string) == size && memcmp(string, bytes, size) == 0;
}

static int compare_entry(void *user, const char *section, const char *key, const char *value)
{
	struct comparison *walk = user;
	const struct canonical *canonical = walk->canonical;
	const struct canonical_section *expected_section;
	const struct canonical_entry *expected;
	size_t header_size;

	if (walk->is_different || walk->entry >= canonical->n_entries) {
		walk->is_different = true;
		return 1;
	}
	expected_section = &canonical->sections[walk->section];
	while (walk->entry >= expected_section->first_entry + expected_section->n_entries)
		expected_section = &canonical->sections[++walk->section];
	expected = &canonical->entries[walk->entry];
	header_size = expected_section->type_size;
	if (expected_section->name_size > 0)
		header_size += 1 + expected_section->name_size;
	if (!is_equal(section, walk->text + expected_section->type_at, header_size) ||
		!is_equal(key, walk->text + expected->key_at, expected->key_size) ||
		!is_equal(value, walk->text + expected->value_at, expected->value_size))
		walk->is_different = true;
	else
		walk->entry++;
	return 1;
}

/* Whether libinih reads the same entries in the canonical text, a string; else a problem. Returns 0
 * or -ENOMEM: memory that is short says nothing about the text. */
static int check_second_reader(
	const char *text, const struct canonical *canonical, struct problems *problems)
{
	struct comparison walk = {.text = text, .canonical = canonical};
	unsigned line = 0;
	int r = ini_parse_string(text, compare_entry, &walk);

	if (r == INIH_NO_MEMORY)
		return -ENOMEM;
	if (r == 0 && !walk.is_different && walk.entry == canonical->n_entries)
		return 0;
	if (walk.entry < canonical->n_entries)
		line = canonical->entries[walk.entry].line;
	problems_add(problems, line, line ? 1 : 0, "", 0,
		"a line that two INI readers understand alike");
	return 0;
}

/* The string in the copied text; the byte behind it, a separator, becomes its end. */
static const char *terminate(char *strings, size_t at, size_t size)
{
	strings[at + size] = '\0';
	return strings + at;
}

static void fill(const struct canonical *canonical, struct ini_document *document)
{
	char *strings = document->strings;

	for (size_t i = 0; i < canonical->n_entries; i++) {
		const struct canonical_entry *entry = &canonical->entries[i];

		document->entries[i] = (struct ini_entry){
			.key = terminate(strings, entry->key_at, entry->key_size),
			.value = terminate(strings, entry->value_at, entry->value_size),
			.line = entry->line,
			.column = entry->value_column,
			.is_damaged = entry->is_damaged,
		};
	}
	for (size_t i = 0; i < canonical->n_sections; i++) {
		const struct canonical_section *section = &canonical->sections[i];
		bool has_name = section->name_size > 0 && !section->is_damaged;

		document->sections[i] = (struct ini_section){
			.type = section->is_damaged
					? ""
					: terminate(strings, section->type_at, section->type_size),
			.name = has_name ? terminate(strings, section->name_at, section->name_size)
					 : NULL,
			.line = section->line,
			.is_damaged = section->is_damaged,
			.entries = document->entries + section->first_entry,
			.n_entries = section->n_entries,
		};
	}
	document->n_sections = canonical->n_sections;
	document->end_line = canonical->end_line;
	document->end_column = canonical->end_column;
}

int ini_document_read(
	const char *text, size_t size, struct problems *problems, struct ini_document **ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	CLEANUP(canonical_clear) struct canonical canonical = {0};
	size_t found_before = problems_found(problems);
	int r;

	document = calloc(1, sizeof(*document));
	if (!document)
		return -ENOMEM;
	r = canonical_scan(text, size, problems, &canonical);
	if (r < 0)
		return r;
	document->strings = malloc(size + 1);
	document->sections = calloc(canonical.n_sections + 1, sizeof(*document->sections));
	document->entries = calloc(canonical.n_entries + 1, sizeof(*document->entries));
	if (!document->strings || !document->sections || !document->entries)
		return -ENOMEM;
	if (size > 0)
		memcpy(document->strings, text, size);
	document->strings[size] = '\0';
	if (problems_found(problems) == found_before)
		r = check_second_reader(document->strings, &canonical, problems);
	if (r < 0)
		return r;
	fill(&canonical, document);
	*ret = TAKE(document);
	return 0;
}

void ini_document_free(struct ini_document *document)
{
	if (!document)
		return;
	free(document->sections);
	free(document->entries);
	free(document->strings);
	free(document);
}

void ini_document_cleanup(struct ini_document **document)
{
	ini_document_free(*document);
}

void ini_section_end(const struct ini_section *section, unsigned *ret_line, unsigned *ret_column)
{
	const struct ini_entry *last =
		section->n_entries > 0 ? &section->entries[section->n_entries - 1] : NULL;
	size_t header_size = strlen("[]") + strlen(section->type);

	if (last) {
		*ret_line = last->line;
		*ret_column = last->column + (unsigned)utf8_count(last->value, strlen(last->value));
		return;
	}
	if (section->name)
		header_size += 1 + strlen(section->name);
	*ret_line = section->line;
	*ret_column = (unsigned)header_size + 1;
}

const struct ini_entry *ini_section_find(const struct ini_section *section, const char *key)
{
	for (size_t i = 0; i < section->n_entries; i++)
		if (strcmp(section->entries[i].key, key) == 0)
			return &section->entries[i];
	return NULL;
}
