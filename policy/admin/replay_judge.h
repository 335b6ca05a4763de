/* One record, asked once more under another policy. Pure. */
#pragma once

#include "policy/admin/replay.h"
#include "policy/admin/replay_record.h"

/*
 * What policy would change. media: what counts as registered; NULL: what counted then. 0 with
 * change, reason and device_class of *ret, or -ENOMEM.
 */
int replay_judge(const struct replay_record *record, const struct policy *policy,
	const struct media *media, struct replay_insertion *ret);
