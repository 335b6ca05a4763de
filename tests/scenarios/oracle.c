#include "tests/scenarios/oracle.h"

#include <stdlib.h>
#include <string.h>

#include "policy/driver_class.h"

void oracle_init(struct oracle *oracle, const struct model_device *device)
{
	*oracle = (struct oracle){};
	if (usb_facts_parse(device->descriptors, device->descriptors_size, &oracle->usb) < 0)
		abort();
}

void oracle_clear(struct oracle *oracle)
{
	usb_facts_free(oracle->usb);
}

void oracle_reset(struct oracle *oracle)
{
	oracle->n_findings = 0;
}

static void learn(struct oracle *oracle, const struct observed_interface *interface,
	enum finding_source source, enum device_class device_class)
{
	struct finding *new = &oracle->findings[oracle->n_findings];

	for (size_t i = 0; i < oracle->n_findings; i++) {
		const struct finding *old = &oracle->findings[i];

		if (old->configuration == interface->configuration &&
			old->interface == interface->interface && old->source == source)
			return;
	}
	*new = (struct finding){
		.configuration = interface->configuration,
		.interface = interface->interface,
		.source = source,
		.device_class = device_class,
	};
	memcpy(new->driver, interface->driver, sizeof(new->driver));
	oracle->n_findings++;
}

void oracle_see(struct oracle *oracle, const struct observation *observation)
{
	for (size_t i = 0; i < observation->n_interfaces; i++) {
		const struct observed_interface *interface = &observation->interfaces[i];
		enum device_class device_class;

		if (interface->has_report)
			learn(oracle, interface, FINDING_REPORT_DESCRIPTOR,
				hid_usages_class(&interface->usages));
		else if (driver_class(interface->driver, &device_class))
			learn(oracle, interface, FINDING_DRIVER, device_class);
	}
}

static void decide(const struct oracle *oracle, const struct policy *policy, bool is_last_input,
	struct device_decision *ret)
{
	const struct device_facts facts = {
		.usb = oracle->usb,
		.findings = oracle->findings,
		.n_findings = oracle->n_findings,
		.is_last_input = is_last_input,
	};

	decide_device(policy, &facts, ret);
}

bool oracle_lets_in(const struct oracle *oracle, const struct policy *policy, bool is_last_input,
	uint8_t configuration, uint8_t interface)
{
	static struct device_decision decision;

	decide(oracle, policy, is_last_input, &decision);
	for (size_t i = 0; i < decision.n_interfaces; i++)
		if (decision.interfaces[i].configuration == configuration &&
			decision.interfaces[i].interface == interface)
			return decision.interfaces[i].verdict != VERDICT_BLOCK;
	return false;
}

/* A disk that is bound is bound for what the policy says of it. */
static bool has_right_disk(
	const struct device_decision *decision, const struct model_device *device)
{
	for (size_t i = 0; i < decision->n_interfaces; i++)
		if (decision->interfaces[i].verdict == VERDICT_READ_ONLY)
			return model_disks_are(device, DISK_ACCESS_READ_ONLY);
	return model_disks_are(device, DISK_ACCESS_WRITE);
}

bool oracle_is_content(const struct oracle *oracle, const struct policy *policy, bool is_last_input,
	const struct model_device *device)
{
	static struct device_decision decision;

	decide(oracle, policy, is_last_input, &decision);
	if (decision.verdict == VERDICT_BLOCK)
		return !device->is_authorized;
	if (!device->is_authorized || device->active != decision.configuration ||
		!has_right_disk(&decision, device))
		return false;
	for (size_t i = 0; i < device->n_interfaces; i++) {
		const struct model_interface *interface = &device->interfaces[i];

		if (interface->is_authorized !=
			(interface->configuration == device->active &&
				oracle_lets_in(oracle, policy, is_last_input,
					interface->configuration, interface->interface)))
			return false;
	}
	return true;
}

bool oracle_could_type(const struct oracle *oracle, const struct model_device *device)
{
	if (oracle->usb->is_malformed)
		return false;
	for (size_t i = 0; i < device->n_interfaces; i++)
		if (device->interfaces[i].types)
			return true;
	return false;
}
