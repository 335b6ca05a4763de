/*
 * Regular files that give one byte at a time, and a signal at every third try: for programs that
 * are linked with --wrap=read and must do what they always do.
 */
#include "tests/unit/short_reads.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

unsigned n_short_reads;

ssize_t __real_read(int fd, void *bytes, size_t size);
ssize_t __wrap_read(int fd, void *bytes, size_t size);

ssize_t __wrap_read(int fd, void *bytes, size_t size)
{
	struct stat facts;

	if (size == 0 || fstat(fd, &facts) < 0 || !S_ISREG(facts.st_mode))
		return __real_read(fd, bytes, size);
	if (++n_short_reads % 3 == 0) {
		errno = EINTR;
		return -1;
	}
	return __real_read(fd, bytes, 1);
}
