#include "policy/admin/exemption_inbox.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/cleanup.h"

#define FILE_PREFIX "request-"
#define FILE_END    ".ini"

static int parse(const struct admin_file *file, struct exemption_request **ret)
{
	struct problems problems = {0};
	int r = exemption_request_parse(file->bytes, file->size, &problems, ret);

	admin_print_problems(file->path, &problems);
	problems_clear(&problems);
	if (r == -ENOMEM)
		return admin_no_memory();
	return r < 0 ? EXIT_NO : EXIT_DONE;
}

static int check_place(const struct exemption_request *request, const char *path,
	const char *terminal, const char *id)
{
	const char *said = NULL, *place = NULL;

	if (terminal && strcmp(request->terminal, terminal) != 0) {
		said = request->terminal;
		place = terminal;
	} else if (id && strcmp(request->id, id) != 0) {
		said = request->id;
		place = id;
	}
	if (!said)
		return EXIT_DONE;
	admin_complain("%s says that it is of %s, and lies where those of %s do: it is not looked "
		       "at",
		path, said, place);
	return EXIT_NO;
}

int exemption_request_read(
	const char *path, const char *terminal, const char *id, struct exemption_request **ret)
{
	CLEANUP(exemption_request_cleanup) struct exemption_request *request = NULL;
	CLEANUP(admin_file_free) struct admin_file file = {0};
	int code;

	if (admin_read(path, REQUEST_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	code = parse(&file, &request);
	if (code == EXIT_DONE)
		code = check_place(request, path, terminal, id);
	if (code == EXIT_DONE)
		*ret = TAKE(request);
	return code;
}

/* The number in "request-E-7K3M9Q2X.ini"; false where the name is another. */
static bool id_of_name(const char *name, char ret[EXEMPTION_ID_SIZE])
{
	size_t size = strlen(name), prefix = strlen(FILE_PREFIX), end = strlen(FILE_END);

	if (size != prefix + EXEMPTION_ID_SIZE - 1 + end ||
		strncmp(name, FILE_PREFIX, prefix) != 0 || strcmp(name + size - end, FILE_END) != 0)
		return false;
	memcpy(ret, name + prefix, EXEMPTION_ID_SIZE - 1);
	ret[EXEMPTION_ID_SIZE - 1] = '\0';
	return exemption_id_is_valid(ret);
}

/* Takes the request. */
static int add(struct exemption_inbox *inbox, struct exemption_request *request)
{
	struct exemption_request **grown =
		reallocarray(inbox->requests, inbox->n + 1, sizeof(*inbox->requests));

	if (!grown) {
		exemption_request_free(request);
		return admin_no_memory();
	}
	inbox->requests = grown;
	grown[inbox->n++] = request;
	return EXIT_DONE;
}

static int read_one(const struct exemption_folder *folder, const char *terminal, const char *id,
	struct exemption_inbox *ret)
{
	CLEANUP(exemption_request_cleanup) struct exemption_request *request = NULL;
	CLEANUP(cleanup_free) char *path = request_path(folder, terminal, id);
	int code = path ? exemption_request_read(path, terminal, id, &request) : admin_no_memory();

	if (code != EXIT_DONE || strcmp(request->header.tier, folder->tier_name) != 0)
		return code;
	return add(ret, TAKE(request));
}

static int worse(int a, int b)
{
	return a > b ? a : b;
}

static int read_terminal(
	const struct exemption_folder *folder, const char *terminal, struct exemption_inbox *ret)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/up/%s", folder->site, terminal);
	struct dirent **entries = NULL;
	int code = EXIT_DONE, n = path ? scandir(path, &entries, NULL, alphasort) : -1;

	if (!path)
		return admin_no_memory();
	if (n < 0 && errno != ENOTDIR && errno != ENOENT) {
		admin_complain("%s cannot be read: %s", path, strerror(errno));
		return EXIT_UNKNOWN;
	}
	for (int i = 0; i < n; i++) {
		char id[EXEMPTION_ID_SIZE];

		if (id_of_name(entries[i]->d_name, id))
			code = worse(code, read_one(folder, terminal, id, ret));
		free(entries[i]);
	}
	free(entries);
	return code;
}

/* The oldest first. */
static int compare(const void *a, const void *b)
{
	const struct exemption_request *one = *(struct exemption_request *const *)a;
	const struct exemption_request *other = *(struct exemption_request *const *)b;

	if (one->header.issued != other->header.issued)
		return one->header.issued < other->header.issued ? -1 : 1;
	return strcmp(one->id, other->id);
}

int exemption_inbox_read(const struct exemption_folder *folder, struct exemption_inbox *ret)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/up", folder->site);
	CLEANUP(folder_names_clear) struct folder_names terminals = {0};
	int code = path ? folder_names_read(path, &terminals) : admin_no_memory();

	for (size_t i = 0; i < terminals.n; i++)
		code = worse(code, read_terminal(folder, terminals.names[i], ret));
	if (ret->n > 0)
		qsort(ret->requests, ret->n, sizeof(*ret->requests), compare);
	return code;
}

void exemption_inbox_clear(struct exemption_inbox *inbox)
{
	for (size_t i = 0; i < inbox->n; i++)
		exemption_request_free(inbox->requests[i]);
	free(inbox->requests);
	*inbox = (struct exemption_inbox){0};
}
