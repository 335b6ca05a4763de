/*
 * Files of sekisho-verify's own account: made whole or not at all, believed only where nobody else
 * can have touched them, and locked by whoever writes them. Touches disk.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum own_file_kind {
	OWN_RECORD = 0, /* to be read and written: 0600 and no other mode, one name only */
	OWN_SECRET,     /* to be read: no more bits than 0600 */
};

/* (uid_t)-1 and (gid_t)-1: the caller's own. */
struct own_file_owner {
	uid_t uid;
	gid_t gid;
};

/*
 * Opens a regular file of that owner; the last part of its name is no link. 0, *ret_fd and
 * *ret_size; -ENOENT; -EPERM: it is not that owner's, or others may touch it; -ESTALE: a record
 * whose place another took; or another negative errno.
 */
int own_file_open(int folder_fd, const char *name, enum own_file_kind kind, uid_t owner,
	int *ret_fd, off_t *ret_size);

/*
 * The same of a record, and waits for its lock, so long at most. The lock belongs to the open file:
 * it ends with the process, however that ends. Also -ETIMEDOUT; -ESTALE after some tries only.
 */
int own_file_open_locked(int folder_fd, const char *name, uid_t owner, unsigned wait_ms,
	int *ret_fd, off_t *ret_size);

/* All of it: 0; -EBADMSG: so much is not there; or another negative errno. */
int own_file_read(int fd, void *bytes, size_t size, off_t at);

/* All of it, and durable: 0, -ENOSPC or another negative errno: then part of it may be there. */
int own_file_write(int fd, const void *bytes, size_t size, off_t at);

/*
 * Makes a record of that owner (what is not the caller's own needs root), durable and whole or not
 * at all; one that is there is replaced, and whoever has it open finds it gone. written: when it
 * says that it was last written, NULL: now. 0 or a negative errno.
 */
int own_file_make(int folder_fd, const char *name, const void *bytes, size_t size,
	const struct own_file_owner *owner, const struct timespec *written);
