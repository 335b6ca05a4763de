#include "policy/admin/new_site_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/cleanup.h"

static const struct {
	const char *name;
	void (*write)(const struct new_site *site, FILE *to);
} files[] = {
	{"root.ini", new_site_write_root},
	{"site.ini", new_site_write_site},
	{"policy.ini", new_site_write_policy},
	{"README.txt", new_site_write_readme},
};
#define FILES (sizeof(files) / sizeof(files[0]))

static char *path_of(const char *folder, size_t file)
{
	char *path;

	return asprintf(&path, "%s/%s", folder, files[file].name) < 0 ? NULL : path;
}

static int write_file(const struct new_site *site, size_t file, const char *path)
{
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return -errno;
	files[file].write(site, to);
	if (fclose(to) != 0)
		return -ENOMEM;
	return admin_create(path, text, size);
}

/* Takes back what was written before a later file failed. */
static void remove_files(const char *folder, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(cleanup_free) char *path = path_of(folder, i);

		if (path)
			unlink(path);
	}
}

int new_site_write(const struct new_site *site, const char *folder)
{
	if (mkdir(folder, 0755) < 0 && errno != EEXIST) {
		admin_complain("%s cannot be made: %s", folder, strerror(errno));
		return EXIT_UNKNOWN;
	}
	for (size_t i = 0; i < FILES; i++) {
		CLEANUP(cleanup_free) char *path = path_of(folder, i);
		int r = path ? write_file(site, i, path) : -ENOMEM;

		if (r == 0)
			continue;
		if (r == -EEXIST)
			admin_complain("%s is there already; nothing was written", path);
		else
			admin_complain(
				"%s/%s cannot be written: %s", folder, files[i].name, strerror(-r));
		remove_files(folder, i);
		return r == -EEXIST ? EXIT_NO : EXIT_UNKNOWN;
	}
	printf("Written to %s: root.ini, site.ini, policy.ini.\n"
	       "Read README.txt there: %u of %u administrators must sign next.\n",
		folder, site->threshold, site->n_persons);
	return EXIT_DONE;
}
