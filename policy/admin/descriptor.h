/* File descriptors that close themselves; read(2) and write(2) that are whole or failed. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

/* For CLEANUP(admin_close): a descriptor, or negative. */
void admin_close(int *descriptor);

/* Reads up to size bytes or the end. Returns how many, or a negative errno. */
ssize_t admin_read_whole(int descriptor, char *bytes, size_t size);

/* Writes all of bytes, or returns a negative errno; some of them may have been written then. */
int admin_write_whole(int descriptor, const char *bytes, size_t size);
