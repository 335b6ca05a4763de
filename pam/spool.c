#include "pam/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "pam/file_lock.h"

#define WAIT_MS   2000
#define FILE_MODE 0660
/* As sekishod makes it: the folder lets nobody in but root and the helper's account. */
#define FILE_MODE_OF_ROOT 0666
#define TRIES             8
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
		/* Where the set-user-id bit did not count it is root's, and others go on in it. */
		if (geteuid() == 0)
			(void)fchmod(fd, FILE_MODE_OF_ROOT);
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

static int check_size(int fd, off_t size_max, off_t *ret_size)
{
	struct stat facts;

	if (fstat(fd, &facts) < 0)
		return -errno;
	if (!S_ISREG(facts.st_mode))
		return -EPERM;
	*ret_size = facts.st_size;
	return size_max > 0 && facts.st_size > size_max ? -EDQUOT : 0;
}

/* A line that was cut by a full disk is ended by the next one's own line end. */
static int append(int fd, const char *line, size_t size, off_t size_max)
{
	off_t before;
	ssize_t n;
	int r = check_size(fd, size_max, &before);

	if (r < 0)
		return r;
	n = write(fd, line, size);
	if (n == (ssize_t)size)
		return fdatasync(fd) < 0 ? -errno : 0;
	if (n < 0)
		return -errno;
	/* Without it the next line would be lost as well. */
	return ftruncate(fd, before) < 0 ? -errno : -ENOSPC;
}

/*
 * The helper of a su is in the control group of whoever started that, who can freeze it with the
 * lock in its hand. sekishod takes this name as it takes those with a uid.
 */
static int open_beside(int folder_fd, int *ret)
{
	uint64_t number;
	char name[32];

	if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
		return -EIO;
	snprintf(name, sizeof(name), LOGIN_SPOOL_OWN "%018" PRIu64,
		number % UINT64_C(1000000000000000000));
	return open_locked(folder_fd, name, ret);
}

void spool_stamp(struct login_event *event)
{
	struct timespec real, boot;

	(void)clock_gettime(CLOCK_REALTIME, &real);
	(void)clock_gettime(CLOCK_BOOTTIME, &boot);
	event->realtime_ms = (int64_t)real.tv_sec * 1000 + real.tv_nsec / 1000000;
	event->boottime_ms = (uint64_t)boot.tv_sec * 1000 + (uint64_t)boot.tv_nsec / 1000000;
}

/* The fd of the spool that is the event's, under its lock, or a negative errno. */
static int open_of(int folder_fd, const struct login_event *event, off_t *ret_size_max)
{
	char name[32] = LOGIN_SPOOL_FILE;
	int fd = -1, r;

	*ret_size_max = event->caller != 0 ? OWN_SIZE_MAX : 0;
	if (event->caller != 0)
		snprintf(name, sizeof(name), LOGIN_SPOOL_OWN "%" PRIu32, event->caller);
	r = open_locked(folder_fd, name, &fd);
	if (r == -ETIMEDOUT && event->caller == 0)
		r = open_beside(folder_fd, &fd);
	return r < 0 ? r : fd;
}

int spool_check(int folder_fd, const struct login_event *event)
{
	off_t size_max, size;
	int fd = open_of(folder_fd, event, &size_max), r;

	if (fd < 0)
		return fd;
	r = check_size(fd, size_max, &size);
	close(fd);
	return r;
}

int spool_write(int folder_fd, const struct login_event *event)
{
	char line[LOGIN_EVENT_SIZE];
	size_t size = login_event_encode(event, line);
	off_t size_max;
	int fd = open_of(folder_fd, event, &size_max), r;

	if (fd < 0)
		return fd;
	r = append(fd, line, size, size_max);
	close(fd);
	return r;
}
