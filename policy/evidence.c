#include "policy/evidence.h"

static bool is_hid(const struct usb_alternate *alternate)
{
	return device_class_group(alternate->device_class) == CLASS_GROUP_INPUT;
}

static bool is_of(const struct interface_decision *interface, uint8_t configuration, uint8_t number)
{
	return interface->configuration == configuration && interface->interface == number;
}

/* Of several reports the worse one: what typed once may type again, whatever it shows later. */
static const struct finding *report_finding(
	const struct device_facts *facts, const struct usb_alternate *alternate)
{
	const struct finding *worst = NULL;

	for (size_t i = 0; i < facts->n_findings; i++) {
		const struct finding *finding = &facts->findings[i];

		if (finding->source != FINDING_REPORT_DESCRIPTOR ||
			finding->configuration != alternate->configuration ||
			finding->interface != alternate->interface ||
			device_class_group(finding->device_class) != CLASS_GROUP_INPUT)
			continue;
		if (!worst || device_class_danger(finding->device_class) >
				      device_class_danger(worst->device_class))
			worst = finding;
	}
	return worst;
}

static struct evidence evidence_of_alternate(
	const struct device_facts *facts, const struct usb_alternate *alternate)
{
	struct evidence evidence = {
		.device_class = alternate->device_class, .alternate = alternate};
	const struct finding *report = is_hid(alternate) ? report_finding(facts, alternate) : NULL;

	if (report && report->device_class != evidence.device_class) {
		evidence.device_class = report->device_class;
		evidence.finding = report;
	}
	return evidence;
}

bool evidence_claims_hid(
	const struct device_facts *facts, const struct interface_decision *interface)
{
	bool claims = false;

	for (size_t i = 0; i < facts->usb->n_alternates; i++) {
		const struct usb_alternate *alternate = &facts->usb->alternates[i];

		if (!is_of(interface, alternate->configuration, alternate->interface))
			continue;
		if (!is_hid(alternate))
			return false;
		claims = true;
	}
	return claims;
}

bool evidence_next(const struct device_facts *facts, const struct interface_decision *interface,
	size_t *cursor, struct evidence *ret)
{
	const struct usb_facts *usb = facts->usb;

	while (*cursor < usb->n_alternates) {
		const struct usb_alternate *alternate = &usb->alternates[(*cursor)++];

		if (!is_of(interface, alternate->configuration, alternate->interface))
			continue;
		*ret = evidence_of_alternate(facts, alternate);
		return true;
	}
	while (*cursor < usb->n_alternates + facts->n_findings) {
		const struct finding *finding = &facts->findings[(*cursor)++ - usb->n_alternates];

		if (finding->source != FINDING_DRIVER ||
			!is_of(interface, finding->configuration, finding->interface))
			continue;
		if (device_class_group(finding->device_class) == CLASS_GROUP_INPUT &&
			evidence_claims_hid(facts, interface))
			continue;
		*ret = (struct evidence){.device_class = finding->device_class, .finding = finding};
		return true;
	}
	return false;
}

enum device_class evidence_worst(
	const struct device_facts *facts, const struct interface_decision *interface)
{
	enum device_class worst = CLASS_HUB; /* the least dangerous; there is always an alternate */
	struct evidence evidence;

	for (size_t at = 0; evidence_next(facts, interface, &at, &evidence);)
		if (device_class_danger(evidence.device_class) > device_class_danger(worst))
			worst = evidence.device_class;
	return worst;
}
