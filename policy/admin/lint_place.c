/* Whether a document says the same as site.ini and the root beside it: one of them is wrong, and
 * terminals refuse what does not fit. */
#include "policy/admin/lint.h"

#include <string.h>

#include "policy/admin/place.h"
#include "policy/cleanup.h"
#include "policy/ini_document.h"

struct comparison {
	const struct ini_document *ini;
	struct problems problems;
};

static void compare(struct comparison *comparison, const char *key, const char *expected,
	const char *says, const char *path)
{
	const struct ini_section *head = &comparison->ini->sections[0];
	const struct ini_entry *entry = ini_section_find(head, key);

	if (entry && strcmp(entry->value, expected) != 0)
		problems_add(&comparison->problems, entry->line, entry->column, entry->value,
			strlen(entry->value), "%s, the %s of %s%s", expected, key, says, path);
}

static bool is_same_name(const char *path, const struct place *place)
{
	return place->site_path && strcmp(path, place->site_path) == 0;
}

static void compare_all(struct comparison *comparison, const struct admin_document *document,
	const struct place *place, const struct lint_root *given)
{
	if (place->root_path)
		compare(comparison, "site", place->root_site, "the root ", place->root_path);
	else if (given->path)
		compare(comparison, "site", given->site, "the root ", given->path);
	if (!place->site_path || is_same_name(document->file.path, place))
		return;
	compare(comparison, "site", place->site.site, "", place->site_path);
	if (document->kind != DOCUMENT_ROOT)
		compare(comparison, "tier", place->site.tier, "", place->site_path);
}

int lint_place(const struct admin_document *document, const struct lint_root *given)
{
	CLEANUP(ini_document_cleanup) struct ini_document *ini = NULL;
	CLEANUP(place_clear) struct place place = {0};
	const struct document_slice *text = &document->parts.text;
	struct comparison comparison = {0};
	bool has_problems;
	int code = EXIT_DONE;

	/* A site file is what others are compared with. */
	if (document->kind != DOCUMENT_NONE)
		code = place_find(document->file.path, NULL, &place);
	else
		place_find_root(document->file.path, NULL, &place);
	if (code != EXIT_DONE ||
		ini_document_read(text->bytes, text->size, &comparison.problems, &ini) < 0)
		return code == EXIT_DONE ? EXIT_UNKNOWN : code;
	comparison.ini = ini;
	compare_all(&comparison, document, &place, given);
	has_problems = problems_any(&comparison.problems);
	admin_print_problems(document->file.path, &comparison.problems);
	problems_clear(&comparison.problems);
	return has_problems ? EXIT_NO : EXIT_DONE;
}
