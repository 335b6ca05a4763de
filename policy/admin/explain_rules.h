/* Why every other rule of a policy does not speak of a device: one line for each. Prints. */
#pragma once

#include "policy/decide.h"

/*
 * Prints a line for every [device] rule, every class that the device has, and for registered media
 * where the policy says something about them. decision: what decide_device() said of policy and
 * facts.
 */
void explain_rules(const struct policy *policy, const struct device_facts *facts,
	const struct device_decision *decision);
