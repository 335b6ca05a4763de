/*
 * What waits to go up, in a folder that sekishod alone writes to: how much there is of each kind,
 * and what has become superfluous. Touches disk. The spool's receipts remove what was sent.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/up_file.h"

#define UP_FILES_MAX   256 /* what the fetcher takes at most */
#define UP_RECORDS_MAX 16  /* batches of records */
/* Beside requests and joins, which always find room. */
#define UP_OTHERS_MAX (UP_RECORDS_MAX + 2)

/* How many files of a kind there are; UP_NONE: of all that are neither. SIZE_MAX: nobody can tell.
 */
size_t up_folder_count(int up_fd, enum up_kind kind);

/*
 * Writes a file of a kind under the name that its bytes give it. 0 and ret, which is its name; or a
 * negative errno.
 */
int up_folder_write(int up_fd, enum up_kind kind, uint64_t number, const char *bytes, size_t size,
	char ret[UP_NAME_SIZE]);

/* Removes those of a kind but one. */
void up_folder_keep_only(int up_fd, enum up_kind kind, const char *name);
