/* The whole decision about a device, in the order of the steps in decide.h. */
#include "policy/decide.h"

#include <stdio.h>
#include <string.h>

#include "policy/device_rule.h"
#include "policy/evidence.h"

struct case_file {
	const struct policy *policy;
	const struct device_facts *facts;
	struct device_decision *decision;
	enum verdict by_class[DECISION_INTERFACES_MAX]; /* what the rules give it by itself */
};

static void settle(struct interface_decision *interface, enum verdict verdict, struct reason reason)
{
	reason.configuration = interface->configuration;
	reason.interface = interface->interface;
	interface->verdict = verdict;
	interface->reason = reason;
}

/* The reason for refusing evidence; otherwise where its claim is to blame and no finding. */
static struct reason blame(const struct evidence *evidence, struct reason otherwise)
{
	const struct finding *finding = evidence->finding;

	otherwise.device_class = evidence->device_class;
	if (!finding)
		return otherwise;
	otherwise.code =
		finding->source == FINDING_DRIVER ? REASON_DRIVER : REASON_REPORT_DESCRIPTOR;
	otherwise.access = VERDICT_BLOCK;
	snprintf(otherwise.text, sizeof(otherwise.text), "%s", finding->driver);
	return otherwise;
}

/* Step 2. */
static void judge_by_device_rule(const struct case_file *file, const struct device_rule *rule,
	struct interface_decision *interface)
{
	struct reason reason = {.code = REASON_DEVICE_RULE,
		.access = rule->access,
		.device_class = interface->device_class,
		.line = rule->line};
	struct evidence evidence;

	snprintf(reason.text, sizeof(reason.text), "%s", rule->name);
	settle(interface, rule->access, reason);
	if (rule->access == VERDICT_BLOCK)
		return;
	reason.code = REASON_NOT_LISTED;
	for (size_t at = 0; evidence_next(file->facts, interface, &at, &evidence);) {
		if (evidence.alternate && !device_rule_lists(rule, evidence.alternate)) {
			reason.device_class = evidence.device_class;
			settle(interface, VERDICT_BLOCK, reason);
			return;
		}
		if (!device_rule_covers(rule, evidence.device_class)) {
			settle(interface, VERDICT_BLOCK, blame(&evidence, reason));
			return;
		}
	}
	reason.code = REASON_READ_ONLY_UNSUPPORTED;
	if (rule->access == VERDICT_READ_ONLY &&
		!device_class_can_be_read_only(interface->device_class))
		settle(interface, VERDICT_BLOCK, reason);
}

/* What the rule for a class says, and how it comes to say it. */
static enum verdict judge_class(
	const struct policy *policy, enum device_class device_class, struct reason *ret)
{
	const struct class_rule *rule;

	*ret = (struct reason){.code = REASON_CLASS_NOT_NAMED, .device_class = device_class};
	if ((unsigned)device_class >= CLASS_COUNT)
		return VERDICT_BLOCK;
	rule = &policy->media[device_class];
	if (rule->line == 0 && !policy->is_builtin)
		return VERDICT_BLOCK;
	ret->code = policy->is_builtin ? REASON_BUILTIN : REASON_CLASS_RULE;
	ret->access = rule->access;
	ret->line = rule->line;
	if (rule->access == VERDICT_READ_ONLY && !device_class_can_be_read_only(device_class)) {
		ret->code = REASON_READ_ONLY_UNSUPPORTED;
		return VERDICT_BLOCK;
	}
	return rule->access;
}

/*
 * The registered medium that the device is, where that counts for the interface: all that is known
 * of it is a disk. A medium with other ids is another device's.
 */
static const struct medium *registered_medium(
	const struct case_file *file, const struct interface_decision *interface)
{
	const struct medium *medium = file->facts->medium;
	const struct usb_facts *usb = file->facts->usb;
	struct evidence evidence;

	if (!medium || file->policy->registered.line == 0 ||
		medium->identity.vendor != usb->vendor || medium->identity.product != usb->product)
		return NULL;
	for (size_t at = 0; evidence_next(file->facts, interface, &at, &evidence);)
		if (evidence.device_class != CLASS_USB_STORAGE)
			return NULL;
	return medium;
}

/* Step 3, a registered medium: [medium] may say more than the class rule did, never less. */
static void judge_medium(const struct case_file *file, struct interface_decision *interface)
{
	const struct class_rule *rule = &file->policy->registered;
	const struct medium *medium = registered_medium(file, interface);
	struct reason reason = {.code = REASON_REGISTERED_MEDIUM,
		.access = rule->access,
		.device_class = CLASS_USB_STORAGE,
		.line = rule->line};

	if (!medium || rule->access <= interface->verdict)
		return;
	snprintf(reason.text, sizeof(reason.text), "%s", medium->number);
	settle(interface, rule->access, reason);
}

