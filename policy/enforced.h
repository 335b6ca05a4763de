/*
 * What this version of the agent can make true of what a policy says. The agent, rehearsal,
 * explain, diff, lint and the summary before signing all ask here.
 */
#pragma once

#include <stdbool.h>

#include "policy/decide.h"

/* Whether media of the class can be kept read-only. Where they cannot, read-only means block. */
bool enforced_read_only(enum device_class device_class);

/* The same of all that a [device] rule lists; "08" alone stands for disks there, though it opens
 * CDs and floppies as well. */
bool enforced_read_only_rule(const struct device_rule *rule);

/* As decide_device(), but an interface that is read-only and cannot be kept so is blocked, with the
 * reason READ_ONLY_UNSUPPORTED. */
void decide_enforced(
	const struct policy *policy, const struct device_facts *facts, struct device_decision *ret);
