/* Small files that sekisho-unseal reads, and writes whole or not at all. Touches disk. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Whose a file becomes. */
struct file_owner {
	uid_t uid;
	gid_t gid;
	mode_t mode;
};

/*
 * Reads a regular file of at most size_max bytes, not through a symbolic link and without waiting
 * for anything that is none. 0 with *ret (for unseal_file_wipe()) and *ret_size; -EFBIG; -EPERM for
 * what is no regular file; or another negative errno.
 */
int unseal_file_read(
	int folder_fd, const char *name, size_t size_max, char **ret, size_t *ret_size);

/*
 * Writes a file: another name, its owner, fsync, rename, fsync of the folder. name has no slash and
 * at most 64 bytes. 0 or a negative errno: then the old one is there, or the new one.
 */
int unseal_file_write(int folder_fd, const char *name, const void *bytes, size_t size,
	const struct file_owner *owner);

/* What unseal_file_read() gave is zeroed and freed. */
void unseal_file_wipe(char *bytes, size_t size);

/* Opens a folder below another, which is made where it is missing; a descriptor or a negative
 * errno. */
int unseal_folder(int parent_fd, const char *name, mode_t mode);
