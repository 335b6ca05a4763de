/*
 * What a terminal sends: files of one folder, copied to another under the same names, each once and
 * never over another. Knows nothing of what they say.
 */
#pragma once

#include <stddef.h>

#include "agent/fetch_spool.h"

struct fetch_up_report {
	size_t n_sent;    /* in this call */
	size_t n_waiting; /* could not be sent */
	int error; /* why not, of the first of them: a negative errno; -EEXIST: another file is
		      called so there */
};

/*
 * Sends what waits in waiting_fd to "up/TERMINAL" of site_fd, which is made, and leaves a receipt
 * for each file in the spool. What cannot be sent stays, for the next call.
 */
void fetch_up(int waiting_fd, int site_fd, const char *terminal, const struct fetch_spool *spool,
	struct fetch_up_report *ret);
