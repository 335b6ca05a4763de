#include "agent/cli_documents.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/store.h"
#include "policy/cleanup.h"

#define READ_MAX (BUS_DOCUMENT_SIZE_MAX + 1)
void cli_documents_clear(struct cli_documents *documents)
{
	for (size_t i = 0; i < documents->n; i++)
		free(documents->items[i].bytes);
	documents->n = 0;
}

/* --- folders --- */

static struct cli_document *add(struct cli_documents *documents, const char *name)
{
	struct cli_document *document;

	if (documents->n == BUS_DOCUMENTS_MAX)
		return NULL;
	document = &documents->items[documents->n++];
	*document = (struct cli_document){};
	snprintf(document->name, sizeof(document->name), "%s", name);
	return document;
}

/* Shards are so many that one that is too large is cut shorter. */
static size_t read_max(const char *name)
{
	return document_name_parse(name).is_shard ? MEDIA_SHARD_SIZE_MAX + 1 : READ_MAX;
}

/* What cannot be read is told to the agent; where it may be missing, that it is missing is not. */
static int add_from(struct cli_documents *documents, int folder_fd, const char *file,
	const char *name, bool may_be_missing)
{
	char *bytes = NULL;
	size_t size = 0;
	int error = store_read_start(folder_fd, file, read_max(name), &bytes, &size);
	struct cli_document *document;

	if (error == -ENOENT && may_be_missing)
		return 0;
	document = add(documents, name);
	if (!document) {
		free(bytes);
		return -E2BIG;
	}
	document->bytes = bytes;
	document->size = size;
	document->error = error;
	return 0;
}

/* Every file of a folder whose name, with prefix before it, is that of a document. */
static int add_all(struct cli_documents *documents, int folder_fd, const char *prefix)
{
	CLEANUP(cleanup_closedir) DIR *directory = open_directory(folder_fd, prefix);
	const struct dirent *entry;
	int r = 0;

	if (!directory)
		return errno == ENOENT ? 0 : -errno;
	while (r == 0 && (entry = readdir(directory))) {
		char name[NAME_MAX + 16];

		snprintf(name, sizeof(name), "%s/%s", prefix, entry->d_name);
		if (document_name_parse(name).kind != DOCUMENT_NONE)
			r = add_from(documents, dirfd(directory), entry->d_name, name, false);
	}
	return r;
}

static int add_of_tier(struct cli_documents *documents, int folder_fd)
{
	static const char *const names[] = {"policy.ini", "media.ini", "fresh.ini"};
	struct stat facts;
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(names) / sizeof(names[0]); i++)
		r = add_from(documents, folder_fd, names[i], names[i], true);
	if (r == 0 && fstatat(folder_fd, "media.ini", &facts, AT_SYMLINK_NOFOLLOW) == 0)
		r = add_all(documents, folder_fd, "media");
	return r;
}

/* From the first folder that has it. */
static int add_of_terminal(
	struct cli_documents *documents, const struct document_places *places, const char *name)
{
	size_t n_before = documents->n;
	int folders[DOCUMENT_FOLDERS_MAX], r = 0;
	size_t n = document_places_of(places, name, folders);

	for (size_t i = 0; r == 0 && i < n && documents->n == n_before; i++)
		r = add_from(documents, folders[i], name, name, true);
	return r;
}

int cli_documents_add_folder(
	struct cli_documents *documents, const char *path, const struct document_place *place)
{
	static const char *const of_terminal[] = {
		"tokens.ini", "desks.ini", "revocations.ini", "exemptions.ini"};
	CLEANUP(document_places_close) struct document_places places = {};
	size_t n_before = documents->n;
	int r = document_places_open(path, place, &places);

	if (r < 0)
		return r;
	r = add_all(documents, places.site_fd, "root");
	if (r == 0)
		r = add_of_tier(documents, places.tier_fd);
	for (size_t i = 0; r == 0 && i < sizeof(of_terminal) / sizeof(of_terminal[0]); i++)
		/* What this version does not know is left alone. */
		if (document_name_parse(of_terminal[i]).kind != DOCUMENT_NONE)
			r = add_of_terminal(documents, &places, of_terminal[i]);
	if (r == 0 && documents->n == n_before)
		r = add_from(documents, places.tier_fd, "policy.ini", "policy.ini", false);
	return r;
}

/* --- files --- */

void cli_documents_value(const char *text, const char *key, char ret[CLI_DOCUMENT_WORD_SIZE])
{
	char start[CLI_DOCUMENT_WORD_SIZE];
	const char *at;
	size_t length;

	snprintf(start, sizeof(start), "\n%s = ", key);
	at = strstr(text, start);
	ret[0] = '\0';
	if (!at)
		return;
	at += strlen(start);
	length = strcspn(at, "\n");
	if (length < CLI_DOCUMENT_WORD_SIZE)
		snprintf(ret, CLI_DOCUMENT_WORD_SIZE, "%.*s", (int)length, at);
}

/* A document says what it is. False: this says nothing that we know. */
static bool name_by_text(const char *text, char ret[DOCUMENT_NAME_MAX])
{
	char kind[CLI_DOCUMENT_WORD_SIZE], number[CLI_DOCUMENT_WORD_SIZE];
	char name[2 * CLI_DOCUMENT_WORD_SIZE];

	cli_documents_value(text, "kind", kind);
	if (strcmp(kind, "root") == 0) {
		cli_documents_value(text, "serial", number);
		snprintf(name, sizeof(name), "root/%s.ini", number);
	} else if (strcmp(kind, "media-shard") == 0) {
		cli_documents_value(text, "shard", number);
		snprintf(name, sizeof(name), "media/%s", number);
	} else {
		snprintf(name, sizeof(name), "%s.ini", kind);
	}
	if (document_name_parse(name).kind == DOCUMENT_NONE)
		return false;
	snprintf(ret, DOCUMENT_NAME_MAX, "%.*s", DOCUMENT_NAME_MAX - 1, name);
	return true;
}

/* Else by where it lies: ".../root/2.ini", ".../media/3f", ".../policy.ini". */
static bool name_by_path(const char *path, char ret[DOCUMENT_NAME_MAX])
{
	const char *last = strrchr(path, '/'), *name = last ? last + 1 : path;

	if (document_name_parse(name).kind == DOCUMENT_NONE && last) {
		do
			last--;
		while (last >= path && *last != '/');
		name = last + 1;
	}
	if (document_name_parse(name).kind == DOCUMENT_NONE)
		return false;
	snprintf(ret, DOCUMENT_NAME_MAX, "%s", name);
	return true;
}

int cli_documents_add_file(struct cli_documents *documents, const char *path)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	struct cli_document *document;
	char name[DOCUMENT_NAME_MAX];
	size_t size;
	int r = store_read_start(AT_FDCWD, path, READ_MAX, &bytes, &size);

	if (r < 0)
		return r;
	if (!name_by_text(bytes, name) && !name_by_path(path, name))
		return -EINVAL;
	document = add(documents, name);
	if (!document)
		return -E2BIG;
	document->bytes = TAKE(bytes);
	document->size = size;
	return 0;
}
