#include "agent/wipe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "policy/cleanup.h"

#define BLOCK_SIZE 4096
/* Nothing that is wiped is as large; whoever put it there must not keep us for long. */
#define OVERWRITTEN_MAX (64 * 1024 * 1024)
/* Far deeper than anything of ours. */
#define DEPTH_MAX 16

static int overwrite(int fd, size_t size)
{
	static const uint8_t zeros[BLOCK_SIZE];

	for (size_t left = size; left > 0;) {
		size_t n = left < BLOCK_SIZE ? left : BLOCK_SIZE;
		int r = write_whole(fd, zeros, n);

		if (r < 0)
			return r;
		left -= n;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

int wipe_file(int folder_fd, const char *name, size_t *n_wiped)
{
	CLEANUP(cleanup_close)
	int fd = openat(folder_fd, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat facts;
	int r = 0;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd >= 0 && fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode))
		r = overwrite(fd,
			facts.st_size < OVERWRITTEN_MAX ? (size_t)facts.st_size : OVERWRITTEN_MAX);
	/* Removed even where it could not be overwritten. */
	if (unlinkat(folder_fd, name, 0) < 0)
		return r < 0 ? r : -errno;
	*n_wiped += r == 0;
	return r;
}

static bool is_kept(const char *name, const char *const *keep)
{
	for (size_t i = 0; keep && keep[i]; i++)
		if (strcmp(keep[i], name) == 0)
			return true;
	return false;
}

static int worse(int first, int r)
{
	return first < 0 ? first : r;
}

static int wipe_below(
	int parent_fd, const char *name, const char *const *keep, unsigned depth, size_t *n_wiped)
{
	CLEANUP(cleanup_close)
	int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	CLEANUP(cleanup_closedir) DIR *folder = fd < 0 ? NULL : open_directory(fd, ".");
	const struct dirent *entry;
	int first = 0;

	if (!folder)
		return errno == ENOENT ? 0 : -errno;
	if (depth == DEPTH_MAX)
		return -ELOOP;
	while ((entry = readdir(folder))) {
		struct stat facts;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
			is_kept(entry->d_name, keep))
			continue;
		if (fstatat(fd, entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISDIR(facts.st_mode))
			first = worse(
				first, wipe_below(fd, entry->d_name, NULL, depth + 1, n_wiped));
		else
			first = worse(first, wipe_file(fd, entry->d_name, n_wiped));
	}
	return worse(first, fsync(fd) < 0 ? -errno : 0);
}

int wipe_folder(int parent_fd, const char *name, const char *const *keep, size_t *n_wiped)
{
	return wipe_below(parent_fd, name, keep, 0, n_wiped);
}