/* Whether nothing in it, whatever it is set to, can be anything but a disk. */
static bool is_all_storage(const struct case_file *file)
{
	const struct usb_facts *usb = file->facts->usb;

	for (size_t i = 0; i < usb->n_alternates; i++)
		if (usb->alternates[i].device_class != CLASS_USB_STORAGE)
			return false;
	for (size_t i = 0; i < file->facts->n_findings; i++)
		if (file->facts->findings[i].device_class != CLASS_USB_STORAGE)
			return false;
	return true;
}

/* Step 3, an exemption: as a registered medium, but only where the device is nothing else. */
static void judge_exemption(const struct case_file *file, struct interface_decision *interface)
{
	const struct exemption_grant *exemption = file->facts->exemption;
	struct reason reason = {.device_class = CLASS_USB_STORAGE};

	if (!exemption || !file->policy->has_exemption || file->policy->is_builtin ||
		!is_all_storage(file))
		return;
	snprintf(reason.text, sizeof(reason.text), "%s", exemption->id);
	reason.code = REASON_EXEMPTION;
	reason.access = exemption->access;
	if (exemption->access > interface->verdict) {
		settle(interface, exemption->access, reason);
		return;
	}
	reason.code = exemption->why;
	if (exemption->access == VERDICT_BLOCK && exemption->why != REASON_NOT_JUDGED &&
		interface->verdict == VERDICT_BLOCK)
		settle(interface, VERDICT_BLOCK, reason);
}

/* Step 3, an interface for itself: the least of what its alternates and findings get. */
static void judge_by_class(const struct case_file *file, struct interface_decision *interface)
{
	struct evidence evidence;
	bool is_first = true;

	for (size_t at = 0; evidence_next(file->facts, interface, &at, &evidence);) {
		struct reason reason;
		enum verdict verdict = judge_class(file->policy, evidence.device_class, &reason);

		if (!is_first && verdict >= interface->verdict)
			continue;
		is_first = false;
		settle(interface, verdict,
			verdict == VERDICT_BLOCK ? blame(&evidence, reason) : reason);
	}
}

static bool is_judged_alone(enum device_class device_class)
{
	/* The three least dangerous, so an interface whose worst is one of them is nothing else. */
	return device_class == CLASS_KEYBOARD || device_class == CLASS_POINTER ||
	       device_class == CLASS_HUB;
}

/* Step 3, the neighbours: all configurations count, the kernel or the device may change to one. */
static void judge_company(const struct case_file *file, size_t index)
{
	struct interface_decision *interface = &file->decision->interfaces[index];

	if (interface->verdict == VERDICT_BLOCK || is_judged_alone(interface->device_class))
		return;
	for (size_t i = 0; i < file->decision->n_interfaces; i++) {
		const struct interface_decision *other = &file->decision->interfaces[i];
		struct reason reason = interface->reason;

		if (file->by_class[i] >= file->by_class[index])
			continue;
		reason.code = REASON_NOT_ALONE;
		reason.device_class = interface->device_class;
		reason.other_class = other->device_class;
		settle(interface, VERDICT_BLOCK, reason);
		interface->reason.interface = other->interface;
		interface->reason.configuration =
			other->configuration == interface->configuration ? 0 : other->configuration;
		return;
	}
}

static void judge_by_classes(struct case_file *file)
{
	struct device_decision *decision = file->decision;

	for (size_t i = 0; i < decision->n_interfaces; i++) {
		judge_by_class(file, &decision->interfaces[i]);
		judge_medium(file, &decision->interfaces[i]);
		judge_exemption(file, &decision->interfaces[i]);
		file->by_class[i] = decision->interfaces[i].verdict;
	}
	for (size_t i = 0; i < decision->n_interfaces; i++)
		judge_company(file, i);
}

/* Step 5. */
static void keep_last_input(const struct case_file *file, struct interface_decision *interface)
{
	const struct device_facts *facts = file->facts;

	if (interface->verdict != VERDICT_BLOCK || !evidence_claims_hid(facts, interface))
		return;
	if (device_class_group(interface->device_class) != CLASS_GROUP_INPUT)
		return; /* a driver made something else of it */
	settle(interface, VERDICT_ALLOW,
		(struct reason){.code = REASON_LAST_INPUT,
			.access = VERDICT_ALLOW,
			.device_class = interface->device_class});
}

static size_t interfaces_let_in(const struct device_decision *decision, uint8_t configuration)
{
	size_t count = 0;

	for (size_t i = 0; i < decision->n_interfaces; i++)
		count += decision->interfaces[i].configuration == configuration &&
			 decision->interfaces[i].verdict != VERDICT_BLOCK;
	return count;
}

