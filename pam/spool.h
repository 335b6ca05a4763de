/*
 * Where what became of a login waits until sekishod takes it into its records. Whoever logs in
 * waits for no daemon, and nothing is lost while there is none. Touches disk.
 */
#pragma once

#include "policy/login_event.h"

/* Stamps an event with both clocks. Cannot fail. */
void spool_stamp(struct login_event *event);

/*
 * Adds an event to the spool in the folder, that of root or of its caller, and returns when it is
 * durable. Where another holds root's too long, to a file beside it. 0; -ETIMEDOUT: another of the
 * caller's held his too long; or another negative errno: then it is not there, or as a line that
 * nobody believes.
 */
int spool_write(int folder_fd, const struct login_event *event);

/*
 * Whether there is a spool for such an event, that takes it: for what must not be tried unseen. As
 * spool_write(); -EDQUOT: whoever asked has filled his own.
 */
int spool_check(int folder_fd, const struct login_event *event);
