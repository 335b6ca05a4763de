/*
 * What policy wants of one device, and whether it is so already. The decision itself is
 * policy/'s; here it meets what was observed.
 */
#include "agent/core_internal.h"

#include <string.h>

#include "policy/enforced.h"

static const struct interface_decision *decision_of(
	const struct device_decision *decision, uint8_t configuration, uint8_t interface)
{
	for (size_t i = 0; i < decision->n_interfaces; i++) {
		const struct interface_decision *d = &decision->interfaces[i];

		if (d->configuration == configuration && d->interface == interface)
			return d;
	}
	return NULL;
}

static bool lets_a_keyboard_in(const struct device_decision *decision)
{
	for (size_t i = 0; i < decision->n_interfaces; i++)
		if (decision->interfaces[i].verdict == VERDICT_ALLOW &&
			decision->interfaces[i].device_class == CLASS_KEYBOARD)
			return true;
	return false;
}

/*
 * By what the device says of itself. A serial of more bytes than a registered one can have is none:
 * cut, it could be another's.
 */
static bool identify(
	const struct core *core, const struct device *device, struct medium_identity *ret)
{
	size_t length = strnlen(device->seen.serial, sizeof(device->seen.serial));

	*ret = (struct medium_identity){
		.vendor = device->facts->vendor,
		.product = device->facts->product,
	};
	if (!core->media || length == 0 || length > MEDIUM_SERIAL_MAX)
		return false;
	memcpy(ret->serial, device->seen.serial, length);
	return true;
}

void device_find_medium(const struct core *core, struct device *device)
{
	struct medium_identity identity;
	const struct medium *medium =
		identify(core, device, &identity) ? media_find(core->media, &identity) : NULL;

	device->medium = medium ? *medium : (struct medium){};
}

bool device_is_struck(const struct core *core, const struct device *device)
{
	struct medium_identity identity;

	return identify(core, device, &identity) && media_find_struck(core->media, &identity);
}

static struct device_facts facts_of(
	const struct device *device, const struct exemption_grant *grant)
{
	return (struct device_facts){
		.medium = device->medium.number[0] ? &device->medium : NULL,
		.usb = device->facts,
		.active_configuration = device->seen.active_configuration,
		.findings = device->findings,
		.n_findings = device->n_findings,
		.exemption = grant && grant->id ? grant : NULL,
	};
}

void device_judge_with(const struct core *core, const struct device *device,
	const struct exemption_grant *grant, struct device_decision *ret)
{
	const struct device_facts facts = facts_of(device, grant);

	decide_enforced(core->policy, &facts, ret);
}

void device_judge(const struct core *core, struct device *device)
{
	struct device_facts facts = facts_of(device, &device->grant);

	device->is_rehearsed = core->is_rehearsing;
	decide_enforced(core->policy, &facts, &device->decision);
	device->types_by_policy = lets_a_keyboard_in(&device->decision);
	if (!device->is_last_input)
		return;
	facts.is_last_input = true;
	decide_enforced(core->policy, &facts, &device->decision);
}

/* In the configuration that the kernel picked, which may be none. */
static bool is_wholly_in(const struct observation *seen)
{
	for (size_t i = 0; i < seen->n_interfaces; i++)
		if (!seen->interfaces[i].is_authorized)
			return false;
	return seen->is_authorized;
}

static bool has_disk(const struct interface_decision *interface)
{
	return device_class_group(interface->device_class) == CLASS_GROUP_STORAGE;
}

/* All disks of a device are one: where one of them may only be read, so may the others. */
enum disk_access device_access(const struct device *device)
{
	const struct device_decision *decision = &device->decision;
	enum disk_access access = DISK_ACCESS_NONE;

	if (device->is_rehearsed)
		return DISK_ACCESS_WRITE;
	for (size_t i = 0; i < decision->n_interfaces; i++) {
		const struct interface_decision *d = &decision->interfaces[i];

		if (d->verdict == VERDICT_BLOCK)
			continue;
		if (d->reason.code == REASON_EXEMPTION)
			return DISK_ACCESS_MEDIUM;
		if (d->verdict == VERDICT_READ_ONLY)
			return DISK_ACCESS_READ_ONLY;
		if (has_disk(d))
			access = DISK_ACCESS_WRITE;
	}
	return access;
}

/*
 * Where policy lets no disk in it does not matter what was said of them. A rehearsal leaves alone
 * what came before it and has none.
 */
static bool is_said_of_disks(const struct device *device)
{
	const struct device_decision *decision = &device->decision;
	enum disk_access wished = device_access(device), said = device->seen.access;

	if (wished == DISK_ACCESS_NONE || said == wished)
		return true;
	if (!device->is_rehearsed)
		return false;
	for (size_t i = 0; i < decision->n_interfaces; i++)
		if (has_disk(&decision->interfaces[i]))
			return false;
	return true;
}

bool device_is_as_wished(const struct device *device)
{
	const struct device_decision *decision = &device->decision;

	if (device->is_rehearsed)
		return is_wholly_in(&device->seen) && is_said_of_disks(device);
	if (decision->verdict == VERDICT_BLOCK)
		return !device->seen.is_authorized;
	if (!device->seen.is_authorized || !is_said_of_disks(device) ||
		device->seen.active_configuration != decision->configuration)
		return false;
	for (size_t i = 0; i < device->seen.n_interfaces; i++) {
		const struct observed_interface *seen = &device->seen.interfaces[i];
		const struct interface_decision *d =
			decision_of(decision, seen->configuration, seen->interface);

		if (seen->is_authorized != (d && d->verdict != VERDICT_BLOCK))
			return false;
	}
	return true;
}

/* Only where policy alone would have refused it: a keyboard that policy lets in is no alert. */
bool device_is_kept(const struct device *device)
{
	for (size_t i = 0; i < device->decision.n_interfaces; i++)
		if (device->decision.interfaces[i].reason.code == REASON_LAST_INPUT)
			return true;
	return false;
}
