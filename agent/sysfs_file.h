/* Small text files of the kernel, read and written in one go. Refuses to know what they mean. */
#pragma once

#include <stddef.h>

/*
 * Reads an attribute as text without its LF into buffer. Returns its length, -EOVERFLOW when buffer
 * is too small, or the negative errno.
 */
int sysfs_read(int directory_fd, const char *name, char *buffer, size_t size);

/* Reads a decimal attribute; 0 and *ret, -EBADMSG, or the negative errno. */
int sysfs_read_number(int directory_fd, const char *name, long *ret);

/* Writes value in one write(2); 0 or the negative errno. */
int sysfs_write(int directory_fd, const char *name, const char *value);
