/*
 * Files that survive power loss at any moment: the applied documents, the serial ratchet, the
 * marker that a policy was ever seen. Touches disk. Knows names and bytes, not their meaning.
 * A directory_fd is opened for reading (an O_PATH descriptor cannot be synced) and borrowed.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/document.h"

/*
 * Reads a regular file of at most size_max bytes below directory_fd, not through a symbolic link
 * and without waiting for anything that is not a regular file. Returns 0 with *ret (NUL-terminated
 * beyond its size; for free()) and *ret_size; -EFBIG; -EINVAL or -EISDIR for what is no regular
 * file, -ELOOP for a symbolic link; or another negative errno.
 */
int store_read(int directory_fd, const char *name, size_t size_max, char **ret, size_t *ret_size);

/* The same, but of a longer file the first size_max bytes. */
int store_read_start(
	int directory_fd, const char *name, size_t size_max, char **ret, size_t *ret_size);

/*
 * Writes a whole file, mode 0600: temporary name, fsync, rename, fsync of the folder. name has no
 * slash. On failure the old file stands and no temporary file stays; only where the last step, the
 * fsync of the folder, fails is the new file in place already. 0 or a negative errno.
 */
int store_write(int directory_fd, const char *name, const void *bytes, size_t size);

/* rename + fsync of the folder; 0 or a negative errno. */
int store_rename(int directory_fd, const char *from, const char *to);

/* unlink + fsync of the folder; a missing file is 0. */
int store_remove(int directory_fd, const char *name);

/*
 * The highest serial ever believed, per epoch of the root: file "serials", one checksummed line an
 * epoch. A missing file or epoch is 0; a damaged file is -EBADMSG, and the caller refuses every
 * policy until it is cured. Returns 0 and *ret.
 */
int store_read_serial(int directory_fd, uint32_t epoch, uint64_t *ret);

/*
 * Raises it; durable when this returns 0, the same serial again is 0. Lowering is -EINVAL. Of more
 * than STORE_EPOCHS_MAX epochs the lowest is forgotten; raising a lower one still is -EINVAL.
 */
#define STORE_EPOCHS_MAX 16
int store_raise_serial(int directory_fd, uint32_t epoch, uint64_t serial);
