#include "policy/admin/site_pack.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/site_files.h"
#include "policy/cleanup.h"
#include "policy/document_header.h"

/* Complains that there is no such tier, and which there are: folders with a site.ini. */
static int complain_of_tier(const char *folder, const char *tier)
{
	CLEANUP(cleanup_free) char *tiers = strdup("");
	DIR *listing = opendir(folder);
	const struct dirent *entry;

	while (tiers && listing && (entry = readdir(listing))) {
		CLEANUP(cleanup_free)
		char *path = admin_format("%s/%s/site.ini", folder, entry->d_name);
		char *longer;

		if (!path || !tier_is_valid(entry->d_name) || access(path, F_OK) < 0)
			continue;
		longer = admin_format("%s %s", tiers, entry->d_name);
		free(tiers);
		tiers = longer;
	}
	if (listing)
		closedir(listing);
	if (!tiers)
		return admin_no_memory();
	admin_complain("%s/%s/site.ini cannot be read: %s; %s%s", folder, tier, strerror(ENOENT),
		tiers[0] ? "the tiers of this site are"
			 : "no folder there has one: is it the site's folder?",
		tiers);
	return EXIT_UNKNOWN;
}

static int write_file(const char *out, const struct site_file *file)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/%s", out, file->name);

	if (!path)
		return -ENOMEM;
	for (char *slash = path + strlen(out) + 1; (slash = strchr(slash, '/')); slash++) {
		int r;

		*slash = '\0';
		r = mkdir(path, 0755) < 0 && errno != EEXIST ? -errno : 0;
		*slash = '/';
		if (r < 0)
			return r;
	}
	return admin_create(path, file->bytes, file->size);
}

/* Takes back what was written; only what is empty goes. */
static void remove_files(const char *out, const struct site_files *files, size_t n)
{
	static const char *const folders[] = {"/root", "/media", "/terminals", ""};

	for (size_t i = 0; i < n; i++) {
		CLEANUP(cleanup_free) char *path = admin_format("%s/%s", out, files->items[i].name);

		if (!path)
			continue;
		unlink(path);
		if (strncmp(files->items[i].name, "terminals/", strlen("terminals/")) == 0) {
			*strrchr(path, '/') = '\0';
			rmdir(path);
		}
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		CLEANUP(cleanup_free) char *path = admin_format("%s%s", out, folders[i]);

		if (path)
			rmdir(path);
	}
}

static int write_all(const char *out, const struct site_files *files)
{
	if (mkdir(out, 0755) < 0) {
		if (errno == EEXIST)
			admin_complain(
				"%s is there already; nothing was written: a new folder holds "
				"nothing of before",
				out);
		else
			admin_complain("%s cannot be made: %s", out, strerror(errno));
		return errno == EEXIST ? EXIT_NO : EXIT_UNKNOWN;
	}
	for (size_t i = 0; i < files->n; i++) {
		int r = write_file(out, &files->items[i]);

		if (r == 0)
			continue;
		admin_complain(
			"%s/%s cannot be written: %s", out, files->items[i].name, strerror(-r));
		remove_files(out, files, i);
		return EXIT_UNKNOWN;
	}
	return EXIT_DONE;
}

static int collect(const char *site, const char *tier, struct site_files *files)
{
	CLEANUP(cleanup_free) char *folder = admin_format("%s/%s", site, tier);
	CLEANUP(cleanup_free) char *path = folder ? admin_format("%s/site.ini", folder) : NULL;
	CLEANUP(admin_file_free) struct admin_file file = {0};
	int code;

	if (!path)
		return admin_no_memory();
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return complain_of_tier(site, tier);
	code = site_files_collect(site, folder, false, files);
	if (code == EXIT_DONE && admin_read(path, SITE_SIZE_MAX, &file) < 0)
		code = EXIT_UNKNOWN;
	return code == EXIT_DONE ? site_files_add(files, strdup("site.ini"), &file) : code;
}

int site_pack(const char *site, const char *tier, const char *out)
{
	CLEANUP(site_files_clear) struct site_files files = {0};
	int code = collect(site, tier, &files);

	if (code != EXIT_DONE) {
		admin_complain("nothing was packed");
		return code;
	}
	code = write_all(out, &files);
	if (code == EXIT_DONE)
		printf("packed for the tier %s: %zu files in %s\n", files.site.tier, files.n, out);
	return code;
}
