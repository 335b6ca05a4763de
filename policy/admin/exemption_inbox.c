#include "policy/admin/exemption_inbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/up_read.h"
#include "policy/cleanup.h"
#include "policy/document.h"
#include "policy/up_file.h"

#define FILE_PREFIX "request-"
#define FILE_END    ".ini"

/* --- whose it is --- */

void exemption_desks_clear(struct exemption_desks *desks)
{
	terminal_list_clear(&desks->list);
	free(desks->strange);
	*desks = (struct exemption_desks){0};
}

void exemption_desks_say(const struct exemption_desks *desks)
{
	if (desks->n_strange > 0)
		admin_complain(
			"%zu request%s of terminals that nobody approved, or that are retired, "
			"%s not looked at: %s%s",
			desks->n_strange, desks->n_strange == 1 ? "" : "s",
			desks->n_strange == 1 ? "is" : "are", desks->strange,
			desks->n_strange == 1 ? "" : " and others");
}

static int read_desks(struct exemption_desks *desks)
{
	if (desks->is_read)
		return EXIT_DONE;
	desks->is_read = true;
	return terminal_list_read(desks->folder->tier, &desks->list);
}

static int add_strange(struct exemption_desks *desks, const char *path)
{
	if (desks->n_strange++ == 0)
		desks->strange = strdup(path);
	return desks->strange ? EXIT_DONE : admin_no_memory();
}

/* Of a terminal that joined: 0, -EBADMSG: its key has not signed it, or -ENOMEM. */
static int check_signature(const struct admin_file *file, const struct terminal_entry *entry)
{
	struct up_file opened;
	int r = up_file_open(file->bytes, file->size, &opened);

	if (r < 0)
		return r;
	return entry->state == TERMINAL_ACTIVE && strcmp(opened.fingerprint, entry->key) == 0
		       ? 0
		       : -EBADMSG;
}

static int complain_of_key(const char *path, const struct terminal_entry *entry)
{
	if (entry->state == TERMINAL_ACTIVE)
		admin_complain("%s says that it is of %s, whose key has not signed it: it is not "
			       "looked at",
			path, entry->terminal);
	else
		admin_complain("%s is of %s, which is retired: it is not looked at", path,
			entry->terminal);
	return EXIT_NO;
}

/* What it asked lies there for as long as the server keeps it. */
static bool is_retired(const struct terminal_entry *entry)
{
	return entry && entry->state != TERMINAL_ACTIVE;
}

/* The name that sekisho-fetch has at a server. */
static bool is_certificate(const char *name)
{
	return strspn(name, "0123456789abcdef") == CERTIFICATE_SIZE - 1 &&
	       name[CERTIFICATE_SIZE - 1] == '\0';
}

static int complain_of_place(const char *path, const char *said, const char *place)
{
	admin_complain("%s says that it is of %s, and lies where those of %s do: it is not looked "
		       "at",
		path, said, place);
	return EXIT_NO;
}

/* *ret_is_strange: a stranger's, which is counted. */
static int check_owner(struct exemption_desks *desks, const struct admin_file *file,
	const struct exemption_request *request, const char *up, bool *ret_is_strange)
{
	const struct terminal_entry *entry;
	int r, code = read_desks(desks);

	if (code == EXIT_UNKNOWN)
		return code;
	entry = terminal_list_by_name(&desks->list, request->terminal);
	r = entry ? check_signature(file, entry) : -EBADMSG;
	if (r == -ENOMEM)
		return admin_no_memory();
	if (r == 0 || (!entry && (!up || strcmp(up, request->terminal) == 0)))
		return EXIT_DONE;
	if (up && (is_certificate(up) || is_retired(entry))) {
		*ret_is_strange = true;
		return add_strange(desks, file->path);
	}
	return entry ? complain_of_key(file->path, entry)
		     : complain_of_place(file->path, request->terminal, up);
}

/* --- one --- */

/* Signatures are cut off here. A stranger's mistakes are not told: there is no end to them. */
static int parse(const struct admin_file *file, bool is_quiet, struct exemption_request **ret)
{
	struct problems problems = {0};
	struct signed_document parts;
	int r = document_split(file->bytes, file->size, &problems, &parts);

	if (r == 0)
		r = exemption_request_parse(parts.text.bytes, parts.text.size, &problems, ret);
	if (!is_quiet)
		admin_print_problems(file->path, &problems);
	problems_clear(&problems);
	if (r == -ENOMEM)
		return admin_no_memory();
	return r < 0 ? EXIT_NO : EXIT_DONE;
}

