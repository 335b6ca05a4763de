/*
 * One enrolment by ticket, from the side that has the secret: it is given once more and more until
 * a code of it was right, two right codes are taken, and then the recovery codes are given once.
 * Touches disk.
 */
#pragma once

#include <sys/types.h>

/*
 * Talks to `sekisho enrol` at the other ends (policy/enrol_line.h) about the token of the caller's
 * own account, and nobody else's. in_fd and out_fd: pipes. 0, also where nothing is to be enrolled;
 * or a negative errno: the other end is gone, or something does not work.
 */
int enrol_serve(const char *root, uid_t caller, int in_fd, int out_fd);

/* The same, but only says where it would begin: "closed WORD", "secret", or "codes". */
int enrol_due(const char *root, uid_t caller, int out_fd);
