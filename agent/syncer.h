/*
 * Makes what was written to a file durable, on a thread of its own: a disk takes 10 to 100 ms for
 * that, sometimes seconds, and nobody's keyboard has to wait so long for its verdict.
 */
#pragma once

struct syncer;

/* Starts the thread. 0 and *ret, or a negative errno. */
int syncer_new(struct syncer **ret);

/*
 * Begins an fdatasync of a duplicate of fd and returns 0; -EBUSY while the one before goes on, or
 * another negative errno. Its own error goes to standard error as a line of the log.
 */
int syncer_begin(struct syncer *syncer, int fd);

/* Ends the thread when what was begun is done. */
void syncer_free(struct syncer *syncer);
