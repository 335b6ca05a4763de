#include "policy/admin/root_draft.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/cleanup.h"
#include "policy/login_name.h"
#include "policy/nearest.h"
#include "policy/value.h"

#define KEY_NAME_SIZE 16

/* What could not be changed, though it should have been. */
static int failed(int r)
{
	admin_complain("the draft could not be changed: %s",
		r == -EBADMSG ? "a line would be longer than 160 bytes" : strerror(-r));
	return EXIT_UNKNOWN;
}

static int finish(int r)
{
	return r == 0 ? EXIT_DONE : failed(r);
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

static void key_name(unsigned number, char ret[KEY_NAME_SIZE])
{
	snprintf(ret, KEY_NAME_SIZE, "key-%u", number);
}

static bool has_person(const struct root_draft *draft, const char *id)
{
	return text_has_section(&draft->text, person_section(id));
}

/* The name of the key in that person's section, or -ENOENT. */
static int find_key(const struct root_draft *draft, const char *id, const char *fingerprint,
	char ret[KEY_NAME_SIZE])
{
	for (unsigned i = 1; i <= PERSON_KEYS_MAX; i++) {
		CLEANUP(cleanup_free) char *value = NULL;

		key_name(i, ret);
		if (text_get(&draft->text, person_section(id), ret, &value) == 0 &&
			strcmp(value, fingerprint) == 0)
			return 0;
	}
	return -ENOENT;
}

/* Whether nobody has the key yet; complains of who has. */
static bool is_new_key(const struct root_draft *draft, const char *fingerprint)
{
	char id[TEXT_NAME_SIZE], key[KEY_NAME_SIZE];

	for (size_t i = 0; text_section_name(&draft->text, "person", i, id) == 0; i++) {
		if (find_key(draft, id, fingerprint, key) < 0)
			continue;
		admin_complain("the root names this key already: it is %s of %s; a key is one "
			       "person's, and stands once",
			key, id);
		return false;
	}
	return true;
}

int root_draft_add_person(struct root_draft *draft, const char *id, const char *fingerprint)
{
	CLEANUP(cleanup_free)
	char *lines = admin_format("[person %s]\nkey-1 = %s\n", id, fingerprint);

	if (has_person(draft, id)) {
		admin_complain("%s is in the root already; --add-key %s=FILE adds a key", id, id);
		return EXIT_NO;
	}
	if (!is_new_key(draft, fingerprint))
		return EXIT_NO;
	return lines ? finish(text_add_section(&draft->text, "person", lines)) : failed(-ENOMEM);
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
	return r == -ENOENT ? EXIT_DONE : finish(r);
}

int root_draft_remove_person(struct root_draft *draft, const char *id)
{
	char role[TEXT_NAME_SIZE];

	if (!has_person(draft, id)) {
		admin_complain("the root names nobody %s", id);
		return EXIT_NO;
	}
	for (size_t i = 0; text_section_name(&draft->text, "role", i, role) == 0; i++) {
		int code = leave_role(draft, role, id);

		if (code != EXIT_DONE)
			return code;
	}
	return finish(text_remove_section(&draft->text, person_section(id)));
}

int root_draft_add_key(struct root_draft *draft, const char *id, const char *fingerprint)
{
	char key[KEY_NAME_SIZE];

	if (!has_person(draft, id)) {
		admin_complain("the root names nobody %s; --add-person %s=FILE adds them", id, id);
		return EXIT_NO;
	}
	if (!is_new_key(draft, fingerprint))
		return EXIT_NO;
	for (unsigned i = 1; i <= PERSON_KEYS_MAX; i++) {
		key_name(i, key);
		if (!has_value(draft, person_section(id), key))
			return finish(
				text_add_key(&draft->text, person_section(id), key, fingerprint));
	}
	admin_complain("%s has %d keys already; remove one first", id, PERSON_KEYS_MAX);
	return EXIT_NO;
}

/* Complains that no such key is there, and lists which are: each as it is to be given. */
static void complain_of_key(const struct root_draft *draft, const char *fingerprint)
{
	char id[TEXT_NAME_SIZE], key[KEY_NAME_SIZE];

	admin_complain(
		"the root names no key %s; it names these, which are given whole:", fingerprint);
	for (size_t i = 0; text_section_name(&draft->text, "person", i, id) == 0; i++)
		for (unsigned k = 1; k <= PERSON_KEYS_MAX; k++) {
			CLEANUP(cleanup_free) char *value = NULL;

			key_name(k, key);
			if (text_get(&draft->text, person_section(id), key, &value) == 0)
				fprintf(stderr, "  %s  %s\n", value, id);
		}
}

int root_draft_remove_key(struct root_draft *draft, const char *fingerprint)
{
	char id[TEXT_NAME_SIZE], key[KEY_NAME_SIZE];

	for (size_t i = 0; text_section_name(&draft->text, "person", i, id) == 0; i++)
		if (find_key(draft, id, fingerprint, key) == 0)
			return finish(text_remove_key(&draft->text, person_section(id), key));
	complain_of_key(draft, fingerprint);
	return EXIT_NO;
}

int root_draft_add_account(struct root_draft *draft, const char *id, const char *account)
{
	struct text_section section = person_section(id);
	int r;

	if (!account_name_is_valid(account)) {
		admin_complain(
			"\"%s\" is no account of a terminal: a-z 0-9 - _, no digit first, at "
			"most %d letters",
			account, ACCOUNT_NAME_MAX);
		return EXIT_NO;
	}
	if (!has_person(draft, id)) {
		admin_complain("the root names nobody %s; --add-person %s=FILE adds them", id, id);
		return EXIT_NO;
	}
	if (!has_value(draft, section, "accounts"))
		return finish(text_add_key(&draft->text, section, "accounts", account));
	r = text_add_word(&draft->text, section, "accounts", account);
	if (r != -EEXIST)
		return finish(r);
	admin_complain("%s has the account %s already", id, account);
	return EXIT_NO;
}

int root_draft_remove_account(struct root_draft *draft, const char *id, const char *account)
{
	struct text_section section = person_section(id);
	CLEANUP(cleanup_free) char *accounts = NULL;
	int r = text_get(&draft->text, section, "accounts", &accounts);

	if (r == 0 && strcmp(accounts, account) == 0)
		return finish(text_remove_key(&draft->text, section, "accounts"));
	if (r == 0)
		r = text_remove_word(&draft->text, section, "accounts", account);
	if (r != -ENOENT)
		return finish(r);
	admin_complain("the root names no account %s of %s", account, id);
	return EXIT_NO;
}

static int no_role(const char *role)
{
	char phrase[NEAREST_PHRASE_MAX];
	struct nearest nearest;

	nearest_begin(&nearest, role, strlen(role));
	for (int known = 0; known < ROLE_COUNT; known++)
		if (role_name((enum role)known))
			nearest_offer(&nearest, role_name((enum role)known));
	admin_complain("the root has no section [role %s]%s", role,
		nearest_phrase(&nearest, "", "", phrase));
	return EXIT_NO;
}

int root_draft_add_to_role(struct root_draft *draft, const char *role, const char *id)
{
	CLEANUP(cleanup_free) char *lines = NULL;
	enum role known;
	int r;

	if (text_has_section(&draft->text, role_section(role))) {
		r = text_add_word(&draft->text, role_section(role), "persons", id);
		if (r != -EEXIST)
			return finish(r);
		admin_complain("%s is in the role %s already", id, role);
		return EXIT_NO;
	}
	if (role_from_name(role, &known) < 0)
		return no_role(role);
	lines = admin_format("[role %s]\npersons = %s\nthreshold = 1\n", role, id);
	return lines ? finish(text_add_section(&draft->text, "role", lines)) : failed(-ENOMEM);
}

int root_draft_remove_from_role(struct root_draft *draft, const char *role, const char *id)
{
	CLEANUP(cleanup_free) char *persons = NULL, *after = NULL;

	if (text_get(&draft->text, role_section(role), "persons", &persons) != 0)
		return no_role(role);
	if (leave_role(draft, role, id) != EXIT_DONE)
		return EXIT_NO;
	if (text_get(&draft->text, role_section(role), "persons", &after) != 0)
		return failed(-ENOMEM);
	if (strcmp(persons, after) != 0)
		return EXIT_DONE;
	admin_complain("%s is not in the role %s", id, role);
	return EXIT_NO;
}

int root_draft_set_threshold(struct root_draft *draft, const char *role, unsigned threshold)
{
	int r = text_set_number(&draft->text, role_section(role), "threshold", threshold);

	return r == -ENOENT ? no_role(role) : finish(r);
}

int root_draft_set(struct root_draft *draft, const char *key, const char *value)
{
	struct text_section section = {"root", NULL};

	return finish(text_set(&draft->text, section, key, value));
}

int root_draft_set_number(struct root_draft *draft, const char *key, uint64_t number)
{
	struct text_section section = {"root", NULL};

	return finish(text_set_number(&draft->text, section, key, number));
}

/* Whether everybody in the list is in the root; complains of who is not. */
static int check_persons(const struct root_draft *draft, const char *role, const char *persons)
{
	const char *cursor = persons, *word = persons;
	int size;

	while ((size = list_next(&cursor, &word)) > 0) {
		CLEANUP(cleanup_free) char *id = strndup(word, (size_t)size);

		if (!id)
			return admin_no_memory();
		if (has_person(draft, id))
			continue;
		admin_complain("the root names nobody %s, so they cannot be in the role %s; first "
			       "--add-person %s=FILE",
			id, role, id);
		return EXIT_NO;
	}
	return EXIT_DONE;
}

/* The mistakes that a change of persons makes are said plainly before the parser says them. */
static int check_role(const struct root_draft *draft, const char *role)
{
	CLEANUP(cleanup_free) char *persons = NULL, *threshold = NULL;
	const char *cursor, *word;
	uint64_t needed;
	unsigned count = 0;

	if (text_get(&draft->text, role_section(role), "persons", &persons) != 0 ||
		text_get(&draft->text, role_section(role), "threshold", &threshold) != 0 ||
		number_parse(threshold, 1, PERSONS_MAX, &needed) < 0)
		return EXIT_DONE;
	if (check_persons(draft, role, persons) != EXIT_DONE)
		return EXIT_NO;
	cursor = word = persons;
	while (list_next(&cursor, &word) > 0)
		count++;
	if (needed <= count)
		return EXIT_DONE;
	admin_complain(
		"too few persons would be left: the role %s needs %s, and there would be only "
		"%s; add somebody, or --threshold %s=%u",
		role, threshold, persons, role, count);
	return EXIT_NO;
}

static int check_person(const struct root_draft *draft, const char *id)
{
	char key[KEY_NAME_SIZE];

	for (unsigned i = 1; i <= PERSON_KEYS_MAX; i++) {
		key_name(i, key);
		if (has_value(draft, person_section(id), key))
			return EXIT_DONE;
	}
	admin_complain(
		"%s would have no key: --add-key %s=FILE, or --remove-person %s", id, id, id);
	return EXIT_NO;
}

static int check_all(const struct root_draft *draft)
{
	char name[TEXT_NAME_SIZE];
	int code = EXIT_DONE;

	for (size_t i = 0; text_section_name(&draft->text, "role", i, name) == 0; i++)
		code = check_role(draft, name) == EXIT_DONE ? code : EXIT_NO;
	for (size_t i = 0; text_section_name(&draft->text, "person", i, name) == 0; i++)
		code = check_person(draft, name) == EXIT_DONE ? code : EXIT_NO;
	return code;
}

int root_draft_check(const struct root_draft *draft, struct root **ret)
{
	struct problems problems = {0};
	int r;

	if (check_all(draft) != EXIT_DONE)
		return EXIT_NO;
	r = root_parse(draft->text.bytes, draft->text.size, &problems, ret);
	admin_print_problems("the next root", &problems);
	problems_clear(&problems);
	if (r == -ENOMEM)
		return failed(r);
	return r == 0 ? EXIT_DONE : EXIT_NO;
}
