/* What a replay found, in words and in groups that somebody can act on. Prints. */
#pragma once

#include "policy/admin/replay.h"

/*
 * Sorts the insertions and prints them by what would change, then by device, reason and terminal.
 * draft: the file of the policy, for its lines. Returns the number of insertions that would change;
 * false in *ret_is_sure where there were some that could not be judged, or none at all.
 */
size_t replay_report(struct replay *replay, const char *draft, bool *ret_is_sure);
