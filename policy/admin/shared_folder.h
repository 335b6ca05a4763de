/* Folders that several people work in: whoever may write into the one above may write into a new
 * one, too, whatever the umask of the first one was. */
#pragma once

#include <stdbool.h>

/* Makes one folder. 0, also where it is there; or a negative errno. */
int shared_folder_make(const char *folder);

/* Makes each folder above path that is missing. EXIT_DONE, or EXIT_UNKNOWN after complaining. */
int shared_folders_above(const char *path);

/* Whether its group may write there. */
bool shared_folder_is(const char *folder);

/* Whether the group of the open file at path is that of its folder, and may write there. */
bool shared_folder_has(const char *path, int descriptor);
