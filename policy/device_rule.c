#include "policy/device_rule.h"

#include <stddef.h>
#include <string.h>

const struct device_rule *device_rule_find(
	const struct policy *policy, uint16_t vendor, uint16_t product)
{
	for (size_t i = 0; i < policy->n_devices; i++)
		if (policy->devices[i].vendor == vendor && policy->devices[i].product == product)
			return &policy->devices[i];
	return NULL;
}

bool device_rule_lists(const struct device_rule *rule, const struct usb_alternate *alternate)
{
	const uint8_t bytes[3] = {alternate->class, alternate->subclass, alternate->protocol};

	if (rule->n_interfaces == 0)
		return true;
	for (size_t i = 0; i < rule->n_interfaces; i++) {
		const struct interface_pattern *pattern = &rule->interfaces[i];

		if (pattern->n_bytes >= 1 && pattern->n_bytes <= sizeof(bytes) &&
			memcmp(pattern->bytes, bytes, pattern->n_bytes) == 0)
			return true;
	}
	return false;
}

enum device_class device_rule_class(const struct interface_pattern *pattern)
{
	uint8_t bytes[3] = {0, 0, 0};

	if (pattern->n_bytes < 1 || pattern->n_bytes > sizeof(bytes))
		return CLASS_UNKNOWN;
	memcpy(bytes, pattern->bytes, pattern->n_bytes);
	return device_class_of_interface(bytes[0], bytes[1], bytes[2]);
}

bool device_rule_covers(const struct device_rule *rule, enum device_class device_class)
{
	enum device_class_group group = device_class_group(device_class);

	if (group == CLASS_GROUP_PLAIN)
		return true;
	for (size_t i = 0; i < rule->n_interfaces; i++) {
		enum device_class listed = device_rule_class(&rule->interfaces[i]);

		if (device_class_group(listed) == group &&
			device_class_danger(listed) >= device_class_danger(device_class))
			return true;
	}
	return false;
}
