/* Files of a system, below a folder that stands for its /. No link leads out of it. Touches disk.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/* All: 0, or a negative errno. path is a whole name, from the system's / on. */

/* The first size_max bytes; a folder is read as an empty file, as fopen() has it. For free(). */
int below_read(int root_fd, const char *path, size_t size_max, char **ret, size_t *ret_size);
int below_stat(int root_fd, const char *path, struct stat *ret);

struct below_names {
	char **items; /* sorted; none begins with a dot */
	size_t n;
};

/* -ENOENT: there is no such folder. */
int below_list(int root_fd, const char *path, struct below_names *ret);
/* For CLEANUP(). */
void below_names_clear(struct below_names *names);