/* Step 6. */
static void choose_configuration(const struct case_file *file)
{
	struct device_decision *decision = file->decision;
	const struct usb_facts *usb = file->facts->usb;
	size_t most = 0;

	for (size_t i = 0; i < usb->n_configurations; i++) {
		uint8_t configuration = usb->configurations[i];
		size_t count = interfaces_let_in(decision, configuration);

		if (count > most || (count == most && count > 0 &&
					    configuration == file->facts->active_configuration)) {
			most = count;
			decision->configuration = configuration;
		}
	}
	for (size_t i = 0; i < decision->n_interfaces; i++) {
		struct interface_decision *interface = &decision->interfaces[i];

		if (interface->configuration == decision->configuration ||
			interface->verdict == VERDICT_BLOCK)
			continue;
		settle(interface, VERDICT_BLOCK,
			(struct reason){.code = REASON_OTHER_CONFIGURATION,
				.device_class = interface->device_class});
		interface->reason.configuration = decision->configuration;
	}
}

/* What the device as a whole gets, from what its interfaces got. */
static void sum_up(struct device_decision *decision)
{
	const struct interface_decision *speaker = NULL;

	for (size_t i = 0; i < decision->n_interfaces; i++) {
		const struct interface_decision *interface = &decision->interfaces[i];

		if (decision->configuration != 0 &&
			interface->configuration != decision->configuration)
			continue;
		if (interface->verdict > decision->verdict)
			decision->verdict = interface->verdict;
		if (!speaker ||
			(interface->verdict == VERDICT_BLOCK && speaker->verdict != VERDICT_BLOCK))
			speaker = interface;
	}
	if (speaker)
		decision->reason = speaker->reason;
}

static bool is_listed(const struct device_decision *decision, const struct usb_alternate *alternate)
{
	for (size_t i = 0; i < decision->n_interfaces; i++)
		if (decision->interfaces[i].configuration == alternate->configuration &&
			decision->interfaces[i].interface == alternate->interface)
			return true;
	return false;
}

/* One blocked entry for each interface. False: there are more than there is room for. */
static bool list_interfaces(const struct device_facts *facts, struct device_decision *decision)
{
	decision->device_class = facts->usb->n_alternates > 0 ? CLASS_HUB : CLASS_UNKNOWN;
	for (size_t i = 0; i < facts->usb->n_alternates; i++) {
		const struct usb_alternate *alternate = &facts->usb->alternates[i];
		struct interface_decision *interface;

		if (is_listed(decision, alternate))
			continue;
		if (decision->n_interfaces == DECISION_INTERFACES_MAX)
			return false;
		interface = &decision->interfaces[decision->n_interfaces++];
		interface->configuration = alternate->configuration;
		interface->interface = alternate->interface;
		interface->device_class = evidence_worst(facts, interface);
		if (device_class_danger(interface->device_class) >
			device_class_danger(decision->device_class))
			decision->device_class = interface->device_class;
	}
	return true;
}

/* Step 1. */
static void refuse_malformed(const struct usb_facts *usb, struct device_decision *decision)
{
	struct reason reason = {.code = REASON_MALFORMED,
		.device_class = decision->device_class,
		.number = (uint32_t)usb->malformed_at};

	snprintf(reason.text, sizeof(reason.text), "%s",
		usb->malformed_why ? usb->malformed_why : "more than 64 interfaces");
	for (size_t i = 0; i < decision->n_interfaces; i++)
		settle(&decision->interfaces[i], VERDICT_BLOCK, reason);
	decision->reason = reason;
}

void decide_device(
	const struct policy *policy, const struct device_facts *facts, struct device_decision *ret)
{
	const struct device_rule *rule =
		device_rule_find(policy, facts->usb->vendor, facts->usb->product);
	struct case_file file = {.policy = policy, .facts = facts, .decision = ret};

	memset(ret, 0, sizeof(*ret));
	if (!list_interfaces(facts, ret) || facts->usb->is_malformed) {
		refuse_malformed(facts->usb, ret);
		return;
	}
	if (ret->n_interfaces == 0) {
		ret->reason.code = REASON_NO_INTERFACE;
		return;
	}
	if (rule)
		for (size_t i = 0; i < ret->n_interfaces; i++)
			judge_by_device_rule(&file, rule, &ret->interfaces[i]);
	else
		judge_by_classes(&file);
	if (facts->is_last_input)
		for (size_t i = 0; i < ret->n_interfaces; i++)
			keep_last_input(&file, &ret->interfaces[i]);
	choose_configuration(&file);
	sum_up(ret);
}
