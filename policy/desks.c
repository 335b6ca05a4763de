#include "policy/desks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"
#include "policy/document_header.h"
#include "policy/ini_document.h"
#include "policy/schema.h"
#include "policy/sealed_read.h"
#include "policy/value.h"

#define FIELD(field) \
	.offset = offsetof(struct desks, field), .size = sizeof(((struct desks *)0)->field)
#define ENTRY_FIELD(field) \
	.offset = offsetof(struct desk_entry, field), \
	.size = sizeof(((struct desk_entry *)0)->field)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct schema_key desk_keys[] = {
	{.key = "login", .read = value_read_switch, ENTRY_FIELD(may_login)},
	{.key = "sealed-key", .read = sealed_read_key, .is_required = true, ENTRY_FIELD(secret)},
	{.key = "sealed-secret",
		.read = sealed_read_secret,
		.min = PHONE_KEY_SIZE,
		.max = PHONE_KEY_SIZE,
		.is_required = true,
		ENTRY_FIELD(secret)},
};

static const struct schema_key desks_keys[] = {
	DOCUMENT_HEADER_KEYS(struct desks, "desks"),
	{.key = "tier", .read = value_read_tier, .is_required = true, FIELD(header.tier)},
	{.key = "terminal", .read = value_read_word, .is_required = true, FIELD(terminal)},
	{.key = "terminal-key", .read = sealed_read_fingerprint, .is_required = true, FIELD(key)},
};

static void *begin_desk(
	const struct ini_section *section, struct problems *problems, void *document)
{
	struct desks *desks = document;
	struct desk_entry *entry = &desks->entries[desks->n_entries];

	if (desks->n_entries == DESKS_MAX) {
		problems_add(problems, section->line, 1, section->name, strlen(section->name),
			"at most %d desks", DESKS_MAX);
		return NULL;
	}
	if (!word_is_valid(section->name) || strlen(section->name) > DESK_NAME_MAX) {
		problems_add(problems, section->line, (unsigned)strlen("[desk ") + 1, section->name,
			strlen(section->name), "a desk's name: a-z 0-9 -, at most %d letters",
			DESK_NAME_MAX);
		return NULL;
	}
	memcpy(entry->name, section->name, strlen(section->name) + 1);
	entry->line = section->line;
	desks->n_entries++;
	return entry;
}

static const struct schema_section sections[] = {
	{.type = "desks", .is_required = true, .keys = desks_keys, .n_keys = COUNT(desks_keys)},
	{.type = "desk",
		.is_named = true,
		.keys = desk_keys,
		.n_keys = COUNT(desk_keys),
		.begin = begin_desk},
};

int desks_parse(const char *text, size_t size, struct problems *problems, struct desks **ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	CLEANUP(desks_cleanup) struct desks *desks = NULL;
	size_t found_before = problems_found(problems);
	int r;

	r = ini_document_read(text, size, problems, &document);
	if (r < 0)
		return r;
	desks = calloc(1, sizeof(*desks));
	if (!desks)
		return -ENOMEM;
	desks->header.kind = DOCUMENT_DESKS;
	schema_read(document, sections, COUNT(sections), problems, desks);
	document_header_check(document, &desks->header, problems);
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	*ret = TAKE(desks);
	return 0;
}

void desks_free(struct desks *desks)
{
	free(desks);
}

void desks_cleanup(struct desks **desks)
{
	desks_free(*desks);
}

const struct desk_entry *desks_find(const struct desks *desks, const char *name)
{
	for (size_t i = 0; i < desks->n_entries; i++)
		if (strcmp(desks->entries[i].name, name) == 0)
			return &desks->entries[i];
	return NULL;
}
