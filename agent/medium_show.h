/*
 * The steps from a disk to a folder that a person sees: read what is on it, mount it read-only
 * where nobody sees it, show it. Between the last two is the place of looking at each file. Refuses
 * to know who ordered it.
 */
#pragma once

#include "agent/medium_disk.h"
#include "agent/medium_line.h"
#include "agent/medium_state.h"

struct medium_show {
	const char *name;           /* of the worker */
	const char *quarantine;     /* a folder that root alone sees */
	const char *places;         /* MEDIUM_PLACES */
	const char *runtime;        /* "/run/user": whose folders say the group of a user */
	struct medium_state *state; /* its order is given; the rest is filled in, step by step */
	/* Keeps state, before what it says is done. 0 or a negative errno. */
	int (*keep)(void *userdata, const struct medium_state *state);
	void *userdata;
};

/*
 * 0: state says what is shown where. Or a negative errno with *ret_failed, MEDIUM_ANSWER_FAILED:
 * then the caller ends what state says was begun. Words of it: another-medium, encrypted,
 * file-system, empty, broken, unreadable, unsafe-folder, device-gone, no-folder.
 */
int medium_show(const struct medium_show *show, const struct medium_disk *disk,
	struct medium_answer *ret_failed);

/* The folder below quarantine that the file system number i gets first. */
void medium_show_quarantine(
	const char *quarantine, const char *name, size_t i, char ret[MEDIUM_PATH_SIZE]);
