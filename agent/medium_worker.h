/*
 * One worker of one medium: takes one order from sekishod, shows the medium, and ends it when it is
 * told to, when its time is over, when somebody changes the medium, or when it is stopped. Refuses
 * to decide who gets what.
 */
#pragma once

struct medium_places {
	const char *folder;     /* MEDIUM_FOLDER */
	const char *quarantine; /* below it */
	const char *places;     /* MEDIUM_PLACES */
	const char *runtime;    /* "/run/user" */
	const char *running;    /* a file that is there as long as sekishod is */
};

/* Runs to the end; name as in medium_line.h. 0, or a negative errno, which was said. */
int medium_worker_run(const char *name, const struct medium_places *places);

/*
 * What a worker left behind that was killed: ends it, by force after a moment. Whatever is still to
 * be told to sekishod is kept for the next worker. 0, or a negative errno, which was said.
 */
int medium_worker_clean_up(const char *name, const struct medium_places *places);
