#include "policy/admin/up_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "policy/admin/descriptor.h"
#include "policy/cleanup.h"

void up_bytes_clear(struct up_bytes *bytes)
{
	free(bytes->bytes);
	*bytes = (struct up_bytes){0};
}

int up_read(int folder_fd, const char *file, size_t size_max, struct up_bytes *ret)
{
	CLEANUP(admin_close)
	int fd = openat(folder_fd, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	CLEANUP(cleanup_free) char *bytes = NULL;
	struct stat facts;
	ssize_t size;

	if (fd < 0 || fstat(fd, &facts) < 0)
		return -errno;
	if (!S_ISREG(facts.st_mode))
		return -EINVAL;
	if (facts.st_size < 0 || (size_t)facts.st_size > size_max)
		return -EFBIG;
	bytes = malloc((size_t)facts.st_size + 1);
	if (!bytes)
		return -ENOMEM;
	size = admin_read_whole(fd, bytes, (size_t)facts.st_size);
	if (size < 0)
		return (int)size;
	bytes[size] = '\0';
	*ret = (struct up_bytes){TAKE(bytes), (size_t)size, facts.st_mtim.tv_sec};
	return 0;
}
