/*
 * How the last run of sekishod ended: a file in the state folder that a run leaves behind unless it
 * ends by itself. Touches disk.
 */
#pragma once

enum run_end {
	RUN_ENDED_BY_ITSELF = 0, /* or there was none, or it could not leave a file */
	RUN_DIED,                /* killed or crashed, in this boot */
	RUN_CUT_OFF,             /* the machine went with it: power cut, crash, reset */
};

/* How the last run ended; then this one begins. boot_id: as the kernel gives it. */
enum run_end run_marker_begin(int state_fd, const char *boot_id);
void run_marker_end(int state_fd);

/* A sentence for the record of a start, without a full stop; empty where there is nothing to say.
 */
const char *run_end_words(enum run_end end);
