/*
 * A policy with mode = rehearse: everything is decided and recorded as if it were in force, and
 * everything is let in, until its day. Then it is enforced, and tried like a new policy.
 */
#include <errno.h>
#include <stdio.h>

#include "agent/core_internal.h"
#include "policy/timestamp.h"

static bool is_to_rehearse(const struct core *core)
{
	const struct policy *policy = core->policy;

	return policy->mode == POLICY_REHEARSE && !policy->is_builtin &&
	       core->trusted_ms < policy->until * 1000;
}

static int begin(struct core *core)
{
	struct record *record = core_record(core, RECORD_REHEARSAL_BEGAN, NULL);

	char until[TIMESTAMP_SIZE];

	if (!record)
		return -ENOMEM;
	timestamp_format(core->policy->until, 0, until);
	snprintf(record->text, sizeof(record->text), "until %s", until);
	return 0;
}

/*
 * What was let in unseen meanwhile is looked at once more. Whether somebody can still type shows
 * only now: the trial at its beginning tried nothing.
 */
static int end(struct core *core)
{
	int r;

	core_forget_failures(core);
	if (!core_record(core, RECORD_REHEARSAL_ENDED, NULL))
		return -ENOMEM;
	r = core->only_watches ? 0 : trial_start(core, false);
	if (r == 0 && !core_action(core, ACTION_SCAN))
		r = -ENOMEM;
	return r;
}

int rehearsal_check(struct core *core)
{
	bool was_rehearsing = core->is_rehearsing;

	core->is_rehearsing = is_to_rehearse(core);
	if (core->is_rehearsing == was_rehearsing)
		return 0;
	return core->is_rehearsing ? begin(core) : end(core);
}

/* A clock that is slower than it should be is asked once more then. */
uint64_t rehearsal_wake_ms(const struct core *core)
{
	if (!core->is_rehearsing)
		return CORE_NEVER;
	return core->now_ms + (uint64_t)(core->policy->until * 1000 - core->trusted_ms);
}
