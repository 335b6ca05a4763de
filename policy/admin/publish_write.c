#include "policy/admin/publish_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/descriptor.h"
#include "policy/admin/shared_folder.h"
#include "policy/cleanup.h"

#define FILE_MODE 0644

static int check_real(const char *path)
{
	struct stat status;

	if (lstat(path, &status) < 0)
		return -errno;
	if (S_ISLNK(status.st_mode))
		return -ELOOP;
	return S_ISDIR(status.st_mode) ? 0 : -ENOTDIR;
}

/* Each folder above path; makes: those that are missing are made. */
static int walk_folders(const char *path, const char *place, bool makes)
{
	CLEANUP(cleanup_free) char *copy = strdup(path);
	size_t outside = place ? strlen(place) : strlen(path);
	int r = copy ? 0 : -ENOMEM;

	for (char *slash = copy ? copy + 1 : NULL; r == 0 && slash && (slash = strchr(slash, '/'));
		slash++) {
		*slash = '\0';
		if (makes)
			r = shared_folder_make(copy);
		if (r == 0 && (size_t)(slash - copy) > outside)
			r = check_real(copy);
		*slash = '/';
	}
	return r;
}

int publish_make_folders(const char *path, const char *place)
{
	return walk_folders(path, place, true);
}

/* Whatever the umask of an administrator is, a server must be able to read it. */
static int write_file(const char *path, const struct site_file *file, bool is_durable)
{
	CLEANUP(admin_close)
	int descriptor =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);

	int r;

	if (descriptor < 0 || fchmod(descriptor, FILE_MODE) < 0)
		return -errno;
	r = admin_write_whole(descriptor, file->bytes, file->size);
	return r == 0 && is_durable && fsync(descriptor) < 0 ? -errno : r;
}

int publish_write_plain(const char *path, const struct site_file *file)
{
	int r = publish_make_folders(path, NULL);

	return r < 0 ? r : write_file(path, file, false);
}

/* ".policy.ini.new" beside "policy.ini"; for free(). */
static char *aside_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return admin_format("%.*s/.%s.new", (int)(slash - path), path, slash + 1);
}

int publish_write_aside(
	const char *path, const char *place, const struct site_file *file, bool is_durable)
{
	CLEANUP(cleanup_free) char *aside = aside_of(path);
	int r = aside ? publish_make_folders(path, place) : -ENOMEM;

	return r < 0 ? r : write_file(aside, file, is_durable);
}

static int sync_folder_of(const char *path)
{
	CLEANUP(cleanup_free) char *folder = strndup(path, (size_t)(strrchr(path, '/') - path));
	CLEANUP(admin_close)
	int descriptor = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	return descriptor < 0 || fsync(descriptor) < 0 ? -errno : 0;
}

int publish_write_take(const char *path, bool is_durable)
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
	if (rename(aside, path) < 0)
		return -errno;
	return is_durable ? sync_folder_of(path) : 0;
}

int publish_write_remove(const char *path, const char *place, bool *ret_is_gone)
{
	CLEANUP(cleanup_free) char *aside = aside_of(path);
	int r = aside ? walk_folders(path, place, false) : -ENOMEM;
	bool is_gone = false;

	if (r == 0) {
		(void)unlink(aside);
		is_gone = unlink(path) == 0;
		r = is_gone ? 0 : -errno;
	}
	if (r < 0 && r != -ENOENT)
		return r;
	*ret_is_gone = is_gone;
	return 0;
}
