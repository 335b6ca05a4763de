/*
 * Makes what was written to a file durable, on a thread of its own: a disk takes 10 to 100 ms for
 * that, sometimes seconds, and nobody's keyboard has to wait so long for its verdict.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct syncer;

/* Starts the thread. 0 and *ret, or a negative errno. */
int syncer_new(struct syncer **ret);

/*
 * Begins an fdatasync of a duplicate of fd and returns 0; -EBUSY while the one before goes on, or
 * another negative errno. Its own error goes to standard error as a line of the log.
 */
int syncer_begin(struct syncer *syncer, int fd);

/* How many were begun so far: the number of the last one. */
uint64_t syncer_begun(struct syncer *syncer);

/* To be polled for reading: one has ended. */
int syncer_fd(const struct syncer *syncer);

struct syncer_end {
	uint64_t number; /* of the last one that ended */
	int error;       /* of the first that failed since the last call: a negative errno, or 0 */
};

/* What ended; syncer_fd() is quiet again. */
struct syncer_end syncer_take_end(struct syncer *syncer);

/* Ends the thread when what was begun is done. */
void syncer_free(struct syncer *syncer);
