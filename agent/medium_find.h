/* Which file systems of a disk are the ones to be shown, and whether it is the medium that was
 * meant. */
#pragma once

#include "agent/medium_disk.h"
#include "agent/medium_line.h"
#include "agent/medium_probe.h"
#include "agent/medium_state.h"

struct candidate {
	const struct medium_part *part;
	struct medium_found found;
};

struct candidates {
	struct candidate items[MEDIUM_VOLUMES_MAX];
	size_t n;
};

/*
 * Reads what is on the disk and fills in disk, capacity, volume and volumes of state. 0 and *ret,
 * or a negative errno with *ret_failed, see medium_show().
 */
int medium_find(const struct medium_disk *disk, struct medium_state *state, struct candidates *ret,
	struct medium_answer *ret_failed);

/* Makes it MEDIUM_ANSWER_FAILED with a printable text. Returns error. */
__attribute__((format(printf, 4, 5))) int medium_fail(
	struct medium_answer *answer, int error, const char *word, const char *format, ...);
