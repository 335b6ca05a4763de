#include "policy/admin/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/admin/exemption_folder.h"
#include "policy/admin/publish_plan.h"
#include "policy/admin/publish_target.h"
#include "policy/admin/shared_folder.h"
#include "policy/cleanup.h"
#include "policy/media_index.h"

/* Names that may be there and must not. */
struct names {
	char **items;
	size_t n, room;
};

static void names_clear(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->items[i]);
	free(names->items);
}

/* Takes the name. */
static int names_add(struct names *names, char *name)
{
	CLEANUP(cleanup_free) char *own = name;

	if (names->n == names->room) {
		size_t more = names->room == 0 ? MEDIA_SHARDS_MAX : 2 * names->room;
		char **grown = reallocarray(names->items, more, sizeof(*grown));

		if (!grown)
			return admin_no_memory();
		names->items = grown;
		names->room = more;
	}
	if (!own)
		return admin_no_memory();
	names->items[names->n++] = TAKE(own);
	return EXIT_DONE;
}

static bool has_file(const struct site_files *files, const char *name)
{
	for (size_t i = 0; i < files->n; i++)
		if (strcmp(files->items[i].name, name) == 0)
			return true;
	return false;
}

/* Shards that the list names no more, and all that was for terminals that are retired. */
static int find_gone(const struct site_files *files, struct names *ret)
{
	static const char *const of_terminal[] = {"exemptions.ini", "tokens.ini", "desks.ini"};
	const struct terminal_list *list = &files->terminals;
	int code = EXIT_DONE;

	for (unsigned i = 0; code == EXIT_DONE && i < MEDIA_SHARDS_MAX; i++) {
		char name[sizeof("media/00")];

		snprintf(name, sizeof(name), "media/%02x", i & 0xff);
		if (!has_file(files, name))
			code = names_add(ret, strdup(name));
	}
	for (size_t i = 0; code == EXIT_DONE && i < 3 * list->n; i++)
		if (list->items[i / 3].state != TERMINAL_ACTIVE)
			code = names_add(
				ret, admin_format("terminals/%s/%s", list->items[i / 3].terminal,
					     of_terminal[i % 3]));
	return code;
}

static int publish_files(struct publish_target *target, const struct site_files *files)
{
	CLEANUP(publish_plan_clear) struct publish_plan plan = {0};
	CLEANUP(names_clear) struct names gone = {0};
	struct publish_result result = {0};
	int code = publish_plan_make(target, files, &plan);

	if (code != EXIT_DONE) {
		admin_complain("nothing was published");
		return code;
	}
	code = publish_plan_write(target, &plan, &result);
	if (code == EXIT_DONE)
		code = find_gone(files, &gone);
	if (code == EXIT_DONE)
		code = target->kind->remove(target, gone.items, gone.n, &result);
	if (code != EXIT_DONE) {
		admin_complain("not all was published; what terminals find is old or new, each by "
			       "itself; publish once more");
		return code;
	}
	printf("published for the tier %s: %zu of %zu files were new, %zu removed, at %s\n",
		files->site.tier, result.n_written, files->n, result.n_removed, target->place);
	return EXIT_DONE;
}

/* Files are written as terminals find them, which is not how administrators keep them. */
static int check_apart(const struct exemption_folder *folder, const struct publish_target *target)
{
	CLEANUP(cleanup_free) char *there = realpath(target->place, NULL);
	CLEANUP(cleanup_free) char *site = realpath(folder->site, NULL);
	CLEANUP(cleanup_free) char *tier = realpath(folder->tier, NULL);

	if (target->kind != &publish_folder || !there || !site || !tier ||
		(strcmp(there, site) != 0 && strcmp(there, tier) != 0))
		return EXIT_DONE;
	admin_complain("%s is the folder that is to be published: terminals read it as it is",
		target->place);
	return EXIT_NO;
}

static int collect(struct publish_target *target, const struct exemption_folder *folder)
{
	CLEANUP(cleanup_free) char *up = admin_format("%s/up", folder->site);
	mode_t before;
	int r;

	if (!target->kind->collect) {
		admin_complain("what terminals handed up cannot be listed over https: --collect is "
			       "for rsync and folders");
		return EXIT_UNKNOWN;
	}
	if (!up)
		return admin_no_memory();
	r = shared_folder_make(up);
	if (r < 0) {
		admin_complain("%s cannot be made: %s", up, strerror(-r));
		return EXIT_UNKNOWN;
	}
	/* The next one who collects writes into the same folders. */
	before = umask(0);
	umask(shared_folder_is(up) ? before & ~(mode_t)S_IWGRP : before);
	r = target->kind->collect(target, up);
	umask(before);
	return r;
}

/* The one tier that is to be published. EXIT_DONE, or EXIT_UNKNOWN after complaining. */
static int find_tier(
	const char *folder, struct exemption_folders *folders, struct exemption_folder **ret)
{
	int code = exemption_folders_find(folder, folders);

	if (code != EXIT_DONE)
		return code;
	if (folders->n != 1) {
		admin_complain("%s holds %zu tiers; each is published to a place of its own: say "
			       "--folder %s/%s",
			folder, folders->n, folder, strrchr(folders->items[0].tier, '/') + 1);
		return EXIT_UNKNOWN;
	}
	*ret = &folders->items[0];
	return EXIT_DONE;
}

int publish(const struct publish_job *job)
{
	CLEANUP(exemption_folders_clear) struct exemption_folders folders = {0};
	CLEANUP(site_files_clear) struct site_files files = {0};
	CLEANUP(publish_target_close) struct publish_target target = {.lock = -1};
	struct exemption_folder *folder = NULL;
	int code = find_tier(job->folder, &folders, &folder);

	if (code == EXIT_DONE)
		code = site_files_collect(folder->site, folder->tier, true, &files);
	if (code == EXIT_DONE)
		code = publish_target_open(job->to, job->curl_config, files.site.site, &target);
	if (code == EXIT_DONE)
		code = check_apart(folder, &target);
	if (code != EXIT_DONE) {
		admin_complain("nothing was published");
		return code;
	}
	if (job->collects)
		code = collect(&target, folder);
	return code == EXIT_DONE ? publish_files(&target, &files) : code;
}
