#include "tests/unit/decision_promises.h"

#include <string.h>

static bool is_input(enum device_class device_class)
{
	return device_class == CLASS_KEYBOARD || device_class == CLASS_POINTER;
}

static bool same(uint8_t configuration, uint8_t interface, uint8_t other_configuration,
	uint8_t other_interface)
{
	return configuration == other_configuration && interface == other_interface;
}

static enum verdict rule_for(const struct policy *policy, enum device_class device_class)
{
	const struct class_rule *rule = &policy->media[device_class];

	if (rule->line == 0 && !policy->is_builtin)
		return VERDICT_BLOCK;
	if (rule->access == VERDICT_READ_ONLY && !device_class_can_be_read_only(device_class))
		return VERDICT_BLOCK;
	return rule->access;
}

/* What an alternate is, after its report descriptor was read. */
static enum device_class class_now(
	const struct device_facts *facts, const struct usb_alternate *alternate)
{
	enum device_class found = alternate->device_class;
	bool has_report = false, types = false;

	if (!is_input(found))
		return found;
	for (size_t i = 0; i < facts->n_findings; i++) {
		const struct finding *finding = &facts->findings[i];

		if (finding->source != FINDING_REPORT_DESCRIPTOR ||
			!same(finding->configuration, finding->interface, alternate->configuration,
				alternate->interface) ||
			!is_input(finding->device_class))
			continue;
		has_report = true;
		types |= finding->device_class == CLASS_KEYBOARD;
	}
	if (has_report)
		return types ? CLASS_KEYBOARD : CLASS_POINTER;
	return found;
}

/* Whether all that an interface is, by its descriptors and by what drivers made of it, is a disk.
 */
static bool is_nothing_but_a_disk(
	const struct device_facts *facts, uint8_t configuration, uint8_t interface)
{
	bool all_input = true;

	for (size_t i = 0; i < facts->usb->n_alternates; i++) {
		const struct usb_alternate *one = &facts->usb->alternates[i];

		if (!same(configuration, interface, one->configuration, one->interface))
			continue;
		all_input &= is_input(one->device_class);
		if (one->device_class != CLASS_USB_STORAGE)
			return false;
	}
	for (size_t i = 0; i < facts->n_findings; i++)
		if (facts->findings[i].source == FINDING_DRIVER &&
			same(configuration, interface, facts->findings[i].configuration,
				facts->findings[i].interface) &&
			facts->findings[i].device_class != CLASS_USB_STORAGE)
			return false;
	return !all_input;
}

/* What registering a medium gives to an interface of it. */
static enum verdict for_medium(const struct policy *policy, const struct device_facts *facts,
	uint8_t configuration, uint8_t interface)
{
	if (!facts->medium || facts->medium->identity.vendor != facts->usb->vendor ||
		facts->medium->identity.product != facts->usb->product ||
		policy->registered.line == 0 ||
		!is_nothing_but_a_disk(facts, configuration, interface))
		return VERDICT_BLOCK;
	return policy->registered.access;
}

/* What an exemption gives to any interface: nothing but where the whole device is disks only. */
static enum verdict for_exemption(const struct policy *policy, const struct device_facts *facts)
{
	if (!facts->exemption || !policy->has_exemption || policy->is_builtin)
		return VERDICT_BLOCK;
	for (size_t i = 0; i < facts->usb->n_alternates; i++)
		if (facts->usb->alternates[i].device_class != CLASS_USB_STORAGE)
			return VERDICT_BLOCK;
	for (size_t i = 0; i < facts->n_findings; i++)
		if (facts->findings[i].device_class != CLASS_USB_STORAGE)
			return VERDICT_BLOCK;
	return facts->exemption->access;
}

/* The least that the class rules give to anything that an interface is. */
static enum verdict least_by_class(const struct policy *policy, const struct device_facts *facts,
	uint8_t configuration, uint8_t interface)
{
	enum verdict verdict = VERDICT_ALLOW;
	bool all_input = true;

	for (size_t i = 0; i < facts->usb->n_alternates; i++) {
		const struct usb_alternate *one = &facts->usb->alternates[i];

		if (!same(configuration, interface, one->configuration, one->interface))
			continue;
		all_input &= is_input(one->device_class);
		if (rule_for(policy, class_now(facts, one)) < verdict)
			verdict = rule_for(policy, class_now(facts, one));
	}
	for (size_t i = 0; i < facts->n_findings; i++) {
		const struct finding *one = &facts->findings[i];

		if (one->source != FINDING_DRIVER ||
			!same(configuration, interface, one->configuration, one->interface) ||
			(all_input && is_input(one->device_class)))
			continue;
		if (rule_for(policy, one->device_class) < verdict)
			verdict = rule_for(policy, one->device_class);
	}
	return verdict;
}

/* The most that an interface may get by itself. */
static enum verdict most(const struct policy *policy, const struct device_facts *facts,
	uint8_t configuration, uint8_t interface)
{
	enum verdict by_class = least_by_class(policy, facts, configuration, interface);
	enum verdict by_medium = for_medium(policy, facts, configuration, interface);

	enum verdict by_itself = by_class > by_medium ? by_class : by_medium;
	enum verdict by_exemption = for_exemption(policy, facts);

	return by_itself > by_exemption ? by_itself : by_exemption;
}

