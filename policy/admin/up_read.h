/* Files that terminals handed up, read whole from a folder where anybody may have put anything. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct up_bytes {
	char *bytes; /* with a NUL behind */
	size_t size;
	int64_t time_s; /* when the file came */
};

/* A regular file of at most size_max bytes, not through a link, and waiting for nothing. 0 with
 * *ret, for up_bytes_clear(); or a negative errno. */
int up_read(int folder_fd, const char *file, size_t size_max, struct up_bytes *ret);
/* For CLEANUP(). */
void up_bytes_clear(struct up_bytes *bytes);
