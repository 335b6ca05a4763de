/*
 * Two people at two desks who change one file of a shared folder: whoever holds the lock reads the
 * file again, changes it, and lets go. The kernel lets go of it, too, where a program dies; NFS and
 * CIFS pass it on.
 */
#pragma once

/*
 * Waits until nobody else has the lock of the file at path, for at most ten seconds. The file
 * itself is replaced when it is written, so that another one beside it is locked, which stays
 * there:
 * ".NAME.lock". EXIT_DONE with *ret, for file_unlock(), or EXIT_UNKNOWN after complaining.
 */
int file_lock(const char *path, int *ret);
/* For CLEANUP(): of what file_lock() gave, or negative. */
void file_unlock(int *lock);
