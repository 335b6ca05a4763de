/* How a published file comes into a folder: whole, readable to who serves it, and with a time of
 * its own. */
#pragma once

#include "policy/admin/site_files.h"

/* Makes the folders above path. 0, or a negative errno. */
int publish_make_folders(const char *path);

/* Writes a file for another program to read; not durably. 0, or a negative errno. */
int publish_write_plain(const char *path, const struct site_file *file);

/* In two steps: written beside path under a name that no server shows, then given its name. What a
 * run that was cut off left there is written over. 0, or a negative errno. */
int publish_write_aside(const char *path, const struct site_file *file);
/*
 * A web server tells clients what changed by time and size, and knows seconds only: the new file is
 * at least one younger than the one it replaces. 0, or a negative errno.
 */
int publish_write_take(const char *path);
