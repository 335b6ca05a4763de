/*
 * The wires of sekishod: the event loop that brings what happens to the core, and carries out what
 * the core asks for. Refuses to decide anything.
 */
#pragma once

struct agent;

struct agent_paths {
	const char *etc;   /* root.ini, site.ini */
	const char *state; /* applied documents; the folder of disk_access.h */
	const char *logs;  /* records */
	const char *run;   /* "running": tells udev's rule that sekishod judges */
};

/* 0 and *ret, or a negative errno; what failed was said on standard error. */
int agent_new(const struct agent_paths *paths, struct agent **ret);

/* Runs until SIGTERM or SIGINT. 0, or a negative errno: the ports stay shut. */
int agent_run(struct agent *agent);

void agent_free(struct agent *agent);