/* Where anybody may have made the folder, what is wrong is a stranger's. */
static int read_of_server(struct exemption_desks *desks, const char *path, const char *up,
	const char *id, struct exemption_request **ret)
{
	CLEANUP(exemption_request_cleanup) struct exemption_request *request = NULL;
	CLEANUP(up_bytes_clear) struct up_bytes bytes = {0};
	struct admin_file file = {.path = path};
	bool is_strange = false;
	int code;

	if (up_read(AT_FDCWD, path, REQUEST_SIZE_MAX, &bytes) < 0)
		return add_strange(desks, path);
	file.bytes = bytes.bytes;
	file.size = bytes.size;
	code = parse(&file, true, &request);
	if (code == EXIT_UNKNOWN)
		return code;
	if (code == EXIT_NO || (id && strcmp(request->id, id) != 0))
		return add_strange(desks, path);
	code = check_owner(desks, &file, request, up, &is_strange);
	if (code == EXIT_DONE && !is_strange)
		*ret = TAKE(request);
	return code;
}

int exemption_request_read(struct exemption_desks *desks, const char *path, const char *up,
	const char *id, struct exemption_request **ret)
{
	CLEANUP(exemption_request_cleanup) struct exemption_request *request = NULL;
	CLEANUP(admin_file_free) struct admin_file file = {0};
	bool is_strange = false;
	int code;

	if (desks->folder && up && is_certificate(up))
		return read_of_server(desks, path, up, id, ret);
	if (admin_read(path, REQUEST_SIZE_MAX, &file) < 0)
		return EXIT_UNKNOWN;
	code = parse(&file, false, &request);
	if (code == EXIT_DONE && id && strcmp(request->id, id) != 0)
		code = complain_of_place(path, request->id, id);
	if (code == EXIT_DONE && desks->folder)
		code = check_owner(desks, &file, request, up, &is_strange);
	if (code == EXIT_DONE)
		*ret = TAKE(request);
	return code;
}

bool exemption_request_is_same(
	const struct exemption_request *one, const struct exemption_request *other)
{
	return strcmp(one->id, other->id) == 0 && strcmp(one->terminal, other->terminal) == 0 &&
	       one->header.issued == other->header.issued;
}

/* --- all --- */

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

static int read_one(
	struct exemption_desks *desks, const char *up, const char *id, struct exemption_inbox *ret)
{
	CLEANUP(exemption_request_cleanup) struct exemption_request *request = NULL;
	CLEANUP(cleanup_free) char *path = request_path(desks->folder, up, id);
	int code = path ? exemption_request_read(desks, path, up, id, &request) : admin_no_memory();

	if (code != EXIT_DONE || !request ||
		strcmp(request->header.tier, desks->folder->tier_name) != 0)
		return code;
	return add(ret, TAKE(request));
}

static int worse(int a, int b)
{
	return a > b ? a : b;
}

static int read_folder(struct exemption_desks *desks, const char *up, struct exemption_inbox *ret)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/up/%s", desks->folder->site, up);
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
			code = worse(code, read_one(desks, up, id, ret));
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

/* What a terminal signed once, anybody can copy to other folders. */
static void drop_copies(struct exemption_inbox *inbox)
{
	size_t n = 0;

	for (size_t i = 0; i < inbox->n; i++) {
		if (n > 0 && exemption_request_is_same(inbox->requests[n - 1], inbox->requests[i]))
			exemption_request_free(inbox->requests[i]);
		else
			inbox->requests[n++] = inbox->requests[i];
	}
	inbox->n = n;
}

int exemption_inbox_read(const struct exemption_folder *folder, struct exemption_inbox *ret)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/up", folder->site);
	CLEANUP(folder_names_clear) struct folder_names names = {0};
	CLEANUP(exemption_desks_clear) struct exemption_desks desks = {.folder = folder};
	int code = path ? folder_names_read(path, &names) : admin_no_memory();

	for (size_t i = 0; i < names.n; i++)
		code = worse(code, read_folder(&desks, names.names[i], ret));
	exemption_desks_say(&desks);
	if (ret->n > 0)
		qsort(ret->requests, ret->n, sizeof(*ret->requests), compare);
	drop_copies(ret);
	return code;
}

void exemption_inbox_clear(struct exemption_inbox *inbox)
{
	for (size_t i = 0; i < inbox->n; i++)
		exemption_request_free(inbox->requests[i]);
	free(inbox->requests);
	*inbox = (struct exemption_inbox){0};
}
