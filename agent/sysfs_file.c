#include "agent/sysfs_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "policy/cleanup.h"

int sysfs_read(int directory_fd, const char *name, char *buffer, size_t size)
{
	CLEANUP(cleanup_close) int fd = openat(directory_fd, name, O_RDONLY | O_CLOEXEC);
	ssize_t used;

	if (fd < 0)
		return -errno;
	used = read_whole(fd, buffer, size);
	if (used < 0)
		return (int)used;
	if ((size_t)used == size)
		return -EOVERFLOW;
	while (used > 0 && buffer[used - 1] == '\n')
		used--;
	buffer[used] = '\0';
	return (int)used;
}

int sysfs_read_number(int directory_fd, const char *name, long *ret)
{
	char text[32], *end;
	int r = sysfs_read(directory_fd, name, text, sizeof(text));
	long value;

	if (r < 0)
		return r;
	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || end == text || *end)
		return -EBADMSG;
	*ret = value;
	return 0;
}

int sysfs_write(int directory_fd, const char *name, const char *value)
{
	CLEANUP(cleanup_close) int fd = openat(directory_fd, name, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = write(fd, value, strlen(value));
	if (n < 0)
		return -errno;
	return (size_t)n == strlen(value) ? 0 : -EIO;
}
