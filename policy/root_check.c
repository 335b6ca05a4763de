#include "policy/root_check.h"

#include <string.h>

#include "policy/root_grants.h"

void root_read_nothing(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
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
			root_grant_read(section, problems, root);
		/* A bound on the work: more persons are a problem already. */
		if (strcmp(section->type, "person") == 0 && ++persons <= PERSONS_MAX)
			check_person(document, s, problems);
	}
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!root_find_grant(root, needed[i], NULL))
			problems_add_missing(problems, document->end_line, document->end_column,
				"a section [role %s]", role_name(needed[i]));
	root_grants_check(document, problems, root);
}
