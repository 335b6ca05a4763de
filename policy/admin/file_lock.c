#include "policy/admin/file_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "policy/admin/admin.h"
#include "policy/admin/descriptor.h"
#include "policy/cleanup.h"

#define TRIES     200
#define TRY_NS    50000000L
#define LOCK_MODE 0644

/* Of the whole file, and bound to this descriptor: another thread's close() does not end it. */
static int try_lock(int descriptor)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(descriptor, F_OFD_SETLK, &whole) < 0 ? -errno : 0;
}

/* Whoever may write into the folder may lock, whatever the umask of the first one was. */
static void share(int descriptor, const char *path)
{
	CLEANUP(cleanup_free) char *folder = admin_beside(path, ".");
	struct stat of_folder, of_lock;

	if (folder && stat(folder, &of_folder) == 0 && fstat(descriptor, &of_lock) == 0 &&
		of_lock.st_uid == geteuid())
		fchmod(descriptor, LOCK_MODE | (of_folder.st_mode & (S_IWGRP | S_IWOTH)));
}

int file_lock(const char *path, int *ret)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	CLEANUP(cleanup_free) char *beside = admin_format(".%s.lock", name);
	CLEANUP(cleanup_free) char *lock_path = beside ? admin_beside(path, beside) : NULL;
	CLEANUP(admin_close) int descriptor = -1;
	int r = -EAGAIN;

	if (!lock_path)
		return admin_no_memory();
	descriptor = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, LOCK_MODE);
	if (descriptor < 0) {
		admin_complain("%s cannot be opened: %s", lock_path, strerror(errno));
		return EXIT_UNKNOWN;
	}
	share(descriptor, path);
	for (unsigned n = 0; n < TRIES && (r == -EAGAIN || r == -EACCES || r == -EINTR); n++) {
		const struct timespec while_others_write = {.tv_nsec = TRY_NS};

		if (n > 0)
			nanosleep(&while_others_write, NULL);
		r = try_lock(descriptor);
	}
	if (r < 0) {
		admin_complain("%s is locked: somebody else writes %s just now. Nothing was "
			       "written; try again",
			lock_path, path);
		return EXIT_UNKNOWN;
	}
	*ret = descriptor;
	descriptor = -1;
	return EXIT_DONE;
}

void file_unlock(int *lock)
{
	admin_close(lock);
}
