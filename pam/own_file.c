#include "pam/own_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pam/file_lock.h"

#define RECORD_MODE 0600
#define OPEN_TRIES  3

static int check(int fd, enum own_file_kind kind, uid_t owner, off_t *ret_size)
{
	mode_t mode;
	struct stat facts;

	if (fstat(fd, &facts) < 0)
		return -errno;
	mode = facts.st_mode & 07777;
	if (!S_ISREG(facts.st_mode) || facts.st_uid != (owner == (uid_t)-1 ? geteuid() : owner))
		return -EPERM;
	if (kind == OWN_SECRET ? (mode & ~(mode_t)RECORD_MODE) != 0
			       : mode != RECORD_MODE || facts.st_nlink > 1)
		return -EPERM;
	if (kind == OWN_RECORD && facts.st_nlink == 0)
		return -ESTALE; /* a new one took its place */
	*ret_size = facts.st_size;
	return 0;
}

int own_file_open(int folder_fd, const char *name, enum own_file_kind kind, uid_t owner,
	int *ret_fd, off_t *ret_size)
{
	int access = kind == OWN_SECRET ? O_RDONLY : O_RDWR;
	int fd = openat(folder_fd, name, access | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	int r;

	if (fd < 0)
		return errno == ELOOP ? -EPERM : -errno;
	r = check(fd, kind, owner, ret_size);
	if (r < 0) {
		close(fd);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

/* What was opened may be replaced by the time it is locked. */
static int try_to_open_locked(int folder_fd, const char *name, uid_t owner, unsigned wait_ms,
	int *ret_fd, off_t *ret_size)
{
	int fd, r = own_file_open(folder_fd, name, OWN_RECORD, owner, &fd, ret_size);

	if (r < 0)
		return r;
	r = file_lock(fd, wait_ms);
	if (r == 0)
		r = check(fd, OWN_RECORD, owner, ret_size);
	if (r < 0) {
		close(fd);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

int own_file_open_locked(int folder_fd, const char *name, uid_t owner, unsigned wait_ms,
	int *ret_fd, off_t *ret_size)
{
	int r = -ESTALE;

	for (int i = 0; i < OPEN_TRIES && r == -ESTALE; i++)
		r = try_to_open_locked(folder_fd, name, owner, wait_ms, ret_fd, ret_size);
	return r;
}

/* A regular file cannot give less than is there, or take less than has room, without an error. */
int own_file_read(int fd, void *bytes, size_t size, off_t at)
{
	ssize_t n = pread(fd, bytes, size, at);

	return n < 0 ? -errno : (size_t)n == size ? 0 : -EBADMSG;
}

int own_file_write(int fd, const void *bytes, size_t size, off_t at)
{
	ssize_t n = pwrite(fd, bytes, size, at);

	if (n < 0)
		return -errno;
	if ((size_t)n != size)
		return -ENOSPC;
	return fdatasync(fd) < 0 ? -errno : 0;
}

/* The owner comes last: what is not one's own any more cannot be changed without more rights. */
static int fill(int fd, const void *bytes, size_t size, const struct own_file_owner *owner,
	const struct timespec *written)
{
	int r = own_file_write(fd, bytes, size, 0);

	if (r < 0)
		return r;
	if (fchmod(fd, RECORD_MODE) < 0)
		return -errno;
	if (written && futimens(fd, (const struct timespec[]){*written, *written}) < 0)
		return -errno;
	if ((owner->uid != (uid_t)-1 || owner->gid != (gid_t)-1) &&
		fchown(fd, owner->uid, owner->gid) < 0)
		return -errno;
	return fsync(fd) < 0 ? -errno : 0;
}

int own_file_make(int folder_fd, const char *name, const void *bytes, size_t size,
	const struct own_file_owner *owner, const struct timespec *written)
{
	char new[64];
	int fd, r;

	if ((size_t)snprintf(new, sizeof(new), ".%s.new", name) >= sizeof(new))
		return -ENAMETOOLONG;
	(void)unlinkat(folder_fd, new, 0);
	fd = openat(
		folder_fd, new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, RECORD_MODE);
	if (fd < 0)
		return -errno;
	r = fill(fd, bytes, size, owner, written);
	close(fd);
	if (r == 0 && renameat(folder_fd, new, folder_fd, name) < 0)
		r = -errno;
	if (r == 0 && fsync(folder_fd) < 0)
		r = -errno;
	if (r < 0)
		(void)unlinkat(folder_fd, new, 0);
	return r;
}
