/* Why every other rule of a policy does not speak of a device: one line for each. Prints. */
#pragma once

#include <stdbool.h>

#include "policy/decide.h"

/*
 * Prints a line for every [device] rule, every class that the device has, and for registered media
 * where the policy says something about them, or the device is one. has_list: a list of them was
 * looked at; facts->medium is NULL without that. decision: what decide_device() said of policy and
 * facts.
 */
void explain_rules(const struct policy *policy, const struct device_facts *facts, bool has_list,
	const struct device_decision *decision);
