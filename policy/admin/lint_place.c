/* Whether a document says the same as site.ini and the root beside it: one of them is wrong, and
 * terminals refuse what does not fit. */
#include "policy/admin/lint.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/kind.h"
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

/* What the first section of a file says of its tier, and where. */
struct said_tier {
	char tier[TIER_NAME_MAX + 1];
	unsigned line, column;
};

static bool read_tier(const char *path, struct said_tier *ret)
{
	CLEANUP(ini_document_cleanup) struct ini_document *ini = NULL;
	CLEANUP(admin_file_free) struct admin_file file = {0};
	const struct ini_entry *entry = NULL;
	struct problems ignored = {0};
	struct document_slice text;

	if (access(path, F_OK) < 0 || admin_read_document(path, &file) < 0)
		return false;
	text = file_text(file.bytes, file.size);
	if (ini_document_read(text.bytes, text.size, &ignored, &ini) == 0 && ini->n_sections > 0)
		entry = ini_section_find(&ini->sections[0], "tier");
	problems_clear(&ignored);
	if (!entry || strlen(entry->value) > TIER_NAME_MAX)
		return false;
	memcpy(ret->tier, entry->value, strlen(entry->value) + 1);
	ret->line = entry->line;
	ret->column = entry->column;
	return true;
}

/*
 * Where site.ini says another tier than the document beside it, the name of the folder tells which
 * of them is wrong. EXIT_NO after printing that it is site.ini, else EXIT_DONE.
 */
static int check_site_tier(const char *site_path, const char *path)
{
	CLEANUP(cleanup_free) char *folder = NULL;
	const char *name = file_folder_name(path, &folder);
	struct said_tier site, document;
	struct problems problems = {0};

	if (!read_tier(site_path, &site) || !read_tier(path, &document) ||
		strcmp(site.tier, document.tier) == 0 || strcmp(document.tier, name) != 0)
		return EXIT_DONE;
	problems_add(&problems, site.line, site.column, site.tier, strlen(site.tier),
		"%s, the tier of %s and the name of the folder", name, path);
	admin_print_problems(site_path, &problems);
	problems_clear(&problems);
	return EXIT_NO;
}

/* The policy in the folder of a site.ini. */
static int check_policy_beside(const char *site_path)
{
	CLEANUP(cleanup_free) char *policy = admin_beside(site_path, "policy.ini");

	return policy ? check_site_tier(site_path, policy) : EXIT_UNKNOWN;
}

static bool is_same_name(const char *path, const struct place *place)
{
	return place->site_path && strcmp(path, place->site_path) == 0;
}

/* EXIT_NO where a mistake of site.ini was printed. */
static int compare_all(struct comparison *comparison, const struct admin_document *document,
	const struct place *place, const struct lint_root *given)
{
	if (place->root_path)
		compare(comparison, "site", place->root_site, "the root ", place->root_path);
	else if (given->path)
		compare(comparison, "site", given->site, "the root ", given->path);
	if (document->kind == DOCUMENT_NONE)
		return check_policy_beside(document->file.path);
	if (!place->site_path || is_same_name(document->file.path, place))
		return EXIT_DONE;
	compare(comparison, "site", place->site.site, "", place->site_path);
	if (document->kind == DOCUMENT_ROOT)
		return EXIT_DONE;
	if (check_site_tier(place->site_path, document->file.path) != EXIT_DONE)
		return EXIT_NO;
	compare(comparison, "tier", place->site.tier, "", place->site_path);
	return EXIT_DONE;
}

int lint_place(const struct admin_document *document, const struct lint_root *given, int64_t now_s)
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
	lint_epoch(document, ini, now_s, &comparison.problems);
	code = compare_all(&comparison, document, &place, given);
	has_problems = problems_any(&comparison.problems);
	admin_print_problems(document->file.path, &comparison.problems);
	problems_clear(&comparison.problems);
	return has_problems ? EXIT_NO : code;
}
