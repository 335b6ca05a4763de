/*
 * Random devices under random policies, from a fixed seed: what must hold for all of them. The
 * rules are checked by decision_promises.c, which shares no code with the decision.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/chance.h"
#include "tests/unit/decision_promises.h"
#include "tests/unit/usb_builder.h"

#define ROUNDS       60000
#define FINDINGS_MAX 4
#define RULES_MAX    2

static uint64_t seed;

static unsigned below(unsigned limit)
{
	return (unsigned)(chance_next(&seed) >> 33) % limit;
}

static const uint8_t triples[][3] = {{0x03, 1, 1}, {0x03, 1, 2}, {0x03, 0, 0}, {0x03, 1, 1},
	{0x09, 0, 0}, {0x08, 6, 0x50}, {0x08, 2, 0x50}, {0x07, 1, 2}, {0x01, 1, 0}, {0x0b, 0, 0},
	{0x06, 1, 1}, {0xff, 0, 0}, {0xff, 0x42, 1}, {0x02, 2, 1}, {0x02, 2, 0}, {0x0a, 0, 0},
	{0xe0, 1, 1}, {0xe0, 1, 3}, {0xfe, 1, 2}};

#define N_TRIPLES (sizeof(triples) / sizeof(triples[0]))

struct situation {
	struct usb_builder builder;
	struct policy policy;
	struct device_rule rules[RULES_MAX];
	struct finding findings[FINDINGS_MAX];
	struct medium medium;
	struct exemption_grant grant;
	struct device_facts facts;
	struct usb_facts *usb;
	struct device_decision decision;
};

static struct situation now;

static void random_device(void)
{
	unsigned n_configurations = 1 + below(4) / 2;

	usb_builder_start(&now.builder, 1, (uint16_t)(1 + below(2)));
	if (below(10) == 0)
		usb_builder_device_class(&now.builder, 0xe0, 1, 1);
	for (unsigned c = 1; c <= n_configurations; c++) {
		unsigned n_interfaces = 1 + below(3);

		usb_builder_configuration(&now.builder, (uint8_t)c);
		for (unsigned i = 0; i < n_interfaces; i++)
			for (unsigned a = 0; a == 0 || (a < 3 && below(5) == 0); a++) {
				const uint8_t *triple = triples[below(N_TRIPLES)];

				usb_builder_interface(&now.builder, (uint8_t)i, (uint8_t)a,
					triple[0], triple[1], triple[2]);
			}
	}
}

static void random_rule(struct device_rule *rule)
{
	memset(rule, 0, sizeof(*rule));
	rule->vendor = 1;
	rule->product = (uint16_t)(1 + below(3));
	rule->access = (enum verdict)below(VERDICT_COUNT);
	rule->line = 100;
	rule->n_interfaces = below(4);
	for (size_t i = 0; i < rule->n_interfaces; i++) {
		memcpy(rule->interfaces[i].bytes, triples[below(N_TRIPLES)], 3);
		rule->interfaces[i].n_bytes = (uint8_t)(1 + below(3));
		memset(rule->interfaces[i].bytes + rule->interfaces[i].n_bytes, 0,
			3u - rule->interfaces[i].n_bytes);
	}
}

static void random_policy(void)
{
	memset(&now.policy, 0, sizeof(now.policy));
	now.policy.is_builtin = below(10) == 0;
	for (unsigned i = 0; i < CLASS_COUNT; i++) {
		if (below(8) == 0)
			continue;
		now.policy.media[i].line = 10 + i;
		now.policy.media[i].access = below(3) ? VERDICT_ALLOW : (enum verdict)below(3);
	}
	if (below(3))
		now.policy.registered =
			(struct class_rule){(enum verdict)below(VERDICT_COUNT), 1 + below(90)};
	now.policy.devices = now.rules;
	now.policy.n_devices = below(RULES_MAX + 1);
	for (size_t i = 0; i < now.policy.n_devices; i++)
		random_rule(&now.rules[i]);
}

static void random_findings(void)
{
	now.facts = (struct device_facts){.findings = now.findings,
		.n_findings = below(3) ? 0 : below(FINDINGS_MAX + 1),
		.is_last_input = below(4) == 0,
		.active_configuration = (uint8_t)below(3)};
	for (size_t i = 0; i < now.facts.n_findings; i++)
		now.findings[i] = (struct finding){.configuration = (uint8_t)(1 + below(2)),
			.interface = (uint8_t)below(3),
			.source = below(2) ? FINDING_DRIVER : FINDING_REPORT_DESCRIPTOR,
			.device_class = (enum device_class)below(CLASS_COUNT)};
	now.medium = (struct medium){.number = "M-1",
		.identity = {.vendor = 1, .product = (uint16_t)(1 + below(2)), .serial = "1"}};
	if (below(2))
		now.facts.medium = &now.medium;
	now.policy.has_exemption = below(4) != 0;
	now.grant = (struct exemption_grant){.id = "E-7K3M9Q2X",
		.access = (enum verdict)below(VERDICT_COUNT),
		.why = below(2) ? REASON_EXEMPTION_ENDED : REASON_NOT_JUDGED};
	if (below(2))
		now.facts.exemption = &now.grant;
}

static void decide(void)
{
	assert_int_equal(usb_facts_parse(now.builder.bytes, now.builder.size, &now.usb), 0);
	now.facts.usb = now.usb;
	decide_device(&now.policy, &now.facts, &now.decision);
}

static void random_situation(unsigned round)
{
	seed = 0x9e3779b97f4a7c15u * (round + 1);
	random_device();
	random_policy();
	random_findings();
	decide();
}

static void nothing_is_let_in_without_a_rule_for_all_that_it_is(void **state)
{
	unsigned n_let_in = 0, n_last_input = 0, n_refused = 0;

	for (unsigned round = 0; round < ROUNDS; round++) {
		const char *broken;

		random_situation(round);
		broken = decision_broken_promise(&now.policy, &now.facts, &now.decision);
		if (broken)
			fail_msg("round %u: %s", round, broken);
		n_let_in += now.decision.verdict != VERDICT_BLOCK;
		n_refused += now.decision.verdict == VERDICT_BLOCK;
		for (size_t i = 0; i < now.decision.n_interfaces; i++)
			n_last_input += now.decision.interfaces[i].reason.code == REASON_LAST_INPUT;
		usb_facts_free(now.usb);
	}
	/* The dice must not have gone one way. */
	assert_true(n_let_in > ROUNDS / 10 && n_refused > ROUNDS / 10 && n_last_input > 100);
}

