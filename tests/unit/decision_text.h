/*
 * Policies, findings and decisions as one line of text each, so that tests of the decision are
 * tables that read aloud.
 */
#pragma once

#include <stddef.h>

#include "policy/decide.h"

#define DECISION_TEXT_FINDINGS 8

/*
 * A policy of class rules: "keyboard=allow optical=read-only", each on a line of its own from 10
 * on, "registered=allow" among them for [medium], "exemptions" for an [exemption]; "builtin" first
 * makes it the built-in one. Then device rules in brackets, from line 100 on: "[reader 054c:06c3
 * allow ff 08/06]". To be released with policy_text_free(). Aborts on anything else.
 */
void policy_text(const char *text, struct policy *ret);
void policy_text_free(struct policy *policy);

/*
 * What is known beside the descriptors, parted by commas: "last-input", "active 2" (configuration),
 * "medium M-1 0951:1666" (what it is registered as), and findings such as "1.0 report pointer"
 * (configuration 1, interface 0) or "1.0 driver uas usb-storage". Fills ret but for its
 * descriptors; what it points to is kept in situation.
 */
struct situation_text {
	struct finding findings[DECISION_TEXT_FINDINGS];
	struct medium medium;
};
void situation_text(const char *text, struct situation_text *situation, struct device_facts *ret);

/*
 * The decision: "allow c1 usb-storage class-rule: 1.0 allow usb-storage class-rule, 1.1 …", which
 * is the verdict, configuration, class and reason of the device and then of each interface.
 */
void decision_text(const struct device_decision *decision, char *buffer, size_t size);

struct decision_row {
	const char *name;
	const char *policy;   /* policy_text() */
	const char *device;   /* a usb_builder_text(), then after a bar its situation_text() */
	const char *expected; /* decision_text() */
};

/* The decision about the device of a row. Needs a running cmocka test. */
void decision_judge(const struct decision_row *row, struct device_decision *ret);
/* The same as this version of the agent can make it true. */
void decision_judge_enforced(const struct decision_row *row, struct device_decision *ret);

/* Fails the running cmocka test at the first row whose decision is not the expected one. */
void decision_check(const struct decision_row *rows, size_t count);
