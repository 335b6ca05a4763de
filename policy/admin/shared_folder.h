/*
 * The folder of a site belongs to several administrators, each with an account and a umask of their
 * own. What is made in it is shared as the folder above is: by its group, where that may write
 * there.
 */
#pragma once

#include <stdbool.h>

/*
 * Makes the folder at path, whose folder is there: 0755, and writable for whom the one above is
 * writable for. 0, also where it was there before or nothing can be written; or a negative errno.
 */
int shared_folder_make(const char *path);
/* Whether those who share the folder in which the open file lies are the file's group, and may
 * write there. */
bool shared_folder_has(const char *path, int descriptor);
/* Whether the folder itself is shared with its group. */
bool shared_folder_is(const char *path);
