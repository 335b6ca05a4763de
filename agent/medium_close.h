/*
 * The end of what was shown, judged by the file system and not by a mount point: as long as it is
 * mounted anywhere, by whomever, it can be written to.
 */
#pragma once

#include <stdint.h>

#include "agent/medium_holders.h"
#include "agent/medium_line.h"
#include "agent/medium_state.h"

/* Holders are looked for and closing is tried again after this. */
#define MEDIUM_STEP_MS 100
/* A try that takes longer has somebody who writes, or a slow disk: who holds it is looked for. */
#define MEDIUM_LOOK_MS 500
/* From the end of the grace until it is ended by force: what is left to write goes out. */
#define MEDIUM_FORCE_MS 6000
/* A disk that does nothing for so long while it is being asked hangs, and gets no time after the
 * grace. */
#define MEDIUM_HANGS_MS 2000
/* How long an end by force may take, before the device is given up. */
#define MEDIUM_GIVE_UP_MS 2000

/*
 * Tries once, and waits for the disk: sync, read-only, unmount in every namespace, look whether the
 * file systems are gone, remove the folders. is_forced: all is detached at once, then the disk set
 * read-only. 0, -EBUSY: somebody holds it; or another negative errno.
 */
int medium_close(
	const char *name, const char *quarantine, const struct medium_state *state, bool is_forced);

struct medium_closing {
	const char *name, *quarantine;
	const struct medium_state *state;
	uint64_t kill_ms, force_ms;  /* CLOCK_BOOTTIME */
	pid_t child;                 /* that tries; 0: none */
	pid_t left;                  /* that was trying when it was ended by force; 0: none */
	uint64_t look_ms;            /* for who holds it, if the child is still busy by then */
	uint64_t transfers, idle_ms; /* what the disk has done, and since when no more */
	bool is_forced;
	bool is_swapped; /* another medium is in its place: what was not written yet is lost */
	pid_t asked[HOLDERS_MAX]; /* who got a SIGTERM */
	size_t n_asked;
	bool were_ended;                /* programs, by us */
	char holders[MEDIUM_TEXT_SIZE]; /* now */
	char ended[MEDIUM_TEXT_SIZE];   /* who was asked or killed last */
};

/* Where another medium is in the place of the one that was shown, at the beginning or later, nobody
 * writes to it: its disk goes offline first, and the end is one by force. */
void medium_closing_begin(struct medium_closing *closing, const char *name, const char *quarantine,
	const struct medium_state *state, uint64_t now_ms, uint32_t grace_ms);

/* Another end while it is under way: the earlier one counts. */
void medium_closing_hasten(struct medium_closing *closing, uint64_t now_ms, uint32_t grace_ms);

/*
 * To be called every MEDIUM_STEP_MS; never waits for the disk. True when it is over, with *ret.
 * *ret_news: holders changed.
 */
bool medium_closing_step(
	struct medium_closing *closing, uint64_t now_ms, enum medium_end *ret, bool *ret_news);
