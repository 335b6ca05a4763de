/* Any device under any policy: no crash, and no promise of the decision broken. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/decision_promises.h"

#define RULES_MAX    2
#define FINDINGS_MAX 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The stick of the seeds. */
static const struct medium registered = {.number = "M-00123",
	.identity = {.vendor = 0x0951, .product = 0x1666, .serial = "001A92053B6A"}};

struct source {
	const uint8_t *data;
	size_t size;
};

static uint8_t take(struct source *source)
{
	if (source->size == 0)
		return 0;
	source->size--;
	return *source->data++;
}

static void take_policy(struct source *source, struct device_rule *rules, struct policy *ret)
{
	uint8_t head = take(source);

	memset(ret, 0, sizeof(*ret));
	ret->is_builtin = head & 1;
	ret->has_exemption = head & 128;
	ret->registered.line = head & 2 ? 5 : 0;
	ret->registered.access = (enum verdict)((head >> 2) % VERDICT_COUNT);
	for (unsigned i = 0; i < CLASS_COUNT; i++) {
		uint8_t byte = take(source);

		ret->media[i].line = byte & 4 ? 0 : 10 + i;
		ret->media[i].access = (enum verdict)((byte & 3) % VERDICT_COUNT);
	}
	ret->devices = rules;
	ret->n_devices = take(source) % (RULES_MAX + 1);
	for (size_t i = 0; i < ret->n_devices; i++) {
		memset(&rules[i], 0, sizeof(rules[i]));
		rules[i].vendor = (uint16_t)(take(source) | take(source) << 8);
		rules[i].product = (uint16_t)(take(source) | take(source) << 8);
		rules[i].access = (enum verdict)(take(source) % VERDICT_COUNT);
		rules[i].n_interfaces = take(source) % (DEVICE_RULE_INTERFACES_MAX + 1);
		for (size_t j = 0; j < rules[i].n_interfaces; j++) {
			struct interface_pattern *pattern = &rules[i].interfaces[j];

			pattern->n_bytes = (uint8_t)(1 + take(source) % 3);
			for (uint8_t k = 0; k < pattern->n_bytes; k++)
				pattern->bytes[k] = take(source);
		}
	}
}

static void take_findings(struct source *source, struct finding *findings,
	struct exemption_grant *grant, struct device_facts *ret)
{
	uint8_t head = take(source);

	memset(ret, 0, sizeof(*ret));
	ret->findings = findings;
	ret->is_last_input = head & 1;
	ret->medium = head & 2 ? &registered : NULL;
	*grant = (struct exemption_grant){.id = "E-7K3M9Q2X",
		.access = (enum verdict)((head >> 3) % VERDICT_COUNT),
		.why = head & 128 ? REASON_EXEMPTION_ENDED : REASON_NOT_JUDGED};
	ret->exemption = head & 4 ? grant : NULL;
	ret->active_configuration = take(source);
	ret->n_findings = take(source) % (FINDINGS_MAX + 1);
	for (size_t i = 0; i < ret->n_findings; i++) {
		memset(&findings[i], 0, sizeof(findings[i]));
		findings[i].configuration = take(source);
		findings[i].interface = take(source);
		findings[i].source = (enum finding_source)(take(source) % 3);
		findings[i].device_class = (enum device_class)(take(source) % CLASS_COUNT);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct device_decision decision;
	struct source source = {data, size};
	struct device_rule rules[RULES_MAX];
	struct finding findings[FINDINGS_MAX];
	struct policy policy;
	struct exemption_grant grant;
	struct device_facts facts;
	struct usb_facts *usb = NULL;

	take_policy(&source, rules, &policy);
	take_findings(&source, findings, &grant, &facts);
	assert(usb_facts_parse(source.data, source.size, &usb) == 0);
	facts.usb = usb;
	decide_device(&policy, &facts, &decision);
	assert(!decision_broken_promise(&policy, &facts, &decision));
	for (size_t i = 0; i < decision.n_interfaces; i++) {
		char text[256];

		assert(reason_describe(&decision.interfaces[i].reason, text, sizeof(text)) < 256);
	}
	usb_facts_free(usb);
	return 0;
}
