/* File descriptors and folders that close themselves; read(2) and write(2) that are whole or
 * failed. */
#pragma once

#include <dirent.h>
#include <stddef.h>
#include <sys/types.h>

/* For CLEANUP(cleanup_close): a descriptor, or -1. */
void cleanup_close(int *fd);

/* For CLEANUP(cleanup_closedir): an open folder, or NULL. */
void cleanup_closedir(DIR **directory);

/* Opens a folder below another ("." for a second look at itself), or returns NULL with errno. */
DIR *open_directory(int directory_fd, const char *name);

/* Opens a folder below another, made with that mode where there is none. The descriptor, or a
 * negative errno; a link is not followed. */
int make_directory(int parent_fd, const char *name, mode_t mode);

/* The descriptor, which its variable no longer owns. */
int take_fd(int *fd);

/* Reads up to size bytes or the end. Returns how many, or a negative errno. */
ssize_t read_whole(int fd, void *bytes, size_t size);

/* Writes all of bytes, or returns a negative errno; some of them may have been written then. */
int write_whole(int fd, const void *bytes, size_t size);
