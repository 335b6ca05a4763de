#include "policy/admin/kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/cleanup.h"
#include "policy/ini_document.h"
#include "policy/ssh_armour.h"

struct document_slice file_text(const char *bytes, size_t size)
{
	const char *end = memmem(bytes, size, SSH_ARMOUR_BEGIN, strlen(SSH_ARMOUR_BEGIN));

	return (struct document_slice){bytes, end ? (size_t)(end - bytes) : size};
}

static bool has_section(const struct ini_document *document, const char *type)
{
	for (size_t i = 0; i < document->n_sections; i++)
		if (strcmp(document->sections[i].type, type) == 0)
			return true;
	return false;
}

static enum document_kind said_kind(const struct ini_document *document)
{
	enum document_kind kind = DOCUMENT_NONE;

	for (size_t i = 0; i < document->n_sections && kind == DOCUMENT_NONE; i++) {
		const struct ini_entry *entry = ini_section_find(&document->sections[i], "kind");

		if (entry)
			document_kind_from_name(entry->value, &kind);
	}
	return kind;
}

/* Policies have a section [media], too. */
static enum document_kind kind_of_sections(const struct ini_document *document)
{
	static const struct {
		const char *section;
		enum document_kind kind;
	} rows[] = {
		{"policy", DOCUMENT_POLICY},
		{"root", DOCUMENT_ROOT},
		{"fresh", DOCUMENT_FRESH},
		{"tokens", DOCUMENT_TOKENS},
		{"shards", DOCUMENT_MEDIA},
		{"token", DOCUMENT_TOKENS},
		{"revocation", DOCUMENT_REVOCATION},
		{"desks", DOCUMENT_DESKS},
		{"desk", DOCUMENT_DESKS},
		{"person", DOCUMENT_ROOT},
		{"role", DOCUMENT_ROOT},
		{"media", DOCUMENT_POLICY},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (has_section(document, rows[i].section))
			return rows[i].kind;
	return DOCUMENT_NONE;
}

struct file_kind file_kind_of_text(const char *text, size_t size)
{
	CLEANUP(ini_document_cleanup) struct ini_document *document = NULL;
	struct problems ignored = {0};
	struct file_kind found = {0};
	int r = ini_document_read(text, size, &ignored, &document);

	problems_clear(&ignored);
	if (r < 0 || document->n_sections == 0)
		return found;
	found.kind = said_kind(document);
	if (found.kind != DOCUMENT_NONE)
		return found;
	found.is_site = strcmp(document->sections[0].type, "site") == 0;
	found.is_shard = strcmp(document->sections[0].type, "shard") == 0;
	if (!found.is_site && !found.is_shard)
		found.kind = kind_of_sections(document);
	return found;
}

const char *file_folder_name(const char *path, char **ret_folder)
{
	CLEANUP(cleanup_free) char *folder = strdup(path);
	char *slash = folder ? strrchr(folder, '/') : NULL;
	const char *name;

	if (!folder)
		return "";
	if (slash)
		slash[1] = '\0';
	*ret_folder = realpath(slash ? folder : ".", NULL);
	name = *ret_folder ? strrchr(*ret_folder, '/') : NULL;
	return name ? name + 1 : "";
}

struct document_name file_kind_of_name(const char *path)
{
	CLEANUP(cleanup_free) char *folder = NULL;
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	struct document_name found = document_name_parse(name);
	char as_root[DOCUMENT_NAME_MAX], as_shard[DOCUMENT_NAME_MAX];

	if (found.kind != DOCUMENT_NONE)
		return found;
	if (strcmp(name, "root.ini") == 0)
		return (struct document_name){.kind = DOCUMENT_ROOT};
	if (strlen(name) + strlen("media/") >= DOCUMENT_NAME_MAX)
		return found;
	snprintf(as_root, sizeof(as_root), "root/%s", name);
	snprintf(as_shard, sizeof(as_shard), "media/%s", name);
	found = document_name_parse(as_root);
	if (found.kind == DOCUMENT_NONE && strcmp(file_folder_name(path, &folder), "media") == 0)
		found = document_name_parse(as_shard);
	return found;
}

bool file_is_of_terminal(const char *path)
{
	static const char *const names[] = {"tokens.ini", "desks.ini", "exemptions.ini"};
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}
