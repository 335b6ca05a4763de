/*
 * Wiping what a folder holds: each file is overwritten, made durable and removed; folders stay,
 * with their owners and rights, for whoever uses them next. What a disk keeps of overwritten blocks
 * is beyond it. Touches disk.
 */
#pragma once

#include <stddef.h>

/*
 * Wipes what is below the folder name of parent_fd (AT_FDCWD: a path), not through symbolic links,
 * which are removed; of the folder itself the entries called as in keep (NULL ends it; may be NULL)
 * stay. A folder that is not there is 0. What cannot be wiped is left, and the rest is wiped: the
 * first negative errno. *n_wiped is raised by the files that are gone.
 */
int wipe_folder(int parent_fd, const char *name, const char *const *keep, size_t *n_wiped);

/* One file, likewise. */
int wipe_file(int folder_fd, const char *name, size_t *n_wiped);
