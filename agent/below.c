#include "agent/below.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NAMES_MAX 4096

static int open_below(int root_fd, const char *path, int flags)
{
	struct open_how how = {.flags = (unsigned)flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	long fd;

	if (flags & O_PATH)
		how.flags = O_PATH | O_CLOEXEC;
	fd = syscall(SYS_openat2, root_fd, path, &how, sizeof(how));
	return fd < 0 ? -errno : (int)fd;
}

static int read_all(int fd, size_t size_max, char **ret, size_t *ret_size)
{
	char *bytes = malloc(size_max + 1);
	size_t size = 0;
	ssize_t n = 1;

	if (!bytes)
		return -ENOMEM;
	while (size < size_max && n > 0) {
		n = read(fd, bytes + size, size_max - size);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			size += (size_t)n;
	}
	if (n < 0 && errno != EISDIR) {
		free(bytes);
		return -errno;
	}
	bytes[size] = '\0';
	*ret = bytes;
	*ret_size = size;
	return 0;
}

int below_read(int root_fd, const char *path, size_t size_max, char **ret, size_t *ret_size)
{
	int fd = open_below(root_fd, path, O_RDONLY), r;

	if (fd < 0)
		return fd;
	r = read_all(fd, size_max, ret, ret_size);
	close(fd);
	return r;
}

int below_stat(int root_fd, const char *path, struct stat *ret)
{
	int fd = open_below(root_fd, path, O_PATH), r = 0;

	if (fd < 0)
		return fd;
	if (fstat(fd, ret) < 0)
		r = -errno;
	close(fd);
	return r;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int take_names(DIR *folder, struct below_names *names)
{
	const struct dirent *entry;

	while ((entry = readdir(folder)) && names->n < NAMES_MAX) {
		char **more;

		if (entry->d_name[0] == '.')
			continue;
		more = reallocarray(names->items, names->n + 1, sizeof(*more));
		if (!more)
			return -ENOMEM;
		names->items = more;
		more[names->n] = strdup(entry->d_name);
		if (!more[names->n])
			return -ENOMEM;
		names->n++;
	}
	if (names->n)
		qsort(names->items, names->n, sizeof(*names->items), compare);
	return 0;
}

int below_list(int root_fd, const char *path, struct below_names *ret)
{
	struct below_names names = {.n = 0};
	int fd = open_below(root_fd, path, O_RDONLY | O_DIRECTORY), r;
	DIR *folder;

	if (fd < 0)
		return fd;
	folder = fdopendir(fd);
	if (!folder) {
		r = -errno;
		close(fd);
		return r;
	}
	r = take_names(folder, &names);
	closedir(folder);
	if (r < 0)
		below_names_clear(&names);
	else
		*ret = names;
	return r;
}

void below_names_clear(struct below_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->items[i]);
	free(names->items);
	*names = (struct below_names){.n = 0};
}
