#include "policy/admin/root_draft.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/canonical.h"
#include "policy/cleanup.h"
#include "policy/value.h"

#define NAME_MAX_BYTES CANONICAL_SECTION_MAX

static int out_of_memory(void)
{
	admin_complain("the draft could not be changed: there is not enough memory");
	return EXIT_UNKNOWN;
}

static struct text_section person_section(const char *id)
{
	return (struct text_section){"person", id};
}

static struct text_section role_section(const char *role)
{
	return (struct text_section){"role", role};
}

static bool has_value(const struct root_draft *draft, struct text_section section, const char *key)
{
	CLEANUP(cleanup_free) char *value = NULL;

	return text_get(&draft->text, section, key, &value) == 0;
}

static void key_name(unsigned number, char ret[16])
{
	snprintf(ret, 16, "key-%u", number);
}

static bool has_person(const struct root_draft *draft, const char *id)
{
	char key[16];

	for (unsigned i = 1; i <= PERSON_KEYS_MAX; i++) {
		key_name(i, key);
		if (has_value(draft, person_section(id), key))
			return true;
	}
	return has_value(draft, person_section(id), "name");
}

int root_draft_add_person(struct root_draft *draft, const char *id, const char *fingerprint)
{
	CLEANUP(cleanup_free) char *lines = NULL;

	if (has_person(draft, id)) {
		admin_complain("%s is in the root already; --add-key %s=FILE adds a key", id, id);
		return EXIT_NO;
	}
	if (asprintf(&lines, "[person %s]\nkey-1 = %s\n", id, fingerprint) < 0) {
		lines = NULL;
		return out_of_memory();
	}
	return text_add_section(&draft->text, "person", lines) == 0 ? EXIT_DONE : out_of_memory();
}

/* What for_each_section() calls with the name of a section. */
typedef int (*section_visitor)(struct root_draft *draft, const char *name, const char *word);

/* Calls visit for all sections of a type as they are at the beginning, until one is not done. */
static int for_each_section(
	struct root_draft *draft, const char *type, section_visitor visit, const char *word)
{
	CLEANUP(canonical_clear) struct canonical canonical = {0};
	CLEANUP(cleanup_free) char *before = strndup(draft->text.bytes, draft->text.size);
	struct problems problems = {0};
	int code = EXIT_DONE;

	if (!before || canonical_scan(before, draft->text.size, &problems, &canonical) < 0)
		code = out_of_memory();
	problems_clear(&problems);
	for (size_t i = 0; code == EXIT_DONE && i < canonical.n_sections; i++) {
		const struct canonical_section *section = &canonical.sections[i];
		char name[NAME_MAX_BYTES + 1];

		if (section->type_size != strlen(type) || section->name_size == 0 ||
			memcmp(before + section->type_at, type, section->type_size) != 0)
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)section->name_size,
			before + section->name_at);
		code = visit(draft, name, word);
	}
	return code;
}

/* Takes the person out of one role, if they are in it. */
static int leave_role(struct root_draft *draft, const char *role, const char *id)
{
	CLEANUP(cleanup_free) char *persons = NULL;
	int r = text_get(&draft->text, role_section(role), "persons", &persons);

	if (r == 0 && strcmp(persons, id) == 0) {
		admin_complain("%s is the only person of the role %s; first --add-to-role %s=ID",
			id, role, role);
		return EXIT_NO;
	}
	r = text_remove_word(&draft->text, role_section(role), "persons", id);
	return r == 0 || r == -ENOENT ? EXIT_DONE : out_of_memory();
}

int root_draft_remove_person(struct root_draft *draft, const char *id)
{
	int code = EXIT_NO;

	if (!has_person(draft, id))
		admin_complain("the root names nobody %s", id);
	else
		code = for_each_section(draft, "role", leave_role, id);
	if (code != EXIT_DONE)
		return code;
	return text_remove_section(&draft->text, person_section(id)) == 0 ? EXIT_DONE
									  : out_of_memory();
}

int root_draft_add_key(struct root_draft *draft, const char *id, const char *fingerprint)
{
	char key[16];

	if (!has_person(draft, id) &&
		text_add_key(&draft->text, person_section(id), "key-1", fingerprint) == 0)
		return EXIT_DONE; /* their last key went before */
	if (!has_person(draft, id)) {
		admin_complain("the root names nobody %s; --add-person %s=FILE adds them", id, id);
		return EXIT_NO;
	}
	for (unsigned i = 1; i <= PERSON_KEYS_MAX; i++) {
		key_name(i, key);
		if (!has_value(draft, person_section(id), key))
			return text_add_key(&draft->text, person_section(id), key, fingerprint) == 0
				       ? EXIT_DONE
				       : out_of_memory();
	}
	admin_complain("%s has %d keys already; remove one first", id, PERSON_KEYS_MAX);
	return EXIT_NO;
}

