/*
 * All that is known of one interface: what its alternate settings claim, and what was found out
 * after it was bound. Knows nothing of rules.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/decide.h"

/* One thing that an interface is, and where that is known from. */
struct evidence {
	enum device_class device_class;
	const struct usb_alternate *alternate; /* that claims it; NULL: a driver says so */
	const struct finding *finding;         /* that says so, or changed the claim; NULL: none */
};

/*
 * Steps through the evidence about an interface: its alternates, then what drivers made of it.
 * *cursor starts at 0. Returns false at the end, with *ret left alone.
 */
bool evidence_next(const struct device_facts *facts, const struct interface_decision *interface,
	size_t *cursor, struct evidence *ret);

/* The most dangerous class of it all. */
enum device_class evidence_worst(
	const struct device_facts *facts, const struct interface_decision *interface);

/* Whether every alternate setting of the interface claims HID. */
bool evidence_claims_hid(
	const struct device_facts *facts, const struct interface_decision *interface);
