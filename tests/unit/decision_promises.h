/*
 * What every decision must keep, whatever the policy and the device: written a second time, from
 * the rules and not from the code, for tests with random devices and for fuzzing.
 */
#pragma once

#include "policy/decide.h"

/* NULL: all kept; else which promise the decision breaks. */
const char *decision_broken_promise(const struct policy *policy, const struct device_facts *facts,
	const struct device_decision *decision);
