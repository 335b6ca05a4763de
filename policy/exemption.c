#include "policy/exemption.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/exemption_read.h"
#include "policy/ini_document.h"
#include "policy/schema.h"
#include "policy/value.h"

#define FIELD(field) \
	.offset = offsetof(struct exemption, field), .size = sizeof(((struct exemption *)0)->field)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ANYBODY      "any"

static bool add_user(struct exemption *exemption, const char *name, size_t size)
{
	char user[ACCOUNT_NAME_MAX + 1] = "";

	if (size <= ACCOUNT_NAME_MAX)
		memcpy(user, name, size);
	if (!account_name_is_valid(user) || exemption->n_users == EXEMPTION_USERS_MAX)
		return false;
	for (size_t i = 0; i < exemption->n_users; i++)
		if (strcmp(exemption->users[i], user) == 0)
			return false;
	memcpy(exemption->users[exemption->n_users++], user, sizeof(user));
	return true;
}

static void read_users(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	struct exemption *exemption = ret;
	const char *cursor = entry->value, *name = cursor;
	int size;

	if (strcmp(entry->value, ANYBODY) == 0)
		return;
	while ((size = list_next(&cursor, &name)) > 0)
		if (!add_user(exemption, name, (size_t)size))
			break;
	if (size == 0)
		return;
	problems_add(problems, entry->line, value_column_of(entry, name), name, strlen(name),
		"1 to %d accounts, each once, one space between; or \"" ANYBODY "\"",
		EXEMPTION_USERS_MAX);
}

static void read_code_hash(const struct schema_key *key, const struct ini_entry *entry,
	struct problems *problems, void *ret)
{
	if (strlen(entry->value) < CODE_HASH_TEXT_SIZE && code_hash_is_valid(entry->value))
		memcpy(ret, entry->value, strlen(entry->value) + 1);
	else
		value_problem(problems, entry, "a yescrypt hash: \"$y$\", parameters, salt, hash");
}

static const struct schema_key exemption_keys[] = {
	DOCUMENT_PLACE_KEYS(struct exemption, "exemption"),
	{.key = "tier", .read = value_read_tier, .is_required = true, FIELD(header.tier)},
	DOCUMENT_ISSUED_KEY(struct exemption),
	DOCUMENT_VALIDITY_KEYS(struct exemption),
	{.key = "id", .read = exemption_read_id, .is_required = true, FIELD(id)},
	{.key = "terminal", .read = value_read_word, .is_required = true, FIELD(terminal)},
	{.key = "users", .read = read_users, .is_required = true},
	{.key = "requester", .read = exemption_read_account, FIELD(requester)},
	{.key = "requested", .read = exemption_read_time, FIELD(requested)},
	{.key = "extends", .read = exemption_read_id, FIELD(extends)},
};

static const struct schema_key medium_keys[] = {
	EXEMPTION_MEDIUM_KEYS(struct exemption),
	{.key = "class", .read = exemption_read_class, FIELD(medium)},
};

static const struct schema_key code_keys[] = {
	{.key = "hash", .read = read_code_hash, .is_required = true, FIELD(code_hash)},
};

static const struct schema_section sections[] = {
	{.type = "exemption",
		.is_required = true,
		.keys = exemption_keys,
		.n_keys = COUNT(exemption_keys)},
	{.type = "medium", .is_required = true, .keys = medium_keys, .n_keys = COUNT(medium_keys)},
	EXEMPTION_USE_AND_FORM(struct exemption),
	{.type = "code", .keys = code_keys, .n_keys = COUNT(code_keys)},
};

/* Exactly one of the three. */
static void check_medium(const struct ini_section *section, struct problems *problems)
{
	static const char *const keys[] = {"registered", "device", "class"};
	const struct ini_entry *found = NULL;
	unsigned line, column;

	for (size_t i = 0; i < COUNT(keys); i++) {
		const struct ini_entry *entry = ini_section_find(section, keys[i]);

		if (entry && found)
			exemption_add_second(
				entry, found, "one of registered, device and class", problems);
		found = entry ? entry : found;
	}
	ini_section_end(section, &line, &column);
	if (!found)
		problems_add_missing(problems, line, column,
			"one of the keys \"registered\", \"device\" and \"class\" in [medium]");
	exemption_medium_check(section, problems);
}

/* Who asked, and when, go together; nobody in particular needs a code. */
static void check_people(const struct ini_document *document, const struct ini_section *section,
	struct problems *problems)
{
	const struct ini_entry *users = ini_section_find(section, "users");
	const struct ini_entry *requester = ini_section_find(section, "requester");
	const struct ini_entry *requested = ini_section_find(section, "requested");

	if (users && strcmp(users->value, ANYBODY) == 0 &&
		!exemption_find_section(document, "code"))
		value_problem(problems, users,
			"accounts, or a section [code]: whoever types the code may use it");
	if (requester && !requested)
		value_problem(problems, requester, "the key \"requested\" beside it");
	if (requested && !requester)
		value_problem(problems, requested, "the key \"requester\" beside it");
}

static void check_extends(const struct ini_section *section, const struct exemption *exemption,
	struct problems *problems)
{
	const struct ini_entry *extends = ini_section_find(section, "extends");

	if (extends && exemption->extends[0] && strcmp(exemption->extends, exemption->id) == 0)
		value_problem(problems, extends, "the number of another exemption");
}

static void check_relations(const struct ini_document *document, const struct exemption *exemption,
	struct problems *problems)
{
	const struct ini_section *medium = exemption_find_section(document, "medium");

	if (document->n_sections == 0)
		return;
	if (medium)
		check_medium(medium, problems);
	check_people(document, &document->sections[0], problems);
	check_extends(&document->sections[0], exemption, problems);
}

int exemption_parse(
	const char *text, size_t size, struct problems *problems, struct exemption **ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	CLEANUP(exemption_cleanup) struct exemption *exemption = NULL;
	size_t found_before = problems_found(problems);
	int r;

	r = ini_document_read(text, size, problems, &document);
	if (r < 0)
		return r;
	exemption = calloc(1, sizeof(*exemption));
	if (!exemption)
		return -ENOMEM;
	exemption->header.kind = DOCUMENT_EXEMPTION;
	schema_read(document, sections, COUNT(sections), problems, exemption);
	document_header_check(document, &exemption->header, problems);
	check_relations(document, exemption, problems);
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	*ret = TAKE(exemption);
	return 0;
}

void exemption_free(struct exemption *exemption)
{
	free(exemption);
}

void exemption_cleanup(struct exemption **exemption)
{
	exemption_free(*exemption);
}
