#include "policy/admin/exemption_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/parse.h"
#include "policy/cleanup.h"
#include "policy/value.h"

void exemption_folders_clear(struct exemption_folders *folders)
{
	for (size_t i = 0; i < folders->n; i++) {
		free(folders->items[i].site);
		free(folders->items[i].tier);
	}
	free(folders->items);
	*folders = (struct exemption_folders){0};
}

void folder_names_clear(struct folder_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->names[i]);
	free(names->names);
	*names = (struct folder_names){0};
}

int folder_names_read(const char *path, struct folder_names *ret)
{
	struct dirent **entries = NULL;
	int n = scandir(path, &entries, NULL, alphasort);

	if (n < 0 && errno != ENOENT) {
		admin_complain("%s cannot be read: %s", path, strerror(errno));
		return EXIT_UNKNOWN;
	}
	*ret = (struct folder_names){.names = calloc(n > 0 ? (size_t)n : 1, sizeof(char *))};
	for (int i = 0; i < n; i++) {
		if (ret->names && word_is_valid(entries[i]->d_name))
			ret->names[ret->n++] = strdup(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	for (size_t i = 0; i < ret->n; i++)
		if (!ret->names[i]) {
			folder_names_clear(ret);
			return admin_no_memory();
		}
	return ret->names ? EXIT_DONE : admin_no_memory();
}

static bool has(const char *folder, const char *name)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/%s", folder, name);

	return path && access(path, F_OK) == 0;
}

/* What the tier calls itself; whoever signed its policy. */
static void read_tier_name(const char *tier, char ret[TIER_NAME_MAX + 1])
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/policy.ini", tier);
	CLEANUP(admin_document_clear)
	struct admin_document document = {.kind = DOCUMENT_POLICY};

	ret[0] = '\0';
	if (path && admin_read_document(path, &document.file) == 0 &&
		admin_parse_silently(&document))
		snprintf(ret, TIER_NAME_MAX + 1, "%s", document.policy->header.tier);
}

static int add(struct exemption_folders *folders, const char *site, const char *tier)
{
	struct exemption_folder *grown =
		reallocarray(folders->items, folders->n + 1, sizeof(*folders->items));
	struct exemption_folder *folder;

	if (!grown)
		return admin_no_memory();
	folders->items = grown;
	folder = &grown[folders->n++];
	*folder = (struct exemption_folder){.site = strdup(site), .tier = strdup(tier)};
	if (!folder->site || !folder->tier)
		return admin_no_memory();
	read_tier_name(tier, folder->tier_name);
	return EXIT_DONE;
}

/* The site's folder of a tier's: itself, or the one above it. */
static int add_tier(struct exemption_folders *folders, const char *tier)
{
	static const char *const marks[] = {"../up", "../root", "../root.ini"};
	CLEANUP(cleanup_free) char *above = admin_format("%s/..", tier);
	bool is_below = false;

	if (!above)
		return admin_no_memory();
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		is_below = is_below || has(tier, marks[i]);
	return add(
		folders, is_below && !has(tier, "up") && !has(tier, "root") ? above : tier, tier);
}

static int add_tiers(struct exemption_folders *folders, const char *site)
{
	CLEANUP(folder_names_clear) struct folder_names names = {0};
	int code = folder_names_read(site, &names);

	for (size_t i = 0; code == EXIT_DONE && i < names.n; i++) {
		CLEANUP(cleanup_free) char *tier = admin_format("%s/%s", site, names.names[i]);

		if (!tier)
			return admin_no_memory();
		if (has(tier, "policy.ini"))
			code = add(folders, site, tier);
	}
	return code;
}

static int add_any(struct exemption_folders *folders, const char *folder)
{
	if (has(folder, "policy.ini"))
		return add_tier(folders, folder);
	if (has(folder, "up") || has(folder, "root") || has(folder, "root.ini"))
		return add_tiers(folders, folder);
	return EXIT_DONE;
}

static int add_below(struct exemption_folders *folders, const char *folder, const char *below)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s%s", folder, below);
	CLEANUP(folder_names_clear) struct folder_names names = {0};
	int code = path ? folder_names_read(path, &names) : admin_no_memory();

	for (size_t i = 0; code == EXIT_DONE && i < names.n; i++) {
		CLEANUP(cleanup_free) char *one = admin_format("%s/%s", path, names.names[i]);

		code = one ? add_any(folders, one) : admin_no_memory();
	}
	return code;
}

/* Without its last slashes. */
static char *trim(const char *path)
{
	char *copy = strdup(path);
	size_t size = copy ? strlen(copy) : 0;

	while (size > 1 && copy[size - 1] == '/')
		copy[--size] = '\0';
	return copy;
}

int exemption_folders_find(const char *folder, struct exemption_folders *ret)
{
	CLEANUP(cleanup_free) char *trimmed = trim(folder);
	int code;

	if (!trimmed)
		return admin_no_memory();
	if (admin_check_path(trimmed) < 0)
		return EXIT_UNKNOWN;
	code = add_any(ret, trimmed);
	if (code == EXIT_DONE && ret->n == 0)
		code = add_below(ret, trimmed, "/sekisho");
	if (code == EXIT_DONE && ret->n == 0)
		code = add_below(ret, trimmed, "");
	if (code == EXIT_DONE && ret->n == 0) {
		admin_complain("neither %s nor a folder in it has a policy.ini: say --folder, the "
			       "folder from which terminals fetch",
			trimmed);
		return EXIT_UNKNOWN;
	}
	return code;
}

char *exemption_path(const struct exemption_folder *folder, const char *terminal)
{
	return admin_format("%s/terminals/%s/exemptions.ini", folder->tier, terminal);
}

char *revocations_path(const struct exemption_folder *folder)
{
	bool is_of_site =
		!has(folder->tier, "revocations.ini") && has(folder->site, "revocations.ini");

	return admin_format("%s/revocations.ini", is_of_site ? folder->site : folder->tier);
}

char *request_path(const struct exemption_folder *folder, const char *terminal, const char *id)
{
	return admin_format("%s/up/%s/request-%s.ini", folder->site, terminal, id);
}
