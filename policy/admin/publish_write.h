/* How a published file comes into a folder: whole, readable to who serves it, and with a time of
 * its own. */
#pragma once

#include <stdbool.h>

#include "policy/admin/site_files.h"

/* Makes the folders above path. Those below place (NULL: none of them) are real ones: -ELOOP where
 * one is a link, which may lead anywhere. 0, or a negative errno. */
int publish_make_folders(const char *path, const char *place);

/* Writes a file for another program to read; not durably. 0, or a negative errno. */
int publish_write_plain(const char *path, const struct site_file *file);

/* In two steps: written beside path under a name that no server shows, then given its name. What a
 * run that was cut off left there is written over. is_durable: not before it is on the disk. 0, or
 * a negative errno. */
int publish_write_aside(
	const char *path, const char *place, const struct site_file *file, bool is_durable);
/*
 * A web server tells clients what changed by time and size, and knows seconds only: the new file is
 * at least one younger than the one it replaces. 0, or a negative errno.
 */
int publish_write_take(const char *path, bool is_durable);

/* Removes it, and what a run that was cut off left beside it. 0, with *ret_is_gone whether it was
 * there; or a negative errno. */
int publish_write_remove(const char *path, const char *place, bool *ret_is_gone);
