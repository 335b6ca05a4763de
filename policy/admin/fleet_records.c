#include "policy/admin/fleet_records.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/descriptor.h"
#include "policy/admin/up_read.h"
#include "policy/cleanup.h"
#include "policy/value.h"

#define RECORDS_FILE_MAX (256u * 1024 * 1024)
#define RECORDS_END      ".jsonl"

static int complain(const char *path, int r)
{
	if (r == -ENOMEM)
		return admin_no_memory();
	admin_complain("%s cannot be read: %s", path, strerror(-r));
	return EXIT_UNKNOWN;
}

static bool is_records(const char *name)
{
	size_t size = strlen(name), end = strlen(RECORDS_END);

	return size > end && name[0] != '.' && strcmp(name + size - end, RECORDS_END) == 0;
}

static void free_entries(struct dirent **entries, int n)
{
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
}

/* --- what was handed up --- */

struct batches {
	const struct fleet *fleet;
	fleet_take_lines take;
	void *context;
};

static int take_batch(
	const struct batches *batches, int folder_fd, const char *file, const struct up_name *name)
{
	CLEANUP(up_bytes_clear) struct up_bytes bytes = {0};
	const struct terminal_entry *entry;
	struct up_file opened;

	if (up_read(folder_fd, file, UP_FILE_SIZE_MAX, &bytes) < 0 ||
		!up_name_fits(name, bytes.bytes, bytes.size) ||
		up_file_open(bytes.bytes, bytes.size, &opened) < 0)
		return 0;
	entry = terminal_list_by_key(&batches->fleet->list, opened.fingerprint);
	/* Of one that is retired now, what it said before stays true. */
	return entry ? batches->take(batches->context, entry->terminal, opened.text.bytes,
			       opened.text.size)
		     : 0;
}

/* Names sort by the first record. */
static int take_folder(const struct batches *batches, int up_fd, const char *name)
{
	CLEANUP(admin_close)
	int fd = openat(up_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct dirent **entries = NULL;
	int r = 0, n = fd < 0 ? 0 : scandirat(fd, ".", &entries, NULL, alphasort);

	for (int i = 0; r == 0 && i < n; i++) {
		const struct up_name parsed = up_name_parse(entries[i]->d_name);

		if (parsed.kind == UP_RECORDS)
			r = take_batch(batches, fd, entries[i]->d_name, &parsed);
	}
	free_entries(entries, n);
	return r;
}

int fleet_records_up(
	const struct fleet *fleet, const char *up, fleet_take_lines take, void *context)
{
	CLEANUP(cleanup_free)
	char *path = up ? strdup(up) : admin_format("%s/up", fleet->folder->site);
	const struct batches batches = {fleet, take, context};
	DIR *folder = path ? opendir(path) : NULL;
	int r = 0;

	if (!path)
		return admin_no_memory();
	if (!folder)
		return errno == ENOENT ? EXIT_DONE : complain(path, -errno);
	for (const struct dirent *entry; r == 0 && (entry = readdir(folder));)
		if (entry->d_name[0] != '.')
			r = take_folder(&batches, dirfd(folder), entry->d_name);
	closedir(folder);
	return r < 0 ? complain(path, r) : EXIT_DONE;
}

/* --- what syslog carried on --- */

static int take_file(const char *path, const char *terminal, fleet_take_lines take, void *context)
{
	CLEANUP(up_bytes_clear) struct up_bytes bytes = {0};
	int r = up_read(AT_FDCWD, path, RECORDS_FILE_MAX, &bytes);

	if (r == 0)
		r = take(context, terminal, bytes.bytes, bytes.size);
	return r < 0 ? complain(path, r) : EXIT_DONE;
}

/* Of one terminal. */
static int take_terminal(
	const char *path, const char *terminal, fleet_take_lines take, void *context)
{
	struct dirent **entries = NULL;
	int code = EXIT_DONE, n = scandir(path, &entries, NULL, alphasort);

	for (int i = 0; code == EXIT_DONE && i < n; i++) {
		CLEANUP(cleanup_free) char *file = NULL;

		if (!is_records(entries[i]->d_name))
			continue;
		file = admin_format("%s/%s", path, entries[i]->d_name);
		code = file ? take_file(file, terminal, take, context) : admin_no_memory();
	}
	free_entries(entries, n);
	return code;
}

static int take_entry(const char *folder, const char *name, fleet_take_lines take, void *context)
{
	CLEANUP(cleanup_free) char *path = admin_format("%s/%s", folder, name);
	CLEANUP(cleanup_free) char *terminal = strdup(name);

	if (!path || !terminal)
		return admin_no_memory();
	if (!is_records(name))
		return word_is_valid(name) ? take_terminal(path, name, take, context) : EXIT_DONE;
	terminal[strlen(name) - strlen(RECORDS_END)] = '\0';
	return word_is_valid(terminal) ? take_file(path, terminal, take, context) : EXIT_DONE;
}

int fleet_records_files(const char *folder, fleet_take_lines take, void *context)
{
	struct dirent **entries = NULL;
	int code = EXIT_DONE, n = scandir(folder, &entries, NULL, alphasort);

	if (n < 0)
		return complain(folder, -errno);
	for (int i = 0; code == EXIT_DONE && i < n; i++)
		if (entries[i]->d_name[0] != '.')
			code = take_entry(folder, entries[i]->d_name, take, context);
	free_entries(entries, n);
	return code;
}
