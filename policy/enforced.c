#include "policy/enforced.h"

#include "policy/device_rule.h"

/*
 * The classes that this version keeps read-only. Not CDs: they are written by packet commands,
 * which no switch of the kernel stops.
 */
static const bool read_only[CLASS_COUNT] = {
	[CLASS_USB_STORAGE] = true,
};

bool enforced_read_only(enum device_class device_class)
{
	return (unsigned)device_class < CLASS_COUNT && read_only[device_class];
}

bool enforced_read_only_rule(const struct device_rule *rule)
{
	for (size_t i = 0; i < rule->n_interfaces; i++)
		if (!enforced_read_only(device_rule_class(&rule->interfaces[i])))
			return false;
	return rule->n_interfaces > 0;
}

static void refuse(struct device_decision *decision, struct interface_decision *interface)
{
	interface->verdict = VERDICT_BLOCK;
	interface->reason.code = REASON_READ_ONLY_UNSUPPORTED;
	decision->reason = interface->reason;
}

void decide_enforced(
	const struct policy *policy, const struct device_facts *facts, struct device_decision *ret)
{
	decide_device(policy, facts, ret);
	ret->verdict = VERDICT_BLOCK;
	for (size_t i = 0; i < ret->n_interfaces; i++) {
		struct interface_decision *interface = &ret->interfaces[i];

		if (interface->verdict == VERDICT_READ_ONLY &&
			!enforced_read_only(interface->device_class))
			refuse(ret, interface);
		if (interface->verdict > ret->verdict)
			ret->verdict = interface->verdict;
	}
	if (ret->verdict == VERDICT_BLOCK)
		ret->configuration = 0;
}
