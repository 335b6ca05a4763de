/*
 * What a terminal sends: files of one folder, copied to another under the same names, each once and
 * never over another. Knows nothing of what they say.
 */
#pragma once

#include <stddef.h>

#include "agent/fetch_names.h"
#include "agent/fetch_spool.h"

/* What waits, at most so many; the rest has its turn when these are gone. */
struct fetch_up_names {
	char items[FETCH_UP_MAX][FETCH_UP_NAME_MAX + 1];
	size_t n;
};

/* The names of what waits and has no receipt. 0 and *ret, or a negative errno. */
int fetch_up_list(int waiting_fd, const struct fetch_spool *spool, struct fetch_up_names *ret);

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
