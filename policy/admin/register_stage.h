/*
 * Many files changed at once or not at all, also where the power fails in between: new contents are
 * written aside, with a journal of what each file was and is to be; giving that folder its other
 * name decides; then each takes its place. What was interrupted after the decision is finished
 * later, and what was interrupted before never happened.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

struct register_stage {
	char *folder, *path; /* of the tier; of what is prepared, until it is decided */
	FILE *journal;
	size_t n;
};

/* Each returns EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN after complaining. */

/* Nobody else runs in the folder meanwhile. *ret for register_unlock(). */
int register_lock(const char *folder, int *ret);
/* For CLEANUP(). */
void register_unlock(int *lock);

/* EXIT_NO, after saying what to do, where a run was interrupted. */
int register_check_unfinished(const char *folder);
/* Finishes it. What was changed by others meanwhile is left alone, and named. */
int register_finish(const char *folder);

int register_stage_begin(const char *folder, struct register_stage *ret);
/* One more file, by its path below the folder. One that is as it is to be is passed over. */
int register_stage_add(
	struct register_stage *stage, const char *name, const char *bytes, size_t size);
/* Decides, and carries out. */
int register_stage_commit(struct register_stage *stage);
/* For CLEANUP(): what was not decided is forgotten. */
void register_stage_drop(struct register_stage *stage);
