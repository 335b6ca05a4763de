#include "agent/fetch_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/fetch_names.h"
#include "policy/cleanup.h"

static int64_t nanoseconds(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

/* 0 and *ret, -EISDIR or -EINVAL for what is no regular file, or another negative errno. */
static int read_facts(int fd, struct fetch_facts *ret)
{
	struct stat facts;

	if (fstat(fd, &facts) < 0)
		return -errno;
	if (S_ISDIR(facts.st_mode))
		return -EISDIR;
	if (!S_ISREG(facts.st_mode))
		return -EINVAL;
	*ret = (struct fetch_facts){
		.device = facts.st_dev,
		.inode = facts.st_ino,
		.size = (uint64_t)facts.st_size,
		.modified_ns = nanoseconds(&facts.st_mtim),
		.changed_ns = nanoseconds(&facts.st_ctim),
	};
	return 0;
}

/* Copies what was found settled, unless it changed meanwhile. */
static int copy(int fd, const char *name, const struct fetch_facts *before,
	const struct fetch_spool *spool, struct fetch_seen *seen, enum fetch_outcome *ret)
{
	size_t size_max = fetch_size_max(name) + 1;
	CLEANUP(cleanup_free) char *bytes = malloc(size_max);
	struct fetch_facts after;
	ssize_t size;
	int r;

	if (!bytes)
		return -ENOMEM;
	size = read_whole(fd, bytes, size_max);
	if (size < 0)
		return (int)size;
	r = read_facts(fd, &after);
	if (r < 0)
		return r;
	if (fetch_seen_step(seen, &after) == FETCH_WAIT) {
		*ret = FETCH_IS_UNSETTLED;
		return 0;
	}
	r = fetch_spool_put(spool, name, bytes, (size_t)size);
	if (r < 0)
		return r;
	fetch_seen_taken(seen, before);
	*ret = r > 0 ? FETCH_IS_NEW : FETCH_IS_SAME;
	return 0;
}

int fetch_file(int folder_fd, const char *name, const struct fetch_spool *spool,
	struct fetch_seen *seen, enum fetch_outcome *ret)
{
	/* Opened at each look, because by its name alone a share may show what was there once. */
	CLEANUP(cleanup_close)
	int fd = openat(folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct fetch_facts facts;
	int r = fd < 0 ? -errno : read_facts(fd, &facts);

	if (r < 0)
		return r;
	switch (fetch_seen_step(seen, &facts)) {
	case FETCH_SAME: *ret = FETCH_IS_SAME; break;
	case FETCH_WAIT: *ret = FETCH_IS_UNSETTLED; break;
	case FETCH_COPY: return copy(fd, name, &facts, spool, seen, ret);
	}
	return 0;
}
