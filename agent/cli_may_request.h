/* Whether somebody can be asked for a permission: by the policy in force, and for which device. */
#pragma once

#include <stdbool.h>

#include "agent/cli_device.h"

/* Whether the policy in force lets exemptions be approved that this version can keep. False where
 * the caller may not see it; nothing is printed, nobody is asked for a password. */
bool cli_may_request(void);

/* How many persons, or desks, the policy in force asks for, for "read-only" or "read-write"; 1
 * where the caller may not see it: the agent judges anyhow. */
unsigned cli_approvals_needed(const char *direction);

/* Whether an exemption could give it more than it has: only interfaces of USB storage, and nothing
 * else in it. */
bool cli_device_may_be_asked(const struct cli_device *device);
