/* Which [device] rule speaks of a device, and what it opens of it. Knows nothing of class rules. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/policy.h"
#include "policy/usb_facts.h"

/* The first rule of the policy for the pair of ids; NULL: none. */
const struct device_rule *device_rule_find(
	const struct policy *policy, uint16_t vendor, uint16_t product);

/* Whether the rule lists the bytes of an alternate setting; one without a list lists everything. */
bool device_rule_lists(const struct device_rule *rule, const struct usb_alternate *alternate);

/* The class that a pattern says by itself, short or not: "08" is usb-storage. */
enum device_class device_rule_class(const struct interface_pattern *pattern);

/*
 * Whether the rule may open something of that class. Plain classes: yes. Storage, HID, phones and
 * networks only where a pattern of the list itself says such a class, and one at least as
 * dangerous: "08" covers usb-storage and floppy, "08/04" only floppy, "03/01/02" a pointer and no
 * keyboard. A short pattern counts as what it says by itself: "ff" is vendor and covers no phone
 * (ff/42/01), "02/02" is serial and covers no modem (02/02/01), "02" is a network and covers both.
 */
bool device_rule_covers(const struct device_rule *rule, enum device_class device_class);