/* Whether anything in the list speaks of the kind of harm that the class does. */
static bool list_names(const struct device_rule *rule, enum device_class device_class)
{
	for (size_t i = 0; i < rule->n_interfaces; i++) {
		const uint8_t *bytes = rule->interfaces[i].bytes;
		bool found = true;

		switch (device_class_group(device_class)) {
		case CLASS_GROUP_PLAIN: return true;
		case CLASS_GROUP_INPUT: found = bytes[0] == 0x03; break;
		case CLASS_GROUP_STORAGE: found = bytes[0] == 0x08; break;
		case CLASS_GROUP_PHONE:
			found = bytes[0] == 0x06 || (bytes[0] == 0xff && bytes[1] == 0x42);
			break;
		case CLASS_GROUP_NETWORK:
			found = bytes[0] == 0x02 || bytes[0] == 0xe0 || bytes[0] == 0xef;
			break;
		}
		if (found)
			return true;
	}
	return device_class_group(device_class) == CLASS_GROUP_PLAIN;
}

static bool list_fits(const struct device_rule *rule, const struct usb_alternate *one)
{
	const uint8_t bytes[3] = {one->class, one->subclass, one->protocol};

	for (size_t i = 0; i < rule->n_interfaces; i++)
		if (memcmp(rule->interfaces[i].bytes, bytes, rule->interfaces[i].n_bytes) == 0)
			return true;
	return rule->n_interfaces == 0;
}

static const char *check_device_rule(const struct device_facts *facts,
	const struct device_rule *rule, const struct interface_decision *interface)
{
	if (interface->verdict > rule->access)
		return "more than the device rule gives";
	for (size_t i = 0; i < facts->usb->n_alternates; i++) {
		const struct usb_alternate *one = &facts->usb->alternates[i];

		if (!same(interface->configuration, interface->interface, one->configuration,
			    one->interface))
			continue;
		if (!list_fits(rule, one))
			return "an alternate that the device rule does not list";
		if (!list_names(rule, class_now(facts, one)))
			return "a guarded class that the device rule does not name";
	}
	for (size_t i = 0; i < facts->n_findings; i++) {
		const struct finding *one = &facts->findings[i];

		if (one->source == FINDING_DRIVER && !is_input(one->device_class) &&
			same(interface->configuration, interface->interface, one->configuration,
				one->interface) &&
			!list_names(rule, one->device_class))
			return "a driver's class that the device rule does not name";
	}
	return NULL;
}

static const char *check_last_input(
	const struct device_facts *facts, const struct interface_decision *interface)
{
	if (!facts->is_last_input)
		return "kept as last input where it is not";
	for (size_t i = 0; i < facts->usb->n_alternates; i++) {
		const struct usb_alternate *one = &facts->usb->alternates[i];

		if (same(interface->configuration, interface->interface, one->configuration,
			    one->interface) &&
			one->class != 0x03)
			return "something that is no HID kept as last input";
	}
	for (size_t i = 0; i < facts->n_findings; i++) {
		const struct finding *one = &facts->findings[i];

		if (one->source == FINDING_DRIVER && !is_input(one->device_class) &&
			one->device_class != CLASS_HUB &&
			same(interface->configuration, interface->interface, one->configuration,
				one->interface))
			return "something that a driver made no HID kept as last input";
	}
	return NULL;
}

static const char *check_class_rules(const struct policy *policy, const struct device_facts *facts,
	const struct interface_decision *interface)
{
	if (interface->verdict >
		most(policy, facts, interface->configuration, interface->interface))
		return "more than its class rules, being registered or an exemption give";
	if (interface->reason.code == REASON_REGISTERED_MEDIUM &&
		interface->verdict !=
			for_medium(policy, facts, interface->configuration, interface->interface))
		return "a registered medium that gets what [medium] does not say";
	if (interface->reason.code == REASON_EXEMPTION &&
		(interface->device_class != CLASS_USB_STORAGE ||
			interface->verdict != for_exemption(policy, facts)))
		return "an exemption that opens what it is not for";
	if (is_input(interface->device_class) || interface->device_class == CLASS_HUB)
		return NULL;
	for (size_t i = 0; i < facts->usb->n_alternates; i++) {
		const struct usb_alternate *one = &facts->usb->alternates[i];

		if (interface->verdict > most(policy, facts, one->configuration, one->interface))
			return "more than something beside it gets";
	}
	return NULL;
}

static const char *check_interface(const struct policy *policy, const struct device_facts *facts,
	const struct device_decision *decision, const struct interface_decision *interface)
{
	if (interface->verdict == VERDICT_BLOCK)
		return NULL;
	if (facts->usb->is_malformed)
		return "something of a malformed device let in";
	if (interface->configuration != decision->configuration)
		return "something of a configuration that is not chosen let in";
	if (interface->reason.code == REASON_LAST_INPUT)
		return check_last_input(facts, interface);
	for (size_t i = 0; i < policy->n_devices; i++)
		if (policy->devices[i].vendor == facts->usb->vendor &&
			policy->devices[i].product == facts->usb->product)
			return interface->reason.code == REASON_REGISTERED_MEDIUM ||
					       interface->reason.code == REASON_EXEMPTION
				       ? "something else counts where a device rule speaks alone"
				       : check_device_rule(facts, &policy->devices[i], interface);
	return check_class_rules(policy, facts, interface);
}

const char *decision_broken_promise(const struct policy *policy, const struct device_facts *facts,
	const struct device_decision *decision)
{
	enum verdict best = VERDICT_BLOCK;

	for (size_t i = 0; i < decision->n_interfaces; i++) {
		const struct interface_decision *interface = &decision->interfaces[i];
		const char *broken = check_interface(policy, facts, decision, interface);

		if (broken)
			return broken;
		if (interface->reason.code == REASON_NOT_JUDGED)
			return "an interface without a reason";
		if (interface->verdict > best)
			best = interface->verdict;
	}
	if (decision->verdict != best)
		return "the device's verdict is not its best interface's";
	if ((decision->configuration == 0) != (best == VERDICT_BLOCK))
		return "a configuration chosen for nothing, or none for something";
	if (decision->reason.code == REASON_NOT_JUDGED)
		return "a device without a reason";
	return NULL;
}
