/*
 * What a worker has begun, kept beside its socket: whoever comes after it, killed at whatever step,
 * knows from there what to end. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "agent/medium_line.h"

#define MEDIUM_VOLUMES_MAX     4
#define MEDIUM_STATE_SIZE      (2 * MEDIUM_LINE_SIZE + MEDIUM_VOLUMES_MAX * 512 + 128)
#define MEDIUM_NODE_SIZE       64
#define MEDIUM_SYSFS_PATH_SIZE 512

/* One file system. */
struct medium_state_volume {
	unsigned major, minor;
	char node[MEDIUM_NODE_SIZE]; /* "/dev/sda1" */
	char path[MEDIUM_PATH_SIZE]; /* where it is shown; empty: not yet */
};

struct medium_state {
	struct medium_order order;   /* of kind OPEN; NONE: nothing was begun */
	char disk[MEDIUM_NODE_SIZE]; /* "/dev/sda"; empty: it was not found yet */
	unsigned major, minor;       /* of the disk */
	uint64_t sequence;           /* its DISKSEQ */
	uint64_t capacity_bytes;
	char volume[MEDIUM_VOLUME_SIZE];
	struct medium_state_volume volumes[MEDIUM_VOLUMES_MAX];
	size_t n_volumes;
	struct medium_answer answer; /* the last one, to be told yet; NONE: it is not over */
};

/* Returns the size, NUL behind it, or -EINVAL. */
int medium_state_encode(const struct medium_state *state, char ret[MEDIUM_STATE_SIZE]);
/* text: NUL behind size. 0 and *ret, or -EBADMSG. */
int medium_state_decode(const char *text, size_t size, struct medium_state *ret);