/* The same situation with and without the medium in the list. */
static void registering_changes_only_what_the_medium_rule_says(void **state)
{
	static struct device_decision before;
	unsigned n_changed = 0, n_silent = 0;

	for (unsigned round = 0; round < ROUNDS; round++) {
		const char *broken;
		bool is_changed;

		random_situation(round);
		usb_facts_free(now.usb);
		usb_builder_interface(&now.builder, 7, 0, 0x08, 0x06, 0x50);
		if (below(2)) {
			now.policy.media[CLASS_USB_STORAGE].access = VERDICT_BLOCK;
			now.policy.n_devices = 0;
		}
		decide();
		broken = decision_broken_promise(&now.policy, &now.facts, &now.decision);
		if (broken)
			fail_msg("round %u: %s", round, broken);
		before = now.decision;
		now.facts.medium = NULL;
		decide_device(&now.policy, &now.facts, &now.decision);
		is_changed = memcmp(&before, &now.decision, sizeof(before)) != 0;
		if (is_changed && now.policy.registered.line == 0)
			fail_msg("round %u: registering counts without a rule", round);
		if (is_changed && now.policy.registered.access == VERDICT_BLOCK)
			fail_msg("round %u: registering took something away", round);
		for (size_t i = 0; i < now.decision.n_interfaces; i++)
			if (now.decision.interfaces[i].reason.code == REASON_REGISTERED_MEDIUM)
				fail_msg("round %u: a medium that is not there", round);
		n_changed += is_changed;
		n_silent += before.verdict != VERDICT_BLOCK && !is_changed;
		usb_facts_free(now.usb);
	}
	assert_true(n_changed > ROUNDS / 100 && n_silent > ROUNDS / 10);
}

static bool is_nothing_but_disks(void)
{
	for (size_t i = 0; i < now.usb->n_alternates; i++)
		if (now.usb->alternates[i].class != 0x08)
			return false;
	for (size_t i = 0; i < now.facts.n_findings; i++)
		if (now.findings[i].device_class != CLASS_USB_STORAGE)
			return false;
	return true;
}

