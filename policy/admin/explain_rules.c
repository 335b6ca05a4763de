#include "policy/admin/explain_rules.h"

#include <stdio.h>

#include "policy/device_rule.h"
#include "policy/enforced.h"

/* " (line 31)" behind what was printed, or nothing where there is no line. */
static void print_line(unsigned line)
{
	if (line > 0)
		printf(" (line %u)", line);
}

static void explain_devices(const struct policy *policy, const struct usb_facts *usb)
{
	const struct device_rule *speaker = device_rule_find(policy, usb->vendor, usb->product);

	for (size_t i = 0; i < policy->n_devices; i++) {
		const struct device_rule *rule = &policy->devices[i];

		printf("  [device %s]", rule->name);
		print_line(rule->line);
		if (rule == speaker)
			printf(": its VID:PID is %04x:%04x, so it alone speaks\n", rule->vendor,
				rule->product);
		else
			printf(": another VID:PID, %04x:%04x\n", rule->vendor, rule->product);
	}
}

static bool has_class(const struct usb_facts *usb, enum device_class device_class)
{
	for (size_t i = 0; i < usb->n_alternates; i++)
		if (usb->alternates[i].device_class == device_class)
			return true;
	return false;
}

/* Whether an interface of the class got that reason. */
static bool has_reason(const struct device_decision *decision, enum device_class device_class,
	enum reason_code code)
{
	for (size_t i = 0; i < decision->n_interfaces; i++)
		if (decision->interfaces[i].device_class == device_class &&
			decision->interfaces[i].reason.code == code)
			return true;
	return false;
}

/* What comes of a rule that lets the class in. */
static const char *what_became_of_it(
	const struct device_decision *decision, enum device_class device_class)
{
	if (has_reason(decision, device_class, REASON_NOT_ALONE))
		return ", but it does not count beside what is refused";
	if (has_reason(decision, device_class, REASON_OTHER_CONFIGURATION))
		return ", but the device is set to another configuration";
	return "";
}

static void explain_class(const struct policy *policy, const struct device_decision *decision,
	const struct device_rule *speaker, enum device_class device_class)
{
	const struct class_rule *rule = &policy->media[device_class];
	const char *source = policy->is_builtin ? "the built-in policy " : "";

	printf("  %s", device_class_name(device_class));
	print_line(rule->line);
	if (speaker)
		printf(": not asked, because [device %s] speaks for the whole device",
			speaker->name);
	else if (rule->line == 0 && !policy->is_builtin)
		printf(": the policy has no rule for it, so it is blocked");
	else if (rule->access == VERDICT_BLOCK)
		printf(": %sblocks it", source);
	else if (rule->access == VERDICT_READ_ONLY && !enforced_read_only(device_class))
		printf(": %sallows reading only of it, which is not enforced yet: blocked", source);
	else if (rule->access == VERDICT_READ_ONLY)
		printf(": %sallows reading only of it%s", source,
			what_became_of_it(decision, device_class));
	else
		printf(": %sallows it%s", source, what_became_of_it(decision, device_class));
	if (has_reason(decision, device_class, REASON_LAST_INPUT))
		printf("; kept all the same, because nobody could type without it");
	if (has_reason(decision, device_class, REASON_REGISTERED_MEDIUM))
		printf("; [medium] gives more");
	printf("\n");
}

/* What comes of a registered medium's rule. */
static const char *what_became_of_medium(
	const struct policy *policy, const struct device_decision *decision)
{
	if (policy->registered.access <= policy->media[CLASS_USB_STORAGE].access)
		return ", which gives it no more than its class";
	if (policy->registered.access == VERDICT_READ_ONLY &&
		!enforced_read_only(CLASS_USB_STORAGE))
		return ", but read-only is not enforced yet: blocked";
	return what_became_of_it(decision, CLASS_USB_STORAGE);
}

static void explain_registered(const struct policy *policy, const struct device_facts *facts,
	const struct device_rule *speaker, bool has_list, const struct device_decision *decision)
{
	bool is_silent = policy->registered.line == 0;

	if (!has_class(facts->usb, CLASS_USB_STORAGE) || (is_silent && !facts->medium))
		return;
	printf("  [medium] registered");
	print_line(policy->registered.line);
	if (is_silent)
		printf(": the policy does not say it, so registering changes nothing\n");
	else if (speaker)
		printf(": not asked, because [device %s] speaks for the whole device\n",
			speaker->name);
	else if (facts->medium)
		printf(": the medium %s is registered%s\n", facts->medium->number,
			what_became_of_medium(policy, decision));
	else if (has_list)
		printf(": it is not known as a registered medium\n");
	else
		printf(": nothing is known of registered media without --media\n");
}

void explain_rules(const struct policy *policy, const struct device_facts *facts, bool has_list,
	const struct device_decision *decision)
{
	const struct usb_facts *usb = facts->usb;
	const struct device_rule *speaker = device_rule_find(policy, usb->vendor, usb->product);

	if (decision->reason.code == REASON_MALFORMED) {
		printf("no rule was asked, because its descriptors cannot be trusted\n");
		return;
	}
	printf("rule by rule:\n");
	explain_devices(policy, usb);
	for (unsigned i = 0; i < CLASS_COUNT; i++)
		if (has_class(usb, i))
			explain_class(policy, decision, speaker, i);
	explain_registered(policy, facts, speaker, has_list, decision);
}
