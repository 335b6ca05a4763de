#include "policy/root.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/base64.h"
#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/ini_document.h"
#include "policy/names.h"
#include "policy/root_check.h"
#include "policy/schema.h"
#include "policy/value.h"

#define FIELD(type, field) .offset = offsetof(type, field), .size = sizeof(((type *)0)->field)
#define COUNT(array)       (sizeof(array) / sizeof((array)[0]))
#define ROLE_WORDS         "root policy fresh approver token-officer"

static const char *const roles[ROLE_COUNT] = {
	[ROLE_ROOT] = "root",
	[ROLE_POLICY] = "policy",
	[ROLE_FRESH] = "fresh",
	[ROLE_APPROVER] = "approver",
	[ROLE_TOKEN_OFFICER] = "token-officer",
};

const char *role_name(enum role role)
{
	return names_get(roles, ROLE_COUNT, role);
}

int role_from_name(const char *name, enum role *ret)
{
	int index = names_find(roles, ROLE_COUNT, name);

	if (index < 0)
		return index;
	*ret = index;
	return 0;
}

static void *begin_person(
	const struct ini_section *section, struct problems *problems, void *document)
{
	struct root *root = document;
	size_t size = strlen(section->name);
	struct person *person;

	if (root->n_persons == PERSONS_MAX || size > PERSON_NAME_MAX) {
		problems_add(problems, section->line, sizeof("[person "), section->name, size,
			"at most %d persons with names of at most %d letters", PERSONS_MAX,
			PERSON_NAME_MAX);
		return NULL;
	}
	person = &root->persons[root->n_persons++];
	memcpy(person->id, section->name, size + 1);
	return person;
}

bool fingerprint_is_valid(const char *text)
{
	static const char prefix[] = "SHA256:";
	size_t size = strlen(prefix);

	return strlen(text) == FINGERPRINT_LENGTH && memcmp(text, prefix, size) == 0 &&
	       base64_is_sha256(text + size);
}

/* False where it is none, stands there already, or there are too many. */
static bool add_account(struct person *person, const char *name, size_t size)
{
	char account[ACCOUNT_NAME_MAX + 1] = "";

	if (size <= ACCOUNT_NAME_MAX)
		memcpy(account, name, size);
	if (!account_name_is_valid(account) || person->n_accounts == PERSON_ACCOUNTS_MAX)
		return false;
	for (size_t i = 0; i < person->n_accounts; i++)
		if (strcmp(person->accounts[i], account) == 0)
			return false;
	memcpy(person->accounts[person->n_accounts++], account, sizeof(account));
	return true;
}

static void read_accounts(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	const char *cursor = entry->value, *name = cursor;
	int size;

	while ((size = list_next(&cursor, &name)) > 0)
		if (!add_account(ret, name, (size_t)size))
			break;
	if (size != 0)
		problems_add(problems, entry->line, value_column_of(entry, name), name,
			strlen(name), "1 to %d accounts, each once, one space between",
			PERSON_ACCOUNTS_MAX);
}

/* key-1 to key-8. */
static bool read_person_key(const struct ini_entry *entry, struct problems *problems, void *ret)
{
	struct person *person = ret;

	if (numbered_key_parse(entry->key, "key-", PERSON_KEYS_MAX) < 0)
		return false;
	if (!fingerprint_is_valid(entry->value))
		value_problem(problems, entry,
			"a fingerprint as \"ssh-keygen -l -f FILE.pub\" prints it: SHA256: and 43 "
			"letters");
	else
		memcpy(person->keys[person->n_keys++], entry->value, FINGERPRINT_LENGTH + 1);
	return true;
}

static void *begin_role(
	const struct ini_section *section, struct problems *problems, void *document)
{
	struct root *root = document;
	size_t size = strlen(section->name);
	struct role_grant *grant;
	enum role role = ROLE_NONE;

	if (role_from_name(section->name, &role) < 0 && !ini_section_find(section, "role")) {
		/* As if the name were the value of that key. */
		struct ini_entry name = {
			.value = section->name, .line = section->line, .column = sizeof("[role ")};

		value_problem_nearest(&name, roles, ROLE_COUNT,
			"one of the roles " ROLE_WORDS ", or another name and a key \"role\"",
			problems);
		return NULL;
	}
	if (root->n_grants == GRANTS_MAX || size > GRANT_NAME_MAX) {
		problems_add(problems, section->line, sizeof("[role "), section->name, size,
			"at most %d roles with names of at most %d letters", GRANTS_MAX,
			GRANT_NAME_MAX);
		return NULL;
	}
	grant = &root->grants[root->n_grants++];
	memcpy(grant->name, section->name, size + 1);
	grant->role = role;
	grant->line = section->line;
	return grant;
}

