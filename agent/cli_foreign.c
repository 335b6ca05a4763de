#include "agent/cli_foreign.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "agent/cli_text.h"
#include "agent/descriptor.h"
#include "policy/characters.h"
#include "policy/cleanup.h"

#define ALL_TIERS "all" /* of a root */
/* As many as fit into a line; a CD has one. */
#define NAMES_MAX  8
#define NAMES_SIZE (NAMES_MAX * (SITE_NAME_MAX + 2))

/* Nothing else of a stranger's text reaches the screen. */
static bool is_word(const char *text)
{
	for (const char *at = text; *at; at++)
		if (!is_word_character(*at))
			return false;
	return *text;
}

/* Whether it was said. */
static bool tell_document(const struct document_place *place, const struct cli_document *document)
{
	char site[CLI_DOCUMENT_WORD_SIZE], tier[CLI_DOCUMENT_WORD_SIZE];

	if (!document->bytes)
		return false;
	cli_documents_value(document->bytes, "site", site);
	cli_documents_value(document->bytes, "tier", tier);
	if (!is_word(site) || !is_word(tier))
		return false;
	if (strcmp(site, place->site) == 0 &&
		(strcmp(tier, place->tier) == 0 || strcmp(tier, ALL_TIERS) == 0))
		return false;
	fprintf(stderr,
		_("sekisho: %s says that it is of %s (%s); this terminal is of %s (%s).\n"
		  "Is it the right CD or folder?\n"),
		document->name, site, tier, place->site, place->tier);
	return true;
}

/* The names of the folders in which sites have their documents; how many. */
static size_t list_sites(const char *path, char names[NAMES_SIZE])
{
	CLEANUP(cleanup_close) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(cleanup_closedir) DIR *folder = fd < 0 ? NULL : open_directory(fd, "sekisho");
	const struct dirent *entry;
	size_t n = 0, length = 0;

	names[0] = '\0';
	while (folder && n < NAMES_MAX && (entry = readdir(folder))) {
		if (!is_word(entry->d_name) || strlen(entry->d_name) > SITE_NAME_MAX)
			continue;
		length += (size_t)snprintf(names + length, NAMES_SIZE - length, "%s%s",
			n++ > 0 ? ", " : "", entry->d_name);
	}
	return n;
}

void cli_foreign_tell(
	const char *path, const struct document_place *place, const struct cli_documents *documents)
{
	char names[NAMES_SIZE];
	bool is_any_read = false;

	if (!place->site[0])
		return;
	for (size_t i = 0; i < documents->n; i++) {
		is_any_read |= documents->items[i].bytes != NULL;
		if (tell_document(place, &documents->items[i]))
			return;
	}
	if (!is_any_read && list_sites(path, names) > 0)
		fprintf(stderr,
			_("sekisho: %s has no documents of %s that can be read; it has some of: "
			  "%s\n"),
			path, place->site, names);
}
