#include "policy/admin/join_inbox.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/cleanup.h"

#define FILE_PREFIX "join-"
#define FILE_END    ".ini"
/* 16 digits: whoever fills the folder with more than a few of a key gains nothing. */
#define FILES_OF_FOLDER 64

static int worse(int a, int b)
{
	return a > b ? a : b;
}

static bool is_request(const char *name)
{
	size_t size = strlen(name);

	return strncmp(name, FILE_PREFIX, strlen(FILE_PREFIX)) == 0 &&
	       size > strlen(FILE_PREFIX FILE_END) &&
	       strcmp(name + size - strlen(FILE_END), FILE_END) == 0;
}

static bool is_from_ticket(const struct join_site *site, const struct join_request *request,
	const struct admin_file *file)
{
	const struct known_ticket *ticket =
		join_tickets_find(site->tickets.tickets, request->ticket);

	return ticket && join_request_is_from(file->bytes, file->size, ticket->key);
}

/* A request lies where its certificate, or without one its name, says. */
static int check_place(const struct join_request *request, const char *path, const char *folder)
{
	const char *place = request->certificate[0] ? request->certificate : request->terminal;

	if (strcmp(place, folder) == 0)
		return EXIT_DONE;
	admin_complain("%s says that it is of %s, and lies where those of %s do: it is not looked "
		       "at",
		path, place, folder);
	return EXIT_NO;
}

static int parse(const struct admin_file *file, struct join_entry *ret)
{
	CLEANUP(problems_clear) struct problems problems = {};
	int r = join_request_read(file->bytes, file->size, &problems, &ret->request, ret->key);

	if (r == 0 && ret->request.has_seal_key)
		r = seal_fingerprint(ret->request.seal_key, ret->seal_key);
	if (r == -ENOMEM)
		return admin_no_memory();
	admin_print_problems(file->path, &problems);
	return r < 0 ? EXIT_NO : EXIT_DONE;
}

/* Of one key and name the newest counts: it is made anew when the other keys change. */
static int add(struct join_inbox *inbox, const struct join_entry *entry)
{
	struct join_entry *grown;

	for (size_t i = 0; i < inbox->n; i++)
		if (strcmp(inbox->items[i].key, entry->key) == 0 &&
			strcmp(inbox->items[i].request.terminal, entry->request.terminal) == 0) {
			if (inbox->items[i].request.issued < entry->request.issued)
				inbox->items[i] = *entry;
			return EXIT_DONE;
		}
	grown = reallocarray(inbox->items, inbox->n + 1, sizeof(*grown));
	if (!grown)
		return admin_no_memory();
	inbox->items = grown;
	grown[inbox->n++] = *entry;
	return EXIT_DONE;
}

static int read_one(
	const struct join_site *site, const char *folder, const char *name, struct join_inbox *ret)
{
	CLEANUP(cleanup_free)
	char *path = admin_format("%s/up/%s/%s", site->folder->site, folder, name);
	CLEANUP(admin_file_free) struct admin_file file = {0};
	const struct join_tickets *place = site->tickets.tickets;
	struct join_entry entry = {0};
	int code;

	if (!path)
		return admin_no_memory();
	/* What one terminal puts there keeps no other from being read. */
	if (admin_read(path, JOIN_REQUEST_SIZE_MAX, &file) < 0)
		return EXIT_NO;
	code = parse(&file, &entry);
	/* Another tier's administrators answer that. */
	if (code != EXIT_DONE || strcmp(entry.request.site, place->site) != 0 ||
		strcmp(entry.request.tier, place->tier) != 0)
		return code;
	code = check_place(&entry.request, path, folder);
	if (code != EXIT_DONE)
		return code;
	entry.is_from_ticket = is_from_ticket(site, &entry.request, &file);
	return add(ret, &entry);
}

static int read_folder(const struct join_site *site, const char *folder, struct join_inbox *ret)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/up/%s", site->folder->site, folder);
	DIR *entries = path ? opendir(path) : NULL;
	const struct dirent *entry;
	int code = EXIT_DONE, n = 0;

	if (!path)
		return admin_no_memory();
	if (!entries && errno != ENOTDIR && errno != ENOENT) {
		admin_complain("%s cannot be read: %s", path, strerror(errno));
		return EXIT_UNKNOWN;
	}
	while (entries && n < FILES_OF_FOLDER && (entry = readdir(entries)))
		if (is_request(entry->d_name)) {
			code = worse(code, read_one(site, folder, entry->d_name, ret));
			n++;
		}
	if (entries)
		closedir(entries);
	return code;
}

/* The oldest first. */
static int compare(const void *a, const void *b)
{
	const struct join_entry *one = a, *other = b;

	if (one->request.issued != other->request.issued)
		return one->request.issued < other->request.issued ? -1 : 1;
	return strcmp(one->request.terminal, other->request.terminal);
}

int join_inbox_read(const struct join_site *site, struct join_inbox *ret)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/up", site->folder->site);
	CLEANUP(folder_names_clear) struct folder_names folders = {0};
	int code = path ? folder_names_read(path, &folders) : admin_no_memory();

	for (size_t i = 0; i < folders.n; i++)
		code = worse(code, read_folder(site, folders.names[i], ret));
	if (ret->n > 0)
		qsort(ret->items, ret->n, sizeof(*ret->items), compare);
	return code;
}

void join_inbox_clear(struct join_inbox *inbox)
{
	free(inbox->items);
	*inbox = (struct join_inbox){0};
}
