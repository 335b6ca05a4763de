#include "policy/admin/token_places.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/cleanup.h"

#define DEPTH_MAX 3 /* SITE/TIER/terminals/NAME */

static int grow(struct token_places *places)
{
	size_t room = places->room > 0 ? 2 * places->room : 16;
	char **grown = reallocarray(places->paths, room, sizeof(*grown));

	if (!grown)
		return admin_no_memory();
	places->paths = grown;
	places->room = room;
	return EXIT_DONE;
}

int token_places_add(struct token_places *places, const char *path)
{
	int code = places->n == places->room ? grow(places) : EXIT_DONE;

	if (code != EXIT_DONE)
		return code;
	places->paths[places->n] = strdup(path);
	if (!places->paths[places->n])
		return admin_no_memory();
	places->n++;
	return EXIT_DONE;
}

static bool has_tokens(const char *folder)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/tokens.ini", folder);

	return path && access(path, F_OK) == 0;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool is_folder(const char *path)
{
	struct stat facts;

	return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static int find_below(struct token_places *places, const char *folder, unsigned depth);

static int find_in(
	struct token_places *places, const char *folder, const char *name, unsigned depth)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/%s", folder, name);

	if (!path)
		return admin_no_memory();
	if (!is_folder(path))
		return EXIT_DONE;
	if (has_tokens(path))
		return token_places_add(places, path);
	return depth < DEPTH_MAX ? find_below(places, path, depth + 1) : EXIT_DONE;
}

static int find_below(struct token_places *places, const char *folder, unsigned depth)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, is_visible, alphasort), code = EXIT_DONE;

	if (n < 0) {
		admin_complain("%s: %s", folder, strerror(errno));
		return EXIT_UNKNOWN;
	}
	for (int i = 0; i < n; i++) {
		if (code == EXIT_DONE)
			code = find_in(places, folder, names[i]->d_name, depth);
		free(names[i]);
	}
	free(names);
	return code;
}

int token_places_find(struct token_places *places, const char *folder)
{
	size_t before = places->n;
	int code = admin_check_path(folder) < 0 ? EXIT_UNKNOWN : EXIT_DONE;

	places->is_everywhere = true;
	if (code == EXIT_DONE && has_tokens(folder))
		code = token_places_add(places, folder);
	else if (code == EXIT_DONE)
		code = find_below(places, folder, 1);
	if (code == EXIT_DONE && places->n == before) {
		admin_complain("%s: no terminal below it has a tokens.ini; name the folder of the "
			       "site, of a tier, or of its terminals",
			folder);
		return EXIT_UNKNOWN;
	}
	return code;
}

void token_places_clear(struct token_places *places)
{
	for (size_t i = 0; i < places->n; i++)
		free(places->paths[i]);
	free(places->paths);
	*places = (struct token_places){0};
}
