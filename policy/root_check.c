#include "policy/root_check.h"

#include <string.h>

#include "policy/value.h"

void root_read_nothing(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
}

static int find_person(const struct root *root, const char *id, size_t size)
{
	for (size_t i = 0; i < root->n_persons; i++)
		if (strlen(root->persons[i].id) == size &&
			memcmp(root->persons[i].id, id, size) == 0)
			return (int)i;
	return -1;
}

static unsigned count_bits(uint64_t bits)
{
	unsigned count = 0;

	for (; bits != 0; bits &= bits - 1)
		count++;
	return count;
}

static void read_persons(const struct root *root, const struct ini_entry *entry,
	struct problems *problems, struct role_grant *grant)
{
	const char *cursor = entry->value, *id = cursor;
	int size;

	while ((size = list_next(&cursor, &id)) > 0) {
		int person = find_person(root, id, (size_t)size);

		if (person < 0) {
			problems_add(problems, entry->line,
				entry->column + (unsigned)(id - entry->value), id, (size_t)size,
				"a person who has a section [person NAME]");
			continue;
		}
		if (grant->persons & (UINT64_C(1) << person))
			problems_add(problems, entry->line,
				entry->column + (unsigned)(id - entry->value), id, (size_t)size,
				"each person once");
		grant->persons |= UINT64_C(1) << person;
	}
	if (size < 0)
		value_problem(problems, entry, "names of persons with one space between");
}

static void check_role(
	const struct ini_section *section, struct problems *problems, struct root *root)
{
	const struct ini_entry *persons = ini_section_find(section, "persons");
	const struct ini_entry *threshold = ini_section_find(section, "threshold");
	size_t found_before = problems_found(problems);
	struct role_grant *grant;
	enum role role;

	if (role_from_name(section->name, &role) < 0 || !persons || persons->is_damaged)
		return;
	grant = &root->roles[role];
	read_persons(root, persons, problems, grant);
	if (threshold && problems_found(problems) == found_before &&
		grant->threshold > count_bits(grant->persons))
		value_problem(problems, threshold, "at most %u, the number of its persons",
			count_bits(grant->persons));
}

/* The entries of a section and of all before it, looked through for the same key. */
static void check_key(
	const struct ini_document *document, size_t s, size_t e, struct problems *problems)
{
	const struct ini_entry *entry = &document->sections[s].entries[e];

	for (size_t i = 0; i <= s; i++) {
		const struct ini_section *other = &document->sections[i];
		size_t n = i == s ? e : other->n_entries;

		if (strcmp(other->type, "person") != 0)
			continue;
		for (size_t k = 0; k < n; k++) {
			const struct ini_entry *before = &other->entries[k];

			if (strncmp(before->key, "key-", 4) == 0 &&
				strcmp(before->value, entry->value) == 0) {
				value_problem(problems, entry,
					"a key that stands nowhere else (line %u)", before->line);
				return;
			}
		}
	}
}

static void check_person(const struct ini_document *document, size_t s, struct problems *problems)
{
	const struct ini_section *section = &document->sections[s];
	bool has_key = false;

	for (size_t e = 0; e < section->n_entries; e++)
		if (strncmp(section->entries[e].key, "key-", 4) == 0) {
			has_key = true;
			check_key(document, s, e, problems);
		}
	if (!has_key)
		problems_add(problems, section->line, sizeof("[person "), section->name,
			strlen(section->name), "at least key-1 in this section");
}

void root_check(const struct ini_document *document, struct problems *problems, struct root *root)
{
	static const enum role needed[] = {ROLE_ROOT, ROLE_POLICY};
	size_t persons = 0;

	for (size_t s = 0; s < document->n_sections; s++) {
		const struct ini_section *section = &document->sections[s];

		if (section->is_damaged || !section->name)
			continue;
		if (strcmp(section->type, "role") == 0)
			check_role(section, problems, root);
		/* A bound on the work: more persons are a problem already. */
		if (strcmp(section->type, "person") == 0 && ++persons <= PERSONS_MAX)
			check_person(document, s, problems);
	}
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!root->roles[needed[i]].is_defined)
			problems_add(
				problems, 0, 0, "", 0, "a section [role %s]", role_name(needed[i]));
}
