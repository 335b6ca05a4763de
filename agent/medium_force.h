/*
 * The end by force: no more writes to the disk, and no mount of it anywhere. Refuses to wait for
 * anybody, because a medium that does not answer holds whoever asks it.
 */
#pragma once

#include "agent/medium_state.h"

/* BLKROSET, as far as the disk is still there. May wait for the disk. */
void medium_forbid_writes(const struct medium_state *state);

/*
 * Forbids writes and detaches each volume in every mount namespace: each step in a process of its
 * own, so that none waits for another one, nor for a helper that hangs. Returns at once, and nobody
 * has to wait for those processes.
 */
void medium_force(const struct medium_state *state);
