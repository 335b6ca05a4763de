#include "policy/canonical_duplicates.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"

/* A section's header or a key, sortable by what must be unique, then by place. */
struct name {
	size_t section; /* of a key; 0 for sections */
	const char *bytes;
	size_t size;
	size_t index; /* in its array */
	unsigned line;
};

static int compare_names(const struct name *a, const struct name *b)
{
	int order;

	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	order = memcmp(a->bytes, b->bytes, a->size < b->size ? a->size : b->size);
	if (order != 0)
		return order;
	return a->size == b->size ? 0 : a->size < b->size ? -1 : 1;
}

static int compare(const void *left, const void *right)
{
	const struct name *a = left, *b = right;
	int order = compare_names(a, b);

	return order != 0 ? order : a->index < b->index ? -1 : 1;
}

/* "type name" as it stands between the brackets. */
static struct name section_name(const char *text, const struct canonical *canonical, size_t index)
{
	const struct canonical_section *section = &canonical->sections[index];

	return (struct name){
		.bytes = text + section->type_at,
		.size = section->type_size + (section->name_size ? section->name_size + 1 : 0),
		.index = index,
		.line = section->line,
	};
}

static int check_sections(const char *text, struct problems *problems, struct canonical *canonical)
{
	CLEANUP(cleanup_free) struct name *names = NULL;
	size_t n = 0;

	names = calloc(canonical->n_sections + 1, sizeof(*names));
	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < canonical->n_sections; i++)
		if (!canonical->sections[i].is_damaged)
			names[n++] = section_name(text, canonical, i);
	if (n > 1)
		qsort(names, n, sizeof(*names), compare);
	for (size_t i = 1, first = 0; i < n; i++) {
		if (compare_names(&names[first], &names[i]) != 0) {
			first = i;
			continue;
		}
		problems_add(problems, names[i].line, 1, names[i].bytes - 1, names[i].size + 2,
			"each section once (it stands on line %u)", names[first].line);
		canonical->sections[names[i].index].is_damaged = true;
	}
	return 0;
}

static int check_keys(const char *text, struct problems *problems, struct canonical *canonical)
{
	CLEANUP(cleanup_free) struct name *names = NULL;
	size_t n = 0;

	names = calloc(canonical->n_entries + 1, sizeof(*names));
	if (!names)
		return -ENOMEM;
	for (size_t s = 0; s < canonical->n_sections; s++)
		for (size_t i = 0; i < canonical->sections[s].n_entries; i++) {
			size_t index = canonical->sections[s].first_entry + i;
			const struct canonical_entry *entry = &canonical->entries[index];

			names[n++] = (struct name){.section = s,
				.bytes = text + entry->key_at,
				.size = entry->key_size,
				.index = index,
				.line = entry->line};
		}
	if (n > 1)
		qsort(names, n, sizeof(*names), compare);
	for (size_t i = 1, first = 0; i < n; i++) {
		if (compare_names(&names[first], &names[i]) != 0) {
			first = i;
			continue;
		}
		problems_add(problems, names[i].line, 1, names[i].bytes, names[i].size,
			"each key once in a section (it stands on line %u)", names[first].line);
		canonical->entries[names[i].index].is_damaged = true;
	}
	return 0;
}

int canonical_check_duplicates(
	const char *text, struct problems *problems, struct canonical *canonical)
{
	int r = check_sections(text, problems, canonical);

	return r < 0 ? r : check_keys(text, problems, canonical);
}
