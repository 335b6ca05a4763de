/*
 * One file of the source, copied into the spool. Believes nothing of the source: what is no regular
 * file is left alone, and what is being written, until it is done.
 */
#pragma once

#include "agent/fetch_seen.h"
#include "agent/fetch_spool.h"

/* SAME is zero: nothing was done. */
enum fetch_outcome {
	FETCH_IS_SAME = 0,
	FETCH_IS_UNSETTLED, /* it was different a moment ago: look again soon */
	FETCH_IS_NEW,       /* it is in the spool now */
};

/*
 * The file called name below folder_fd, into the spool under the same name. 0 and *ret; -ENOENT:
 * there is none; -EINVAL, -EISDIR, -ELOOP: something else is called so; or another negative errno.
 */
int fetch_file(int folder_fd, const char *name, const struct fetch_spool *spool,
	struct fetch_seen *seen, enum fetch_outcome *ret);
