#include "agent/fetch_up.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/fetch_names.h"
#include "agent/store.h"
#include "policy/cleanup.h"

#define FOLDER_MODE 0770
#define FILE_MODE   0660
#define TEMPORARY   ".new"

static int open_target(int site_fd, const char *terminal)
{
	CLEANUP(cleanup_close) int up_fd = make_directory(site_fd, "up", FOLDER_MODE);

	return up_fd < 0 ? up_fd : make_directory(up_fd, terminal, FOLDER_MODE);
}

static int write_new(int folder_fd, const void *bytes, size_t size)
{
	CLEANUP(cleanup_close) int fd = -1;
	int r;

	if (unlinkat(folder_fd, TEMPORARY, 0) < 0 && errno != ENOENT)
		return -errno;
	fd = openat(folder_fd, TEMPORARY, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		FILE_MODE);
	if (fd < 0)
		return -errno;
	r = write_whole(fd, bytes, size);
	if (r < 0)
		return r;
	/* It leaves the terminal when it has a receipt. */
	return fsync(fd) < 0 ? -errno : 0;
}

/* Gives the file its name, unless something has it. Not every file system of a share can do it in
 * one way. */
static int name_it(int folder_fd, const char *name)
{
	struct stat facts;

	if (renameat2(folder_fd, TEMPORARY, folder_fd, name, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (linkat(folder_fd, TEMPORARY, folder_fd, name, 0) == 0)
		return unlinkat(folder_fd, TEMPORARY, 0) < 0 ? -errno : 0;
	if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
		return -errno;
	/* Nobody else writes to this terminal's folder. */
	if (fstatat(folder_fd, name, &facts, AT_SYMLINK_NOFOLLOW) == 0)
		return -EEXIST;
	return renameat(folder_fd, TEMPORARY, folder_fd, name) < 0 ? -errno : 0;
}

/* Whether it went there before, and the receipt was lost. */
static bool is_there(int folder_fd, const char *name, const void *bytes, size_t size)
{
	CLEANUP(cleanup_free) char *there = NULL;
	size_t there_size;

	return store_read(folder_fd, name, size, &there, &there_size) == 0 && there_size == size &&
	       memcmp(there, bytes, size) == 0;
}

static int send_one(int waiting_fd, int target_fd, const char *name)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	size_t size;
	int r = store_read(waiting_fd, name, FETCH_UP_SIZE_MAX, &bytes, &size);

	if (r < 0 || is_there(target_fd, name, bytes, size))
		return r;
	r = write_new(target_fd, bytes, size);
	if (r == 0)
		r = name_it(target_fd, name);
	if (r < 0)
		(void)unlinkat(target_fd, TEMPORARY, 0);
	return r;
}

int fetch_up_list(int waiting_fd, const struct fetch_spool *spool, struct fetch_up_names *ret)
{
	CLEANUP(cleanup_closedir) DIR *folder = open_directory(waiting_fd, ".");
	const struct dirent *entry;

	if (!folder)
		return -errno;
	ret->n = 0;
	while (ret->n < FETCH_UP_MAX && (entry = readdir(folder)))
		if (fetch_may_go_up(entry->d_name) && !fetch_spool_was_sent(spool, entry->d_name))
			snprintf(ret->items[ret->n++], sizeof(ret->items[0]), "%.*s",
				FETCH_UP_NAME_MAX, entry->d_name);
	return 0;
}

static void note(struct fetch_up_report *report, int r)
{
	if (r == 0)
		report->n_sent++;
	else
		report->n_waiting++;
	if (r < 0 && report->error == 0)
		report->error = r;
}

void fetch_up(int waiting_fd, int site_fd, const char *terminal, const struct fetch_spool *spool,
	struct fetch_up_report *ret)
{
	CLEANUP(cleanup_close) int target_fd = -1;
	CLEANUP(cleanup_free) struct fetch_up_names *names = malloc(sizeof(*names));
	int r = names ? fetch_spool_forget_sent(spool, waiting_fd) : -ENOMEM;

	*ret = (struct fetch_up_report){};
	if (r == 0)
		r = fetch_up_list(waiting_fd, spool, names);
	if (r < 0) {
		ret->error = r;
		return;
	}
	/* Nothing waits: nothing is made there. */
	if (names->n > 0)
		target_fd = open_target(site_fd, terminal);
	for (size_t i = 0; i < names->n; i++) {
		r = target_fd < 0 ? target_fd : send_one(waiting_fd, target_fd, names->items[i]);
		if (r == 0)
			r = fetch_spool_note_sent(spool, names->items[i]);
		note(ret, r);
	}
}
