#include "policy/admin/publish_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/descriptor.h"
#include "policy/cleanup.h"

#define FILE_MODE   0644
#define FOLDER_MODE 0755

int publish_make_folders(const char *path)
{
	CLEANUP(cleanup_free) char *copy = strdup(path);

	if (!copy)
		return -ENOMEM;
	for (char *slash = copy + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (mkdir(copy, FOLDER_MODE) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return 0;
}

/* Whatever the umask of an administrator is, a server must be able to read it. */
static int write_file(const char *path, const struct site_file *file)
{
	CLEANUP(admin_close)
	int descriptor =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);

	if (descriptor < 0 || fchmod(descriptor, FILE_MODE) < 0)
		return -errno;
	return admin_write_whole(descriptor, file->bytes, file->size);
}

int publish_write_plain(const char *path, const struct site_file *file)
{
	int r = publish_make_folders(path);

	return r < 0 ? r : write_file(path, file);
}

/* ".policy.ini.new" beside "policy.ini"; for free(). */
static char *aside_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return admin_format("%.*s/.%s.new", (int)(slash - path), path, slash + 1);
}

int publish_write_aside(const char *path, const struct site_file *file)
{
	CLEANUP(cleanup_free) char *aside = aside_of(path);
	int r = aside ? publish_make_folders(path) : -ENOMEM;

	return r < 0 ? r : write_file(aside, file);
}

int publish_write_take(const char *path)
{
	CLEANUP(cleanup_free) char *aside = aside_of(path);
	struct stat before, now;

	if (!aside)
		return -ENOMEM;
	if (stat(aside, &now) < 0)
		return -errno;
	if (stat(path, &before) == 0 && now.st_mtime <= before.st_mtime) {
		struct timespec times[2] = {
			{.tv_nsec = UTIME_OMIT}, {.tv_sec = before.st_mtime + 1}};

		if (utimensat(AT_FDCWD, aside, times, 0) < 0)
			return -errno;
	}
	return rename(aside, path) < 0 ? -errno : 0;
}