/* A section that is named after a role has that one. */
static void read_role(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	struct role_grant *grant = ret;
	enum role role;

	if (role_from_name(entry->value, &role) < 0)
		value_problem_nearest(
			entry, roles, ROLE_COUNT, "one of the roles " ROLE_WORDS, problems);
	else if (grant->role != ROLE_NONE && grant->role != role)
		value_problem(problems, entry, "%s, as the section is named, or no such line",
			role_name(grant->role));
	else
		grant->role = role;
}

static void read_user_verification(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	if (strcmp(entry->value, "required") != 0)
		value_problem(problems, entry, "required, or no such line");
	else
		*(bool *)ret = true;
}

static const struct schema_key root_keys[] = {
	DOCUMENT_HEADER_KEYS(struct root, "root"),
	{.key = "tier",
		.read = value_read_constant,
		.constant = TIER_OF_ALL,
		.is_required = true,
		FIELD(struct root, header.tier)},
};

static const struct schema_key person_keys[] = {
	{.key = "name", .read = value_read_text, FIELD(struct person, name)},
	{.key = "accounts", .read = read_accounts},
};

static const struct schema_key role_keys[] = {
	{.key = "role", .read = read_role},
	{.key = "persons", .read = root_read_nothing, .is_required = true},
	{.key = "threshold",
		.read = value_read_number,
		.min = 1,
		.max = PERSONS_MAX,
		.is_required = true,
		FIELD(struct role_grant, threshold)},
	{.key = "user-verification",
		.read = read_user_verification,
		FIELD(struct role_grant, needs_user_verification)},
	{.key = "tiers", .read = root_read_nothing},
};

static const struct schema_section sections[] = {
	{.type = "root", .is_required = true, .keys = root_keys, .n_keys = COUNT(root_keys)},
	{.type = "person",
		.is_named = true,
		.is_required = true,
		.keys = person_keys,
		.n_keys = COUNT(person_keys),
		.read_other = read_person_key,
		.other_keys = "key-1 to key-8",
		.begin = begin_person},
	{.type = "role",
		.is_named = true,
		.is_required = true,
		.keys = role_keys,
		.n_keys = COUNT(role_keys),
		.begin = begin_role},
};

int root_parse(const char *text, size_t size, struct problems *problems, struct root **ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	CLEANUP(root_cleanup) struct root *root = NULL;
	size_t found_before = problems_found(problems);
	int r;

	r = ini_document_read(text, size, problems, &document);
	if (r < 0)
		return r;
	root = calloc(1, sizeof(*root));
	if (!root)
		return -ENOMEM;
	root->header.kind = DOCUMENT_ROOT;
	schema_read(document, sections, COUNT(sections), problems, root);
	document_header_check(document, &root->header, problems);
	root_check(document, problems, root);
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	*ret = TAKE(root);
	return 0;
}

void root_free(struct root *root)
{
	free(root);
}

void root_cleanup(struct root **root)
{
	root_free(*root);
}

unsigned persons_count(uint64_t persons)
{
	unsigned count = 0;

	for (; persons != 0; persons &= persons - 1)
		count++;
	return count;
}

int root_find_person(const struct root *root, const char *fingerprint)
{
	for (size_t i = 0; i < root->n_persons; i++)
		for (size_t k = 0; k < root->persons[i].n_keys; k++)
			if (strcmp(root->persons[i].keys[k], fingerprint) == 0)
				return (int)i;
	return -ENOENT;
}

bool grant_covers(const struct role_grant *grant, const char *tier)
{
	if (!tier || grant->n_tiers == 0)
		return true;
	for (size_t i = 0; i < grant->n_tiers; i++)
		if (strcmp(grant->tiers[i], tier) == 0)
			return true;
	return false;
}

const struct role_grant *root_find_grant(const struct root *root, enum role role, const char *tier)
{
	for (size_t i = 0; i < root->n_grants; i++)
		if (root->grants[i].role == role && grant_covers(&root->grants[i], tier))
			return &root->grants[i];
	return NULL;
}
