/*
 * A draft of rules for devices, in the form of a policy: what a class or one device would need, and
 * in remarks what it would let in. It never opens storage, phones or networks: what to do about
 * these it says in remarks. Knows neither the bus nor files; nothing holds before somebody signs.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "policy/decide.h"
#include "policy/policy.h"

#define PROPOSAL_INTERFACES_MAX DECISION_INTERFACES_MAX

struct proposed_device {
	/* Printable; empty where there is nothing. */
	const char *name, *manufacturer, *model, *serial, *medium;
	uint16_t vendor, product;
	bool is_malformed; /* its descriptors cannot be trusted */
	bool is_refused;   /* as a whole, or in part */
	enum device_class classes[PROPOSAL_INTERFACES_MAX];
	size_t n_classes; /* one of each interface */
};

/* Writes the draft; the text is canonical, and what stands in it is not in policy yet. */
void cli_proposal_write(FILE *to, const struct policy *policy,
	const struct proposed_device *devices, size_t n_devices);
