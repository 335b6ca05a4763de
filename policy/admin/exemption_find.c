#include "policy/admin/exemption_find.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/exemption_inbox.h"
#include "policy/cleanup.h"

void exemption_found_clear(struct exemption_found *found)
{
	exemption_request_free(found->request);
	exemption_bundle_clear(&found->bundle);
	*found = (struct exemption_found){0};
}

int exemption_complain_unknown(const char *id, const char *folder)
{
	admin_complain("there is no request and no exemption %s in %s; \"sekisho-admin exemption "
		       "requests\" lists the open ones, and --folder says another folder",
		id, folder);
	return EXIT_NO;
}

static int complain_twice(const char *id, const char *one, const char *other)
{
	admin_complain("two terminals have handed in %s: %s and %s. One of them is not what it "
		       "says: ask both, and name the file of the right one",
		id, one, other);
	return EXIT_NO;
}

static int open_bundle(struct exemption_found *found, const char *id)
{
	int code = exemption_bundle_read(
		exemption_path(found->folder, found->terminal), DOCUMENT_EXEMPTION, &found->bundle);

	if (code == EXIT_DONE)
		found->document = exemption_bundle_find(&found->bundle, id);
	return code;
}

static int look_into_up(struct exemption_desks *desks, const char *up, const char *id,
	struct exemption_found *found)
{
	CLEANUP(exemption_request_cleanup) struct exemption_request *request = NULL;
	CLEANUP(cleanup_free) char *path = request_path(desks->folder, up, id);
	int code;

	if (!path)
		return admin_no_memory();
	if (access(path, F_OK) < 0)
		return EXIT_DONE;
	code = exemption_request_read(desks, path, up, id, &request);
	if (code != EXIT_DONE || !request ||
		strcmp(request->header.tier, desks->folder->tier_name) != 0)
		return code;
	if (found->request && exemption_request_is_same(found->request, request))
		return EXIT_DONE;
	if (found->folder)
		return complain_twice(id, found->terminal, request->terminal);
	found->folder = desks->folder;
	snprintf(found->terminal, sizeof(found->terminal), "%s", request->terminal);
	found->request = TAKE(request);
	return EXIT_DONE;
}

static int find_request(
	const struct exemption_folder *folder, const char *id, struct exemption_found *found)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/up", folder->site);
	CLEANUP(folder_names_clear) struct folder_names names = {0};
	CLEANUP(exemption_desks_clear) struct exemption_desks desks = {.folder = folder};
	int code = path ? folder_names_read(path, &names) : admin_no_memory();

	for (size_t i = 0; code == EXIT_DONE && i < names.n; i++)
		code = look_into_up(&desks, names.names[i], id, found);
	if (!found->request)
		exemption_desks_say(&desks);
	return code;
}

/* Of what nobody asked for, the exemption itself is looked for at every terminal. */
static int find_document(
	const struct exemption_folder *folder, const char *id, struct exemption_found *found)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/terminals", folder->tier);
	CLEANUP(folder_names_clear) struct folder_names terminals = {0};
	int code = path ? folder_names_read(path, &terminals) : admin_no_memory();

	for (size_t i = 0; code == EXIT_DONE && i < terminals.n; i++) {
		struct exemption_found one = {.folder = folder};

		snprintf(one.terminal, sizeof(one.terminal), "%s", terminals.names[i]);
		code = open_bundle(&one, id);
		if (code == EXIT_DONE && one.document && found->document)
			code = complain_twice(id, found->terminal, one.terminal);
		if (code == EXIT_DONE && one.document) {
			*found = one;
			one = (struct exemption_found){0};
		}
		exemption_found_clear(&one);
	}
	return code;
}

int exemption_find_approved(
	const struct exemption_folders *folders, const char *id, struct exemption_found *ret)
{
	int code = EXIT_DONE;

	for (size_t i = 0; code == EXIT_DONE && i < folders->n; i++)
		code = find_document(&folders->items[i], id, ret);
	return code;
}

int exemption_find(
	const struct exemption_folders *folders, const char *id, struct exemption_found *ret)
{
	int code = EXIT_DONE;

	for (size_t i = 0; code == EXIT_DONE && i < folders->n; i++)
		code = find_request(&folders->items[i], id, ret);
	if (code == EXIT_DONE && ret->folder)
		return open_bundle(ret, id);
	return code == EXIT_DONE ? exemption_find_approved(folders, id, ret) : code;
}

/* Whose it is, now that its tier is known. */
static int check_file(const struct exemption_found *found, const char *path)
{
	CLEANUP(exemption_request_cleanup) struct exemption_request *request = NULL;
	CLEANUP(exemption_desks_clear) struct exemption_desks desks = {.folder = found->folder};

	return exemption_request_read(&desks, path, NULL, NULL, &request);
}

int exemption_find_file(
	const struct exemption_folders *folders, const char *path, struct exemption_found *ret)
{
	struct exemption_desks nobody = {.folder = NULL};
	int code = exemption_request_read(&nobody, path, NULL, NULL, &ret->request);

	if (code != EXIT_DONE)
		return code;
	snprintf(ret->terminal, sizeof(ret->terminal), "%s", ret->request->terminal);
	for (size_t i = 0; i < folders->n; i++)
		if (strcmp(folders->items[i].tier_name, ret->request->header.tier) == 0)
			ret->folder = &folders->items[i];
	if (ret->folder) {
		code = check_file(ret, path);
		return code == EXIT_DONE ? open_bundle(ret, ret->request->id) : code;
	}
	admin_complain("%s is for the tier %s, of which no folder is there (--folder)", path,
		ret->request->header.tier);
	return EXIT_NO;
}
