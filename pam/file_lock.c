#include "pam/file_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>

#define PAUSE_NS 2000000

int file_lock(int fd, unsigned wait_ms)
{
	static const struct timespec pause = {.tv_nsec = PAUSE_NS};

	for (unsigned waited_ms = 0;; waited_ms += PAUSE_NS / 1000000) {
		struct flock whole = {.l_type = F_WRLCK};

		if (fcntl(fd, F_OFD_SETLK, &whole) == 0)
			return 0;
		if (errno != EAGAIN && errno != EACCES && errno != EINTR)
			return -errno;
		if (waited_ms >= wait_ms)
			return -ETIMEDOUT;
		(void)nanosleep(&pause, NULL);
	}
}
