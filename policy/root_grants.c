#include "policy/root_grants.h"

#include <string.h>

#include "policy/schema.h"
#include "policy/value.h"

/* Adds a problem at one word of a list. */
#define word_problem(problems, entry, word, size, ...) \
	problems_add(problems, (entry)->line, value_column_of(entry, word), word, size, __VA_ARGS__)

static int find_person(const struct root *root, const char *id, size_t size)
{
	for (size_t i = 0; i < root->n_persons; i++)
		if (strlen(root->persons[i].id) == size &&
			memcmp(root->persons[i].id, id, size) == 0)
			return (int)i;
	return -1;
}

static struct role_grant *find_grant(struct root *root, const struct ini_section *section)
{
	for (size_t i = 0; i < root->n_grants; i++)
		if (root->grants[i].line == section->line)
			return &root->grants[i];
	return NULL;
}

/* The entry when it can be read, or NULL. */
static const struct ini_entry *find_entry(const struct ini_section *section, const char *key)
{
	const struct ini_entry *entry = ini_section_find(section, key);

	return entry && !entry->is_damaged ? entry : NULL;
}

/* What separates words for people, and not here: a comma, or one of a Japanese keyboard. */
static bool has_comma(const char *text)
{
	return strchr(text, ',') || strstr(text, "\xe3\x80\x81") || strstr(text, "\xef\xbc\x8c");
}

static void add_unknown_person(const struct root *root, const struct ini_entry *entry,
	const char *id, size_t size, struct problems *problems)
{
	char phrase[NEAREST_PHRASE_MAX];
	struct nearest nearest;

	nearest_begin(&nearest, id, size);
	for (size_t i = 0; i < root->n_persons; i++)
		nearest_offer(&nearest, root->persons[i].id);
	word_problem(problems, entry, id, size, "a person who has a section [person NAME]%s%s",
		has_comma(entry->value) ? "; names have one space between, and no comma" : "",
		nearest_phrase(&nearest, "", "", phrase));
}

static void read_persons(const struct root *root, const struct ini_entry *entry,
	struct problems *problems, struct role_grant *grant)
{
	const char *cursor = entry->value, *id = cursor;
	int size;

	while ((size = list_next(&cursor, &id)) > 0) {
		int person = find_person(root, id, (size_t)size);

		if (person < 0) {
			add_unknown_person(root, entry, id, (size_t)size, problems);
			continue;
		}
		if (grant->persons & (UINT64_C(1) << person))
			word_problem(problems, entry, id, (size_t)size, "each person once");
		grant->persons |= UINT64_C(1) << person;
	}
	if (size < 0)
		value_problem(problems, entry, "names of persons with one space between");
}

static void add_tier(const struct ini_entry *entry, const char *word, size_t size,
	struct problems *problems, struct role_grant *grant)
{
	char tier[TIER_NAME_MAX + 1] = "";

	if (size <= TIER_NAME_MAX)
		memcpy(tier, word, size);
	if (!tier_is_valid(tier)) {
		word_problem(problems, entry, word, size,
			"the name of one tier, of 1 to %d letters of a-z 0-9 -", TIER_NAME_MAX);
		return;
	}
	if (grant->n_tiers > 0 && grant_covers(grant, tier)) {
		word_problem(problems, entry, word, size, "each tier once");
		return;
	}
	if (grant->n_tiers == GRANT_TIERS_MAX) {
		word_problem(problems, entry, word, size, "at most %d tiers", GRANT_TIERS_MAX);
		return;
	}
	memcpy(grant->tiers[grant->n_tiers++], tier, sizeof(tier));
}

static void read_tiers(
	const struct ini_entry *entry, struct problems *problems, struct role_grant *grant)
{
	const char *cursor = entry->value, *word = cursor;
	int size;

	if (grant->role == ROLE_ROOT) {
		problems_add(problems, entry->line, 1, entry->key, strlen(entry->key),
			"no such key: a root is for all tiers");
		return;
	}
	while ((size = list_next(&cursor, &word)) > 0)
		add_tier(entry, word, (size_t)size, problems, grant);
	if (size < 0)
		value_problem(problems, entry, "names of tiers with one space between");
}

void root_grant_read(
	const struct ini_section *section, struct problems *problems, struct root *root)
{
	const struct ini_entry *persons = find_entry(section, "persons");
	const struct ini_entry *tiers = find_entry(section, "tiers");
	const struct ini_entry *threshold = ini_section_find(section, "threshold");
	struct role_grant *grant = find_grant(root, section);
	size_t found_before = problems_found(problems);

	if (!grant)
		return;
	if (persons)
		read_persons(root, persons, problems, grant);
	if (persons && threshold && problems_found(problems) == found_before &&
		grant->threshold > persons_count(grant->persons))
		value_problem(problems, threshold, "at most %u, the number of its persons",
			persons_count(grant->persons));
	if (tiers)
		read_tiers(tiers, problems, grant);
}

/* A grant whose tiers could not be read is not taken for one of all tiers. */
static bool has_unknown_scope(const struct ini_section *section, const struct role_grant *grant)
{
	return grant->n_tiers == 0 && ini_section_find(section, "tiers");
}

static bool do_overlap(const struct role_grant *a, const struct role_grant *b)
{
	if (a->role != b->role || a->role == ROLE_NONE)
		return false;
	for (size_t i = 0; i < a->n_tiers; i++)
		if (grant_covers(b, a->tiers[i]))
			return true;
	return a->n_tiers == 0;
}

/* Where two grants of a role are for one tier, it would not be clear whose threshold counts. */
static void check_overlap(const struct ini_section *section, const struct role_grant *grant,
	const struct role_grant *before, struct problems *problems)
{
	if (!do_overlap(grant, before))
		return;
	problems_add(problems, section->line, sizeof("[role "), section->name,
		strlen(section->name),
		grant->role == ROLE_ROOT
			? "one section of the role %s, which is [role %s] in line %u"
			: "other tiers than that of the role %s in [role %s], line %u",
		role_name(grant->role), before->name, before->line);
}

/* The key of fresh lies on a machine, so it may do nothing else. */
static void check_fresh(const struct ini_section *section, const struct role_grant *grant,
	struct problems *problems, const struct root *root)
{
	const struct ini_entry *entry = find_entry(section, "persons");
	const char *cursor, *id;
	int size;

	if (!entry || grant->role != ROLE_FRESH)
		return;
	cursor = id = entry->value;
	while ((size = list_next(&cursor, &id)) > 0) {
		int person = find_person(root, id, (size_t)size);

		for (size_t i = 0; person >= 0 && i < root->n_grants; i++)
			if (&root->grants[i] != grant &&
				(root->grants[i].persons & (UINT64_C(1) << person)))
				word_problem(problems, entry, id, (size_t)size,
					"a person of no other role, not one of [role %s]: the key "
					"of fresh lies on a machine",
					root->grants[i].name);
	}
}

void root_grants_check(
	const struct ini_document *document, struct problems *problems, const struct root *root)
{
	const struct role_grant *known[GRANTS_MAX];
	size_t n_known = 0, next = 0;

	/* The grants stand in the order of their sections. */
	for (size_t s = 0; s < document->n_sections && next < root->n_grants; s++) {
		const struct ini_section *section = &document->sections[s];
		const struct role_grant *grant = &root->grants[next];

		if (section->line != grant->line)
			continue;
		next++;
		check_fresh(section, grant, problems, root);
		if (has_unknown_scope(section, grant))
			continue;
		for (size_t i = 0; i < n_known; i++)
			check_overlap(section, grant, known[i], problems);
		known[n_known++] = grant;
	}
}