/* The same situation with and without an exemption; every other device is disks only. */
static void an_exemption_opens_disks_and_takes_nothing_away(void **state)
{
	static struct device_decision before;
	unsigned n_opened = 0, n_other = 0;

	for (unsigned round = 0; round < ROUNDS; round++) {
		const char *broken;

		random_situation(round);
		usb_facts_free(now.usb);
		if (round % 2) {
			usb_builder_start(&now.builder, 1, 1);
			usb_builder_configuration(&now.builder, 1);
			usb_builder_interface(&now.builder, 0, 0, 0x08, 0x06, 0x50);
			now.policy.media[CLASS_USB_STORAGE].access = VERDICT_BLOCK;
			now.policy.n_devices = 0;
		}
		now.facts.exemption = NULL;
		decide();
		before = now.decision;
		now.facts.exemption = &now.grant;
		decide_device(&now.policy, &now.facts, &now.decision);
		broken = decision_broken_promise(&now.policy, &now.facts, &now.decision);
		if (broken)
			fail_msg("round %u: %s", round, broken);
		if (now.decision.verdict < before.verdict)
			fail_msg("round %u: an exemption took something away", round);
		if (!is_nothing_but_disks() && memcmp(&before, &now.decision, sizeof(before)) != 0)
			fail_msg("round %u: an exemption for more than disks", round);
		if (now.decision.verdict > before.verdict &&
			(!now.policy.has_exemption || now.decision.verdict != now.grant.access))
			fail_msg("round %u: more than the exemption gives", round);
		n_opened += now.decision.verdict > before.verdict;
		n_other += !is_nothing_but_disks();
		usb_facts_free(now.usb);
	}
	assert_true(n_opened > ROUNDS / 20 && n_other > ROUNDS / 10);
}

static void a_disk_that_no_rule_names_leaves_only_input_and_hubs(void **state)
{
	unsigned n_let_in = 0;

	for (unsigned round = 0; round < ROUNDS; round++) {
		random_situation(round);
		usb_facts_free(now.usb);
		now.policy.media[CLASS_USB_STORAGE] = (struct class_rule){.access = VERDICT_BLOCK};
		now.facts.medium = NULL;
		now.facts.exemption = NULL;
		now.policy.n_devices = 0;
		usb_builder_configuration(&now.builder, 9);
		usb_builder_interface(&now.builder, 0, 0, 0x08, 0x06, 0x50);
		decide();
		for (size_t i = 0; i < now.decision.n_interfaces; i++) {
			const struct interface_decision *one = &now.decision.interfaces[i];

			if (one->verdict == VERDICT_BLOCK)
				continue;
			n_let_in++;
			if (one->device_class != CLASS_KEYBOARD &&
				one->device_class != CLASS_POINTER &&
				one->device_class != CLASS_HUB)
				fail_msg("round %u: a %s beside a disk", round,
					device_class_name(one->device_class));
		}
		usb_facts_free(now.usb);
	}
	assert_true(n_let_in > ROUNDS / 10);
}

static enum verdict verdict_of(
	const struct device_decision *decision, const struct interface_decision *interface)
{
	for (size_t i = 0; i < decision->n_interfaces; i++)
		if (decision->interfaces[i].configuration == interface->configuration &&
			decision->interfaces[i].interface == interface->interface)
			return decision->interfaces[i].verdict;
	return VERDICT_BLOCK;
}

/* Of devices with one configuration: with two, a refusal in one may make the other the better. */
static void a_stricter_class_rule_lets_nothing_more_in(void **state)
{
	static struct device_decision before;

	for (unsigned round = 0; round < ROUNDS; round++) {
		random_situation(round);
		before = now.decision;
		now.policy.media[below(CLASS_COUNT)].access = VERDICT_BLOCK;
		decide_device(&now.policy, &now.facts, &now.decision);
		for (size_t i = 0; i < now.decision.n_interfaces && now.usb->n_configurations == 1;
			i++) {
			const struct interface_decision *one = &now.decision.interfaces[i];

			if (one->reason.code != REASON_LAST_INPUT &&
				one->verdict > verdict_of(&before, one))
				fail_msg("round %u: %s got more", round,
					device_class_name(one->device_class));
		}
		usb_facts_free(now.usb);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_let_in_without_a_rule_for_all_that_it_is),
		cmocka_unit_test(registering_changes_only_what_the_medium_rule_says),
		cmocka_unit_test(an_exemption_opens_disks_and_takes_nothing_away),
		cmocka_unit_test(a_disk_that_no_rule_names_leaves_only_input_and_hubs),
		cmocka_unit_test(a_stricter_class_rule_lets_nothing_more_in),
	};

	return cmocka_run_group_tests_name("decide_random", tests, NULL, NULL);
}
