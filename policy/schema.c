#include "policy/schema.h"

#include <stdio.h>
#include <string.h>

/* Appends a word to a list of words for a message. */
static void append(
	char list[PROBLEM_TEXT_MAX], const char *before, const char *word, const char *after)
{
	size_t used = strlen(list);

	snprintf(list + used, PROBLEM_TEXT_MAX - used, " %s%s%s", before, word, after);
}

static void list_sections(
	const struct schema_section *sections, size_t n_sections, char list[PROBLEM_TEXT_MAX])
{
	list[0] = '\0';
	for (size_t i = 0; i < n_sections; i++)
		append(list, "[", sections[i].type, sections[i].is_named ? " NAME]" : "]");
}

static void list_keys(const struct schema_section *schema, char list[PROBLEM_TEXT_MAX])
{
	list[0] = '\0';
	for (size_t i = 0; i < schema->n_keys; i++)
		append(list, "", schema->keys[i].key, "");
	if (schema->other_keys)
		append(list, "", schema->other_keys, "");
}

/* Expected is before, word and after in a row. */
static void section_problem(const struct ini_section *section, struct problems *problems,
	const char *before, const char *word, const char *after)
{
	char header[PROBLEM_TEXT_MAX];

	snprintf(header, sizeof(header), "[%s%s%s]", section->type, section->name ? " " : "",
		section->name ? section->name : "");
	problems_add(
		problems, section->line, 1, header, strlen(header), "%s%s%s", before, word, after);
}

static const struct schema_key *find_key(const struct schema_section *schema, const char *key)
{
	for (size_t i = 0; i < schema->n_keys; i++)
		if (strcmp(schema->keys[i].key, key) == 0)
			return &schema->keys[i];
	return NULL;
}

static void add_unknown_key(const struct schema_section *schema, const struct ini_entry *entry,
	struct problems *problems)
{
	char list[PROBLEM_TEXT_MAX], phrase[NEAREST_PHRASE_MAX];
	struct nearest nearest;

	nearest_begin(&nearest, entry->key, strlen(entry->key));
	for (size_t i = 0; i < schema->n_keys; i++)
		nearest_offer(&nearest, schema->keys[i].key);
	if (schema->offer_other)
		schema->offer_other(&nearest);
	list_keys(schema, list);
	problems_add(problems, entry->line, 1, entry->key, strlen(entry->key),
		"one of the keys%s%s", list, nearest_phrase(&nearest, "", "", phrase));
}

static void read_entry(const struct schema_section *schema, const struct ini_entry *entry,
	struct problems *problems, void *destination)
{
	const struct schema_key *key = find_key(schema, entry->key);

	if (entry->is_damaged)
		return;
	if (key) {
		key->read(key, entry, problems, (char *)destination + key->offset);
		return;
	}
	if (schema->read_other && schema->read_other(entry, problems, destination))
		return;
	add_unknown_key(schema, entry, problems);
}

static void read_section(const struct schema_section *schema, const struct ini_section *section,
	struct problems *problems, void *ret)
{
	void *destination = (char *)ret + schema->at;
	unsigned line, column;

	if (schema->is_named != (section->name != NULL)) {
		section_problem(
			section, problems, "[", schema->type, schema->is_named ? " NAME]" : "]");
		return;
	}
	if (schema->is_there_at > 0)
		*(bool *)((char *)ret + schema->is_there_at) = true;
	if (schema->begin)
		destination = schema->begin(section, problems, ret);
	if (!destination)
		return;
	for (size_t i = 0; i < section->n_entries; i++)
		read_entry(schema, &section->entries[i], problems, destination);
	ini_section_end(section, &line, &column);
	for (size_t i = 0; i < schema->n_keys; i++)
		if (schema->keys[i].is_required && !ini_section_find(section, schema->keys[i].key))
			problems_add_missing(problems, line, column, "the key \"%s\" in [%s%s%s]",
				schema->keys[i].key, section->type, section->name ? " " : "",
				section->name ? section->name : "");
}

static const struct schema_section *find_section(
	const struct schema_section *sections, size_t n_sections, const char *type)
{
	for (size_t i = 0; i < n_sections; i++)
		if (strcmp(sections[i].type, type) == 0)
			return &sections[i];
	return NULL;
}

static void add_unknown_section(const struct schema_section *sections, size_t n_sections,
	const struct ini_section *section, struct problems *problems)
{
	char list[PROBLEM_TEXT_MAX], phrase[NEAREST_PHRASE_MAX];
	const char *after = "]";
	struct nearest nearest;

	nearest_begin(&nearest, section->type, strlen(section->type));
	for (size_t i = 0; i < n_sections; i++) {
		const char *best = nearest.best;

		nearest_offer(&nearest, sections[i].type);
		if (nearest.best != best)
			after = sections[i].is_named ? " NAME]" : "]";
	}
	list_sections(sections, n_sections, list);
	section_problem(section, problems, "one of the sections", list,
		nearest_phrase(&nearest, "[", after, phrase));
}

static bool has_section(const struct ini_document *document, const char *type)
{
	for (size_t i = 0; i < document->n_sections; i++)
		if (strcmp(document->sections[i].type, type) == 0)
			return true;
	return false;
}

/* A head under a wrong name: no key of it belongs to the section that it is called. */
static bool has_head_keys(const struct ini_section *section)
{
	return ini_section_find(section, "kind") != NULL;
}

/*
 * The first section says what the document is. One that stands further down is named with its line;
 * what stands in its place is then read like any other, if it is known.
 */
static bool check_first(const struct ini_document *document, const struct schema_section *head,
	struct problems *problems)
{
	const struct ini_section *first = &document->sections[0];

	if (document->n_sections == 0 || first->is_damaged || strcmp(first->type, head->type) == 0)
		return true;
	for (size_t i = 1; i < document->n_sections; i++)
		if (strcmp(document->sections[i].type, head->type) == 0) {
			char after[64];

			snprintf(after, sizeof(after),
				"] as the first section; it stands on line %u",
				document->sections[i].line);
			section_problem(first, problems, "[", head->type, after);
			return false;
		}
	section_problem(first, problems, "[", head->type,
		has_head_keys(first) ? "] above these keys, because kind stands there"
				     : "] as the first section");
	return false;
}

void schema_read(const struct ini_document *document, const struct schema_section *sections,
	size_t n_sections, struct problems *problems, void *ret)
{
	bool has_head = check_first(document, &sections[0], problems);

	for (size_t i = 0; i < document->n_sections; i++) {
		const struct ini_section *section = &document->sections[i];
		const struct schema_section *schema =
			find_section(sections, n_sections, section->type);

		if (section->is_damaged || (i == 0 && !has_head && has_head_keys(section)))
			continue;
		if (schema)
			read_section(schema, section, problems, ret);
		else if (i > 0 || has_head)
			add_unknown_section(sections, n_sections, section, problems);
	}
	for (size_t i = has_head ? 0 : 1; i < n_sections; i++)
		if (sections[i].is_required && !has_section(document, sections[i].type))
			problems_add_missing(problems, document->end_line, document->end_column,
				"a section [%s]", sections[i].type);
}