/* EXIT_NO, which ends the search, where the person had the key and has it no more. */
static int remove_key_of(struct root_draft *draft, const char *id, const char *fingerprint)
{
	char key[16];

	for (unsigned i = 1; i <= PERSON_KEYS_MAX; i++) {
		CLEANUP(cleanup_free) char *value = NULL;

		key_name(i, key);
		if (text_get(&draft->text, person_section(id), key, &value) != 0 ||
			strcmp(value, fingerprint) != 0)
			continue;
		return text_remove_key(&draft->text, person_section(id), key) == 0
			       ? EXIT_NO
			       : out_of_memory();
	}
	return EXIT_DONE;
}

int root_draft_remove_key(struct root_draft *draft, const char *fingerprint)
{
	switch (for_each_section(draft, "person", remove_key_of, fingerprint)) {
	case EXIT_NO: return EXIT_DONE;
	case EXIT_UNKNOWN: return EXIT_UNKNOWN;
	}
	admin_complain(
		"the root names no key %s; it lists the keys as \"SHA256:...\"", fingerprint);
	return EXIT_NO;
}

static int no_role(const char *role)
{
	admin_complain("the root has no section [role %s]", role);
	return EXIT_NO;
}

int root_draft_add_to_role(struct root_draft *draft, const char *role, const char *id)
{
	CLEANUP(cleanup_free) char *lines = NULL;
	enum role known;
	int r = text_add_word(&draft->text, role_section(role), "persons", id);

	if (r == -EEXIST)
		admin_complain("%s is in the role %s already", id, role);
	if (r == -ENOENT && role_from_name(role, &known) < 0)
		return no_role(role);
	if (r != -ENOENT)
		return r == 0 ? EXIT_DONE : r == -EEXIST ? EXIT_NO : out_of_memory();
	if (asprintf(&lines, "[role %s]\npersons = %s\nthreshold = 1\n", role, id) < 0) {
		lines = NULL;
		return out_of_memory();
	}
	return text_add_section(&draft->text, "role", lines) == 0 ? EXIT_DONE : out_of_memory();
}

int root_draft_remove_from_role(struct root_draft *draft, const char *role, const char *id)
{
	CLEANUP(cleanup_free) char *persons = NULL, *after = NULL;

	if (text_get(&draft->text, role_section(role), "persons", &persons) != 0)
		return no_role(role);
	if (leave_role(draft, role, id) != EXIT_DONE)
		return EXIT_NO;
	if (text_get(&draft->text, role_section(role), "persons", &after) != 0)
		return out_of_memory();
	if (strcmp(persons, after) != 0)
		return EXIT_DONE;
	admin_complain("%s is not in the role %s", id, role);
	return EXIT_NO;
}

int root_draft_set_threshold(struct root_draft *draft, const char *role, unsigned threshold)
{
	char number[16];
	int r;

	snprintf(number, sizeof(number), "%u", threshold);
	r = text_set(&draft->text, role_section(role), "threshold", number);
	if (r == -ENOENT)
		return no_role(role);
	return r == 0 ? EXIT_DONE : out_of_memory();
}

int root_draft_set(struct root_draft *draft, const char *key, const char *value)
{
	struct text_section section = {"root", NULL};

	return text_set(&draft->text, section, key, value) == 0 ? EXIT_DONE : out_of_memory();
}

/* The two mistakes that a change of persons makes, said plainly before the parser says them. */
static int check_role(struct root_draft *draft, const char *role, const char *ignored)
{
	CLEANUP(cleanup_free) char *persons = NULL, *threshold = NULL;
	const char *cursor, *word;
	uint64_t needed;
	unsigned count = 0;

	if (text_get(&draft->text, role_section(role), "persons", &persons) != 0 ||
		text_get(&draft->text, role_section(role), "threshold", &threshold) != 0 ||
		number_parse(threshold, 1, PERSONS_MAX, &needed) < 0)
		return EXIT_DONE;
	cursor = word = persons;
	while (list_next(&cursor, &word) > 0)
		count++;
	if (needed <= count)
		return EXIT_DONE;
	admin_complain(
		"too few persons are left: the role %s needs %s, and there would be only %s; "
		"add somebody, or --threshold %s=%u",
		role, threshold, persons, role, count);
	return EXIT_NO;
}

static int check_person(struct root_draft *draft, const char *id, const char *ignored)
{
	char key[16];

	for (unsigned i = 1; i <= PERSON_KEYS_MAX; i++) {
		key_name(i, key);
		if (has_value(draft, person_section(id), key))
			return EXIT_DONE;
	}
	admin_complain(
		"%s would have no key: --add-key %s=FILE, or --remove-person %s", id, id, id);
	return EXIT_NO;
}

int root_draft_check(const struct root_draft *draft, struct root **ret)
{
	struct root_draft copy = *draft;
	struct problems problems = {0};
	int code = for_each_section(&copy, "role", check_role, NULL), r;

	if (code == EXIT_DONE)
		code = for_each_section(&copy, "person", check_person, NULL);
	if (code != EXIT_DONE)
		return code;
	r = root_parse(draft->text.bytes, draft->text.size, &problems, ret);
	admin_print_problems("the next root", &problems);
	problems_clear(&problems);
	if (r == -ENOMEM)
		return out_of_memory();
	return r == 0 ? EXIT_DONE : EXIT_NO;
}
