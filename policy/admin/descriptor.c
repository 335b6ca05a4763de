#include "policy/admin/descriptor.h"

#include <errno.h>
#include <unistd.h>

void admin_close(int *descriptor)
{
	int saved = errno;

	if (*descriptor >= 0)
		close(*descriptor);
	errno = saved;
}

ssize_t admin_read_whole(int descriptor, char *bytes, size_t size)
{
	size_t used = 0;

	while (used < size) {
		ssize_t n = read(descriptor, bytes + used, size - used);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		used += (size_t)n;
	}
	return (ssize_t)used;
}

int admin_write_whole(int descriptor, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = write(descriptor, bytes, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		bytes += n;
		size -= (size_t)n;
	}
	return 0;
}
