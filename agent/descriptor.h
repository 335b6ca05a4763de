/* File descriptors that close themselves, and write(2) that is whole or failed. */
#pragma once

#include <dirent.h>
#include <stddef.h>

/* For CLEANUP(cleanup_close): a descriptor, or -1. */
void cleanup_close(int *fd);

/* For CLEANUP(cleanup_closedir): an open folder, or NULL. */
void cleanup_closedir(DIR **directory);

/* The descriptor, which its variable no longer owns. */
int take_fd(int *fd);

/* Writes all of bytes, or returns a negative errno; some of them may have been written then. */
int write_whole(int fd, const void *bytes, size_t size);
