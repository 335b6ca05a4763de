/* What a draft does not open, and what to do about it, in remarks. */
#pragma once

#include "agent/cli_proposal.h"

#define PROPOSAL_WORDS_SIZE 1024

/* "1-2 (0951:1666 Kingston DataTraveler)". Returns the buffer. */
const char *proposal_device_words(
	const struct proposed_device *device, char buffer[PROPOSAL_WORDS_SIZE]);

/* What interfaces of a class begin with, as a [device] rule lists them; NULL: that cannot be said.
 */
const char *proposal_pattern(enum device_class class);

/* Whether no rule is proposed for the device: it holds storage, a phone or a network, the policy
 * has a rule for it, it cannot be trusted, or a rule would make its keyboard dead. */
bool proposal_stays(const struct policy *policy, const struct proposed_device *device);

/* Of such a device, why, and what can be done. */
void proposal_write_stays(
	FILE *to, const struct policy *policy, const struct proposed_device *device);
