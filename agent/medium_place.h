/*
 * The folders in which media are shown: /run/media/USER, root's and seen by that user, and in it
 * one of a medium's own. Follows no link, and uses nothing that somebody else could have made.
 */
#pragma once

#include <stdint.h>

#include "agent/medium_label.h"

#define MEDIUM_PLACES "/run/media"

/*
 * Opens BASE/user, made where it is not there, BASE itself too. A descriptor; -EPERM: it is not
 * root's alone, or a link; or a negative errno. base: an absolute path, of root's folders alone
 * before the last name.
 */
int medium_place_open(const char *base, const char *user, uint32_t uid);

/*
 * Finds a name for name_wished that nothing in the folder has, makes a folder of it, and opens it
 * (O_PATH). tell() is told the name before that, and may refuse with a negative errno. A
 * descriptor, or a negative errno.
 */
int medium_place_make(int user_fd, const char *name_wished,
	int (*tell)(void *userdata, const char *name), void *userdata);

/* Removes an empty folder that was made so; path: BASE/user/name. Nothing else is removed. */
void medium_place_remove(const char *path);
