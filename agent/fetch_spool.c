#include "agent/fetch_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/fetch_names.h"
#include "agent/store.h"
#include "policy/cleanup.h"
#include "policy/document_name.h"

/* sekishod reads it as the group of the folder, which tmpfiles.d gives to root. */
#define FOLDER_MODE 0750
#define FILE_MODE   0640
#define TEMPORARY   ".new"

static int open_folder(int folder_fd, const char *name, int *ret)
{
	*ret = make_directory(folder_fd, name, FOLDER_MODE);
	return *ret < 0 ? *ret : 0;
}

int fetch_spool_open(const char *folder, struct fetch_spool *ret)
{
	CLEANUP(cleanup_close) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(fetch_spool_close)
	struct fetch_spool spool = {-1, -1, -1, -1};
	int r = fd < 0 ? -errno : open_folder(fd, "spool", &spool.fd);

	if (r == 0)
		r = open_folder(spool.fd, "root", &spool.root_fd);
	if (r == 0)
		r = open_folder(spool.fd, "media", &spool.media_fd);
	if (r == 0)
		r = open_folder(spool.fd, "sent", &spool.sent_fd);
	if (r < 0)
		return r;
	*ret = spool;
	spool = (struct fetch_spool){};
	return 0;
}

void fetch_spool_close(struct fetch_spool *spool)
{
	int *const fds[] = {&spool->fd, &spool->root_fd, &spool->media_fd, &spool->sent_fd};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (*fds[i] > 0)
			cleanup_close(fds[i]);
	*spool = (struct fetch_spool){};
}

/* The folder of a document, and *name without it. */
static int folder_of(const struct fetch_spool *spool, const char **name)
{
	const struct document_name parsed = document_name_parse(*name);

	if (!strchr(*name, '/'))
		return spool->fd;
	*name = strchr(*name, '/') + 1;
	return parsed.is_shard ? spool->media_fd : spool->root_fd;
}

static bool is_there(int folder_fd, const char *name, const void *bytes, size_t size)
{
	CLEANUP(cleanup_free) char *there = NULL;
	size_t there_size;

	return store_read(folder_fd, name, size, &there, &there_size) == 0 && there_size == size &&
	       memcmp(there, bytes, size) == 0;
}

static int write_new(int folder_fd, const void *bytes, size_t size)
{
	CLEANUP(cleanup_close) int fd = -1;

	if (unlinkat(folder_fd, TEMPORARY, 0) < 0 && errno != ENOENT)
		return -errno;
	fd = openat(folder_fd, TEMPORARY, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		FILE_MODE);
	return fd < 0 ? -errno : write_whole(fd, bytes, size);
}

int fetch_spool_put(
	const struct fetch_spool *spool, const char *name, const void *bytes, size_t size)
{
	int folder_fd = folder_of(spool, &name), r;

	if (is_there(folder_fd, name, bytes, size))
		return 0;
	r = write_new(folder_fd, bytes, size);
	if (r == 0 && renameat(folder_fd, TEMPORARY, folder_fd, name) < 0)
		r = -errno;
	if (r == 0)
		return 1;
	(void)unlinkat(folder_fd, TEMPORARY, 0);
	return r;
}

void fetch_spool_remove(const struct fetch_spool *spool, const char *name)
{
	int folder_fd = folder_of(spool, &name);

	(void)unlinkat(folder_fd, name, 0);
}

int fetch_spool_keep_roots(const struct fetch_spool *spool, const struct fetch_roots *roots)
{
	CLEANUP(cleanup_closedir) DIR *folder = open_directory(spool->root_fd, ".");
	const struct dirent *entry;

	if (!folder)
		return -errno;
	while ((entry = readdir(folder))) {
		char name[NAME_MAX + 16];
		struct document_name parsed;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "root/%s", entry->d_name);
		parsed = document_name_parse(name);
		if (parsed.kind != DOCUMENT_ROOT || !fetch_roots_has(roots, parsed.number))
			(void)unlinkat(spool->root_fd, entry->d_name, 0);
	}
	return 0;
}

int fetch_spool_note_sent(const struct fetch_spool *spool, const char *name)
{
	CLEANUP(cleanup_close)
	int fd = openat(
		spool->sent_fd, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);

	return fd < 0 ? -errno : 0;
}

bool fetch_spool_was_sent(const struct fetch_spool *spool, const char *name)
{
	struct stat facts;

	return fstatat(spool->sent_fd, name, &facts, AT_SYMLINK_NOFOLLOW) == 0;
}

int fetch_spool_forget_sent(const struct fetch_spool *spool, int up_fd)
{
	CLEANUP(cleanup_closedir) DIR *folder = open_directory(spool->sent_fd, ".");
	const struct dirent *entry;

	if (!folder)
		return -errno;
	while ((entry = readdir(folder))) {
		struct stat facts;

		if (entry->d_name[0] != '.' &&
			fstatat(up_fd, entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) < 0 &&
			errno == ENOENT)
			(void)unlinkat(spool->sent_fd, entry->d_name, 0);
	}
	return 0;
}
