#include "pam/unseal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_SIZE_MAX 64

static int read_all(int fd, char *bytes, size_t size_max, size_t *ret_size)
{
	size_t size = 0;
	ssize_t n = 1;

	while (n > 0 && size < size_max) {
		n = read(fd, bytes + size, size_max - size);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n < 0)
			return -errno;
		else
			size += (size_t)n;
	}
	*ret_size = size;
	return 0;
}

static int read_regular(int fd, size_t size_max, char **ret, size_t *ret_size)
{
	struct stat facts;
	size_t size = 0;
	char *bytes;
	int r;

	if (fstat(fd, &facts) < 0)
		return -errno;
	if (!S_ISREG(facts.st_mode))
		return -EPERM;
	bytes = calloc(1, size_max + 2);
	if (!bytes)
		return -ENOMEM;
	r = read_all(fd, bytes, size_max + 1, &size);
	if (r == 0 && size > size_max)
		r = -EFBIG;
	if (r < 0) {
		unseal_file_wipe(bytes, size_max + 1);
		return r;
	}
	*ret = bytes;
	*ret_size = size;
	return 0;
}

int unseal_file_read(int folder_fd, const char *name, size_t size_max, char **ret, size_t *ret_size)
{
	int fd = openat(folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	int r;

	if (fd < 0)
		return errno == ELOOP ? -EPERM : -errno;
	r = read_regular(fd, size_max, ret, ret_size);
	close(fd);
	return r;
}

void unseal_file_wipe(char *bytes, size_t size)
{
	if (!bytes)
		return;
	explicit_bzero(bytes, size);
	free(bytes);
}

static int fill(int fd, const char *bytes, size_t size, const struct file_owner *owner)
{
	while (size > 0) {
		ssize_t n = write(fd, bytes, size);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			bytes += n;
			size -= (size_t)n;
		}
	}
	if (fchown(fd, owner->uid, owner->gid) < 0 || fchmod(fd, owner->mode) < 0 || fsync(fd) < 0)
		return -errno;
	return 0;
}

int unseal_file_write(int folder_fd, const char *name, const void *bytes, size_t size,
	const struct file_owner *owner)
{
	char new[NAME_SIZE_MAX + 8];
	int fd, r;

	if (strlen(name) > NAME_SIZE_MAX || strchr(name, '/'))
		return -EINVAL;
	/* No account's name has a dot. */
	snprintf(new, sizeof(new), ".%s.new", name);
	(void)unlinkat(folder_fd, new, 0);
	fd = openat(folder_fd, new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	r = fill(fd, bytes, size, owner);
	close(fd);
	if (r == 0 && renameat(folder_fd, new, folder_fd, name) < 0)
		r = -errno;
	if (r < 0)
		(void)unlinkat(folder_fd, new, 0);
	return r == 0 && fsync(folder_fd) < 0 ? -errno : r;
}

int unseal_folder(int parent_fd, const char *name, mode_t mode)
{
	int fd;

	if (mkdirat(parent_fd, name, mode) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}
