#include "policy/admin/place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/kind.h"
#include "policy/admin/trust.h"
#include "policy/cleanup.h"
#include "policy/document.h"
#include "policy/root.h"

void place_clear(struct place *place)
{
	free(place->site_path);
	free(place->root_path);
	*place = (struct place){0};
}

/* "site.ini" in the folder of path, or of TIER/terminals/NAME/tokens.ini and the like in that of
 * the tier. */
static char *site_path_of(const char *path)
{
	static const char *const names[] = {"site.ini", "../../site.ini"};
	bool is_deep = file_is_of_terminal(path);

	for (size_t i = 0; i < (is_deep ? 2 : 1); i++) {
		char *found = admin_beside(path, names[i]);

		if (!found || access(found, F_OK) == 0)
			return found;
		free(found);
	}
	return NULL;
}

static int read_site(const char *path, struct place *place)
{
	CLEANUP(cleanup_free) char *site_path = site_path_of(path);
	CLEANUP(admin_file_free) struct admin_file file = {0};
	struct problems problems = {0};
	int r;

	if (!site_path)
		return EXIT_DONE;
	if (admin_read_document(site_path, &file) < 0)
		return EXIT_UNKNOWN;
	r = site_parse(file.bytes, file.size, &problems, &place->site);
	admin_print_problems(site_path, &problems);
	problems_clear(&problems);
	if (r < 0)
		return EXIT_NO;
	place->site_path = TAKE(site_path);
	return EXIT_DONE;
}

void place_find_root(const char *path, const char *root, struct place *ret)
{
	CLEANUP(cleanup_free) char *found = root ? NULL : trust_find(path);
	const char *where = root ? root : found;
	CLEANUP(cleanup_free) char *first = where ? trust_first_of(where) : NULL;
	CLEANUP(admin_file_free) struct admin_file file = {0};
	struct problems ignored = {0};
	struct signed_document document;
	struct root *parsed = NULL;

	if (!first || admin_read_document(first, &file) < 0)
		return;
	if (document_split(file.bytes, file.size, &ignored, &document) == 0)
		root_parse(document.text.bytes, document.text.size, &ignored, &parsed);
	problems_clear(&ignored);
	if (parsed) {
		memcpy(ret->root_site, parsed->header.site, sizeof(ret->root_site));
		ret->root_path = TAKE(first);
	}
	root_free(parsed);
}

int place_find(const char *path, const char *root, struct place *ret)
{
	int code = read_site(path, ret);

	if (code == EXIT_DONE)
		place_find_root(path, root, ret);
	return code;
}
