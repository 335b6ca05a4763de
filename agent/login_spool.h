/*
 * What became of logins while nobody had to wait for sekishod: the spool of sekisho-verify, taken
 * away whole under its lock, and read line by line. Touches disk. Refuses to know records.
 *
 * Files in the folder login-spool below the state folder, which the package makes:
 *	spool        is written to, by whoever holds its lock
 *	own-UID      the same, of what is asked without root
 *	spool.taken  is being read; goes when all of it is safe elsewhere
 *	spool.new    half-way: the next spool
 *
 * The file belongs to root where sekishod made it, which has no right to give it away: so everybody
 * may write to it, and the folder lets nobody in but root and _sekisho-otp.
 */
#pragma once

#include <stdbool.h>

#include "policy/login_event.h"

struct login_spool;

/* Watches the folder, which may come into being later. 0 and *ret, or a negative errno. */
int login_spool_new(int state_fd, struct login_spool **ret);
void login_spool_free(struct login_spool *spool);

/* To be polled for reading; then login_spool_look() is called. */
int login_spool_fd(const struct login_spool *spool);

/*
 * Takes what is there: first what an earlier run had taken, then the spool, then what people did to
 * themselves (login_spool_own.h; *ret_wait_ms: when to look for that again, 0: not). 1: lines are
 * to be read now, or already were before; 0: there is nothing; -EAGAIN: a writer holds it, look
 * again in a moment; or another negative errno. Also makes the file where there is none, with room
 * that a full disk cannot take.
 */
int login_spool_look(struct login_spool *spool, uint64_t boottime_ms, uint64_t *ret_wait_ms);

struct login_spool_line {
	bool is_damaged; /* cut, or of no known form: event says nothing */
	struct login_event event;
};

/* Reads on in what was taken. 1 and *ret; 0: that was all; or a negative errno. */
int login_spool_next(struct login_spool *spool, struct login_spool_line *ret);

/* The line that was read last could not be kept: it is read again. */
void login_spool_unread(struct login_spool *spool);

/* All of it is read anew. */
void login_spool_rewind(struct login_spool *spool);

/* What was read is safe elsewhere: removes it. 0 or a negative errno. */
int login_spool_done(struct login_spool *spool);
