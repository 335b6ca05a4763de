/*
 * What comes to light about a device after binding: its drivers, what they put below an interface,
 * its HID report descriptors. Kept for as long as the device lives. Refuses to know the policy.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/core_internal.h"
#include "policy/driver_class.h"

/* What the kernel calls a HID interface is judged by its report descriptor, not by its driver. */
static bool is_hid(const struct usb_facts *facts, uint8_t configuration, uint8_t interface)
{
	for (size_t i = 0; i < facts->n_alternates; i++) {
		const struct usb_alternate *a = &facts->alternates[i];

		if (a->configuration == configuration && a->interface == interface &&
			a->class == 0x03)
			return true;
	}
	return false;
}

static bool claims(const struct usb_facts *facts, const struct observed_interface *interface,
	enum device_class device_class)
{
	for (size_t i = 0; i < facts->n_alternates; i++) {
		const struct usb_alternate *a = &facts->alternates[i];

		if (a->configuration == interface->configuration &&
			a->interface == interface->interface && a->device_class == device_class)
			return true;
	}
	return false;
}

/* Keeps a finding for as long as the device lives; a disguise is recorded once. 0 or -ENOMEM. */
static int add_finding(struct core *core, struct device *device,
	const struct observed_interface *interface, enum finding_source source,
	enum device_class device_class)
{
	struct finding *finding;

	for (size_t i = 0; i < device->n_findings; i++) {
		const struct finding *f = &device->findings[i];

		if (f->configuration == interface->configuration &&
			f->interface == interface->interface && f->source == source &&
			f->device_class == device_class)
			return 0;
	}
	if (device->n_findings == FINDINGS_MAX) {
		/* What cannot be kept cannot be judged: the whole device is refused. */
		device->facts->is_malformed = true;
		device->facts->malformed_why = "more came to light than there is room for";
		/* Nor may a replay judge it by what was kept. */
		free(device->descriptors);
		device->descriptors = NULL;
		return 0;
	}
	finding = &device->findings[device->n_findings++];
	*finding = (struct finding){
		.configuration = interface->configuration,
		.interface = interface->interface,
		.source = source,
		.device_class = device_class,
	};
	memcpy(finding->driver, interface->driver, sizeof(finding->driver));
	if (claims(device->facts, interface, device_class) ||
		(source == FINDING_REPORT_DESCRIPTOR && device_class == CLASS_POINTER))
		return 0;

	struct record *record = core_record(core, RECORD_DEVICE_DISGUISED, device);

	if (!record)
		return -ENOMEM;
	record->device_class = device_class;
	record->reason = (struct reason){
		.code = source == FINDING_DRIVER ? REASON_DRIVER : REASON_REPORT_DESCRIPTOR,
		.device_class = device_class,
		.configuration = interface->configuration,
		.interface = interface->interface,
	};
	memcpy(record->reason.text, interface->driver, sizeof(record->reason.text));
	return 0;
}

static int find_out_interface(
	struct core *core, struct device *device, const struct observed_interface *interface)
{
	enum device_class device_class;
	bool hid = is_hid(device->facts, interface->configuration, interface->interface);
	int r = 0;

	if (interface->has_report && hid)
		r = add_finding(core, device, interface, FINDING_REPORT_DESCRIPTOR,
			hid_usages_class(&interface->usages));
	if (r == 0 && driver_class(interface->driver, &device_class) &&
		!(hid && device_class == CLASS_KEYBOARD) &&
		!claims(device->facts, interface, device_class))
		r = add_finding(core, device, interface, FINDING_DRIVER, device_class);
	for (size_t i = 0; r == 0 && i < interface->n_children; i++) {
		device_class = interface->children[i];
		if ((hid && device_class == CLASS_KEYBOARD) ||
			claims(device->facts, interface, device_class))
			continue;
		r = add_finding(core, device, interface, FINDING_DRIVER, device_class);
	}
	return r;
}

int device_find_out(struct core *core, struct device *device)
{
	int r = 0;

	device_note_keyless(device);
	for (size_t i = 0; r == 0 && i < device->seen.n_interfaces; i++)
		if (device->seen.interfaces[i].driver[0])
			r = find_out_interface(core, device, &device->seen.interfaces[i]);
	return r;
}
