/*
 * The decision: facts, then class, then rule, then verdict, per interface. Pure; the agent, explain
 * and rehearsal call the same function. It starts at block.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/media.h"
#include "policy/policy.h"
#include "policy/reason.h"
#include "policy/usb_facts.h"
#include "policy/verdict.h"

#define DECISION_INTERFACES_MAX USB_FACTS_INTERFACES_MAX

/*
 * What was learned about an interface after the kernel bound it. A report descriptor tells which of
 * keyboard and pointer a HID interface is, and replaces the claim. A driver (or a child device that
 * it made) only adds: the interface is then both what it claims and what the driver makes of it,
 * and both must be let in. What a driver says about input is left to the report descriptor where
 * the interface claims HID.
 */
enum finding_source {
	FINDING_NONE = 0,
	FINDING_REPORT_DESCRIPTOR,
	FINDING_DRIVER,
	FINDING_SOURCE_COUNT,
};

/* "report-descriptor", "driver"; NULL out of range. */
const char *finding_source_name(enum finding_source source);
int finding_source_from_name(const char *name, enum finding_source *ret);

struct finding {
	uint8_t configuration, interface;
	enum finding_source source;
	enum device_class device_class;
	char driver[REASON_TEXT_MAX]; /* for FINDING_DRIVER */
};

/* The one exemption that speaks of a device, whoever found it out. */
struct exemption_grant {
	const char *id;
	enum verdict access;  /* what it opens; BLOCK: nothing, because of why */
	enum reason_code why; /* with BLOCK: REASON_EXEMPTION_…, or NOT_JUDGED: nothing to say */
};

struct device_facts {
	const struct usb_facts *usb;
	uint8_t active_configuration; /* bConfigurationValue now, 0: none or unknown */
	const struct finding *findings;
	size_t n_findings;
	/* The registered medium that it claims to be by VID, PID and serial (media_find()); or
	 * NULL. One with other ids than the descriptors have counts as NULL. */
	const struct medium *medium;
	const struct exemption_grant *exemption; /* NULL: none */
	bool is_last_input; /* nobody could type without this device: keep its HID interfaces */
};

struct interface_decision {
	uint8_t configuration, interface;
	enum device_class device_class; /* the most dangerous of its alternates and findings */
	enum verdict verdict;
	struct reason reason;
};

struct device_decision {
	enum verdict verdict;  /* the best of the chosen configuration's interfaces */
	uint8_t configuration; /* the one to set; 0 when the device is refused */
	enum device_class
		device_class; /* the most dangerous of all its interfaces: names the device */
	/* Of the first refused interface of the chosen configuration, else of its first; when the
	 * device is refused, of its first interface. */
	struct reason reason;
	struct interface_decision interfaces[DECISION_INTERFACES_MAX]; /* of all configurations */
	size_t n_interfaces;
};

/*
 * Judges a device. Cannot fail.
 * 1. Malformed descriptors: block whole, the last input device too: bytes that can be read in two
 *    ways do not prove that an interface is HID.
 * 2. The first [device] rule with its VID:PID speaks alone: block refuses the device; allow opens
 *    the interfaces that the rule lists (every alternate of an interface must be covered). A rule
 *    without a list opens what is not storage, HID, phone or network; those only if listed (see
 *    device_rule_covers()). Read-only opens only what can be kept read-only.
 * 3. Else the class rules; every alternate of an interface must be allowed, the least counts. A
 *    keyboard, pointer or hub interface is judged by itself, so that nothing else in the same
 *    shell can make a keyboard dead. Any other class gets what its rule says only where no
 *    interface of the device, in any configuration, has a class that the rules give less (block <
 *    read-only < allow). Being alone is judged by the rules, not by the outcome.
 *    A registered medium: where [medium] says what registered media may do, that is what its
 *    usb-storage interfaces get, if it is more than their class rule gives. An interface of which
 *    an alternate or a driver makes something else is no such interface.
 *    An exemption: where the policy has [exemption], a device of which every alternate of every
 *    interface, and whatever drivers made of them, is usb-storage gets what the exemption opens, if
 *    it is more. One that opens nothing only says why, where the device is refused.
 * 4. Verdict read-only is given as it is; who cannot keep it must block.
 * 5. is_last_input: refused interfaces that claim HID in every alternate become allow, reason
 *    LAST_INPUT, unless a driver made something else of them.
 * 6. The configuration with the most interfaces let in is chosen, then the active one, then the
 *    first; interfaces of others become block.
 */
void decide_device(
	const struct policy *policy, const struct device_facts *facts, struct device_decision *ret);
