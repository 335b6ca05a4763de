/*
 * What this version of the agent makes of a decision: it cannot keep everything that a policy can
 * ask for. The agent, rehearsal and replay call the same function.
 */
#pragma once

#include "policy/decide.h"

/* As decide_device(); what is read-only is refused, because nothing here can hold it so. */
void decide_enforced(
	const struct policy *policy, const struct device_facts *facts, struct device_decision *ret);
