#include "agent/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "policy/cleanup.h"

#define TEMPORARY_PREFIX ".new-"
#define MODE_PRIVATE     0600
#define MODE_SHARED      0640
#define MODE_PUBLIC      0644

/* Opens a regular file; a FIFO or a device is opened without waiting and then turned away. */
static int open_regular(int directory_fd, const char *name)
{
	CLEANUP(cleanup_close)
	int fd = openat(
		directory_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat facts;

	if (fd < 0 || fstat(fd, &facts) < 0)
		return -errno;
	if (S_ISDIR(facts.st_mode))
		return -EISDIR;
	if (!S_ISREG(facts.st_mode))
		return -EINVAL;
	return take_fd(&fd);
}

int store_read_start(
	int directory_fd, const char *name, size_t size_max, char **ret, size_t *ret_size)
{
	CLEANUP(cleanup_close) int fd = open_regular(directory_fd, name);
	CLEANUP(cleanup_free) char *bytes = NULL;
	size_t size = 0, wanted = 0;

	if (fd < 0)
		return fd;
	do {
		char *larger;
		ssize_t n;

		wanted = wanted ? wanted * 2 : 16384;
		if (wanted > size_max)
			wanted = size_max;
		larger = realloc(bytes, wanted + 1);
		if (!larger)
			return -ENOMEM;
		bytes = larger;
		n = read_whole(fd, bytes + size, wanted - size);
		if (n < 0)
			return (int)n;
		size += (size_t)n;
	} while (size == wanted && size < size_max);
	bytes[size] = '\0';
	*ret = TAKE(bytes);
	*ret_size = size;
	return 0;
}

int store_read(int directory_fd, const char *name, size_t size_max, char **ret, size_t *ret_size)
{
	CLEANUP(cleanup_free) char *bytes = NULL;
	size_t size = 0;
	int r = store_read_start(directory_fd, name, size_max + 1, &bytes, &size);

	if (r < 0)
		return r;
	if (size > size_max)
		return -EFBIG;
	*ret = TAKE(bytes);
	*ret_size = size;
	return 0;
}

/* Writes and syncs a file under a name that nothing else has; a leftover of a crash is replaced. */
static int write_temporary(
	int directory_fd, const char *name, const void *bytes, size_t size, mode_t mode)
{
	CLEANUP(cleanup_close) int fd = -1;
	int r;

	if (unlinkat(directory_fd, name, 0) < 0 && errno != ENOENT)
		return -errno;
	fd = openat(directory_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		MODE_PRIVATE);
	if (fd < 0)
		return -errno;
	/* Whatever the umask takes away. */
	if (mode != MODE_PRIVATE && fchmod(fd, mode) < 0)
		return -errno;
	r = write_whole(fd, bytes, size);
	if (r < 0)
		return r;
	return fsync(fd) < 0 ? -errno : 0;
}

static int write_with_mode(
	int directory_fd, const char *name, const void *bytes, size_t size, mode_t mode)
{
	char temporary[NAME_MAX + 1];
	int r;

	if (strchr(name, '/'))
		return -EINVAL;
	if (strlen(TEMPORARY_PREFIX) + strlen(name) > NAME_MAX)
		return -ENAMETOOLONG;
	snprintf(temporary, sizeof(temporary), TEMPORARY_PREFIX "%s", name);
	r = write_temporary(directory_fd, temporary, bytes, size, mode);
	if (r == 0 && renameat(directory_fd, temporary, directory_fd, name) < 0)
		r = -errno;
	if (r < 0) {
		(void)unlinkat(directory_fd, temporary, 0);
		return r;
	}
	return fsync(directory_fd) < 0 ? -errno : 0;
}

int store_write(int directory_fd, const char *name, const void *bytes, size_t size)
{
	return write_with_mode(directory_fd, name, bytes, size, MODE_PRIVATE);
}

int store_write_public(int directory_fd, const char *name, const void *bytes, size_t size)
{
	return write_with_mode(directory_fd, name, bytes, size, MODE_PUBLIC);
}

int store_write_shared(int directory_fd, const char *name, const void *bytes, size_t size)
{
	return write_with_mode(directory_fd, name, bytes, size, MODE_SHARED);
}

int store_rename(int directory_fd, const char *from, const char *to)
{
	if (renameat(directory_fd, from, directory_fd, to) < 0)
		return -errno;
	return fsync(directory_fd) < 0 ? -errno : 0;
}

int store_remove(int directory_fd, const char *name)
{
	if (unlinkat(directory_fd, name, 0) < 0 && errno != ENOENT)
		return -errno;
	return fsync(directory_fd) < 0 ? -errno : 0;
}
