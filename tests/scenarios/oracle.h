/*
 * What the ports should be, worked out without the core: decide_device() over what was ever seen of
 * a device since it was plugged in.
 */
#pragma once

#include <stdbool.h>

#include "policy/decide.h"
#include "tests/scenarios/model.h"

struct oracle {
	struct usb_facts *usb;
	struct finding findings[2 * MODEL_INTERFACES_MAX];
	size_t n_findings;
};

void oracle_init(struct oracle *oracle, const struct model_device *device);
void oracle_clear(struct oracle *oracle);
/* A new plug: nothing is known of it. */
void oracle_reset(struct oracle *oracle);
/* Learns from what the core is shown. */
void oracle_see(struct oracle *oracle, const struct observation *observation);

/* Whether the policy, or the need for a last input device, lets this interface in. */
bool oracle_lets_in(const struct oracle *oracle, const struct policy *policy, bool is_last_input,
	uint8_t configuration, uint8_t interface);

/* Whether the device stands as it should. */
bool oracle_is_content(const struct oracle *oracle, const struct policy *policy, bool is_last_input,
	const struct model_device *device);

/* Whether it could be kept as the last input device, and would type then. */
bool oracle_could_type(const struct oracle *oracle, const struct model_device *device);
