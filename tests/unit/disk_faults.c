#include "tests/unit/disk_faults.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static enum disk_fault fault;
static unsigned steps, fault_at;

void disk_set_fault(enum disk_fault new_fault, unsigned step)
{
	fault = new_fault;
	fault_at = step;
	steps = 0;
}

int disk_fault_came(void)
{
	return steps >= fault_at;
}

/* Counts a step; -1 when it is to fail. */
static int step(void)
{
	if (fault == DISK_IS_GOOD || ++steps != fault_at)
		return 0;
	if (fault == DISK_CUT)
		_exit(DISK_CUT_STATUS);
	errno = EIO;
	return -1;
}

int __real_renameat(int from_fd, const char *from, int to_fd, const char *to);
int __wrap_renameat(int from_fd, const char *from, int to_fd, const char *to);
int __real_unlinkat(int fd, const char *name, int flags);
int __wrap_unlinkat(int fd, const char *name, int flags);
int __real_mkdirat(int fd, const char *name, mode_t mode);
int __wrap_mkdirat(int fd, const char *name, mode_t mode);
int __wrap_fsync(int fd);
int __wrap_syncfs(int fd);
ssize_t __real_write(int fd, const void *bytes, size_t size);
ssize_t __wrap_write(int fd, const void *bytes, size_t size);

int __wrap_renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	return step() < 0 ? -1 : __real_renameat(from_fd, from, to_fd, to);
}

int __wrap_unlinkat(int fd, const char *name, int flags)
{
	return step() < 0 ? -1 : __real_unlinkat(fd, name, flags);
}

int __wrap_mkdirat(int fd, const char *name, mode_t mode)
{
	return step() < 0 ? -1 : __real_mkdirat(fd, name, mode);
}

/* No power goes in earnest, and thousands of real ones take their time. */
int __wrap_fsync(int fd)
{
	return step();
}

int __wrap_syncfs(int fd)
{
	return step();
}

/* A cut leaves half of it. */
ssize_t __wrap_write(int fd, const void *bytes, size_t size)
{
	if (fault == DISK_CUT && steps + 1 == fault_at)
		(void)__real_write(fd, bytes, size / 2);
	return step() < 0 ? -1 : __real_write(fd, bytes, size);
}
