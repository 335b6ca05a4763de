#include "pam/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pam/file_lock.h"

#define WAIT_MS   2000
#define FILE_MODE 0660
#define TRIES     8
/* sekishod takes what people did to themselves each minute: nobody fills a disk with it. */
#define OWN_SIZE_MAX (16 * 1024)

/* sekishod takes the file away by a new name. */
static bool is_still_there(int folder_fd, const char *name, int fd)
{
	struct stat opened, named;

	return fstat(fd, &opened) == 0 &&
	       fstatat(folder_fd, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

static int open_locked(int folder_fd, const char *name, int *ret)
{
	int flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;

	for (int i = 0; i < TRIES; i++) {
		int fd = openat(folder_fd, name, flags, FILE_MODE);
		int r;

		if (fd < 0)
			return -errno;
		r = file_lock(fd, WAIT_MS);
		if (r == 0 && is_still_there(folder_fd, name, fd)) {
			*ret = fd;
			return 0;
		}
		close(fd);
		if (r < 0)
			return r;
	}
	return -ESTALE;
}

/* A line that was cut by a full disk is ended by the next one's own line end. */
static int append(int fd, const char *line, size_t size, off_t size_max)
{
	struct stat facts;
	ssize_t n;

	if (fstat(fd, &facts) < 0)
		return -errno;
	if (!S_ISREG(facts.st_mode))
		return -EPERM;
	if (size_max > 0 && facts.st_size > size_max)
		return -EDQUOT;
	n = write(fd, line, size);
	if (n == (ssize_t)size)
		return fdatasync(fd) < 0 ? -errno : 0;
	if (n < 0)
		return -errno;
	/* Without it the next line would be lost as well. */
	return ftruncate(fd, facts.st_size) < 0 ? -errno : -ENOSPC;
}

int spool_write(int folder_fd, const struct login_event *event)
{
	char line[LOGIN_EVENT_SIZE];
	size_t size = login_event_encode(event, line);
	char name[32] = LOGIN_SPOOL_FILE;
	int fd = -1, r;

	if (event->caller != 0)
		snprintf(name, sizeof(name), LOGIN_SPOOL_OWN "%" PRIu32, event->caller);
	r = open_locked(folder_fd, name, &fd);

	if (r < 0)
		return r;
	r = append(fd, line, size, event->caller != 0 ? OWN_SIZE_MAX : 0);
	close(fd);
	return r;
}
