#include "tests/scenarios/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/usb_facts.h"

/* What Debian's kernel makes of the usual interfaces. */
static void usual_driver(const struct usb_alternate *alternate, struct model_interface *ret)
{
	const char *driver = "";

	switch (alternate->class) {
	case 0x03:
		driver = "usbhid";
		ret->has_report = true;
		ret->types = alternate->protocol == 1;
		ret->points = alternate->protocol == 2;
		ret->other = alternate->protocol == 0;
		break;
	case 0x08: driver = "usb-storage"; break;
	case 0x09: driver = "hub"; break;
	default: break;
	}
	snprintf(ret->driver, sizeof(ret->driver), "%s", driver);
}

static void add_interface(struct model_device *device, const struct usb_alternate *alternate)
{
	struct model_interface *interface;

	if (model_interface(device, alternate->configuration, alternate->interface))
		return;
	if (device->n_interfaces == MODEL_INTERFACES_MAX)
		abort();
	interface = &device->interfaces[device->n_interfaces++];
	*interface = (struct model_interface){
		.configuration = alternate->configuration, .interface = alternate->interface};
	usual_driver(alternate, interface);
}

void model_change(struct model_device *device, const char *text)
{
	static struct usb_builder builder;
	struct usb_facts *facts;

	usb_builder_text(&builder, text);
	free(device->descriptors);
	device->descriptors = malloc(builder.size);
	if (!device->descriptors || usb_facts_parse(builder.bytes, builder.size, &facts) < 0)
		abort();
	memcpy(device->descriptors, builder.bytes, builder.size);
	device->descriptors_size = builder.size;
	device->n_interfaces = 0;
	for (size_t i = 0; i < facts->n_alternates; i++)
		add_interface(device, &facts->alternates[i]);
	device->first_configuration = facts->n_configurations ? facts->configurations[0] : 0;
	if (device->is_authorized)
		model_set_configuration(device, device->first_configuration);
	usb_facts_free(facts);
}

void model_init(struct model_device *device, const char *name, const char *port, const char *text)
{
	*device = (struct model_device){.bus = (unsigned)strtoul(port, NULL, 10)};
	snprintf(device->name, sizeof(device->name), "%s", name);
	snprintf(device->port, sizeof(device->port), "%s", port);
	model_change(device, text);
}

void model_clear(struct model_device *device)
{
	free(device->descriptors);
	device->descriptors = NULL;
}

struct model_interface *model_interface(
	struct model_device *device, uint8_t configuration, uint8_t interface)
{
	for (size_t i = 0; i < device->n_interfaces; i++)
		if (device->interfaces[i].configuration == configuration &&
			device->interfaces[i].interface == interface)
			return &device->interfaces[i];
	return NULL;
}

void model_say(struct model_device *device, enum disk_access access)
{
	device->access = access;
	for (size_t i = 0; i < device->n_interfaces; i++)
		if (!device->interfaces[i].is_bound)
			device->interfaces[i].bound_for = access;
}

static void forget_access(struct model_device *device)
{
	model_deauthorize(device);
	model_say(device, DISK_ACCESS_NONE);
}

void model_plug(struct model_device *device, uint64_t id)
{
	device->is_plugged = device->is_probed = true;
	device->id = id;
	device->number = (unsigned)(id % 127) + 1;
	forget_access(device);
}

void model_unplug(struct model_device *device)
{
	model_deauthorize(device);
	device->is_plugged = false;
}

void model_set_interface(struct model_interface *interface, bool is_authorized)
{
	interface->is_authorized = is_authorized;
	interface->is_bound = is_authorized && interface->driver[0];
}

void model_set_configuration(struct model_device *device, uint8_t configuration)
{
	for (size_t i = 0; i < device->n_interfaces; i++)
		model_set_interface(&device->interfaces[i], false);
	device->active = configuration;
}

void model_authorize(struct model_device *device)
{
	if (device->is_authorized)
		return;
	device->is_authorized = true;
	model_set_configuration(device, device->first_configuration);
}

void model_probe(struct model_device *device)
{
	device->is_probed = true;
	if (device->is_authorized)
		model_set_configuration(device, device->first_configuration);
}

void model_deauthorize(struct model_device *device)
{
	model_set_configuration(device, 0);
	device->is_authorized = false;
}

static bool is_planned(const struct core_plan *plan, uint8_t interface)
{
	for (size_t i = 0; i < plan->n_interfaces; i++)
		if (plan->interfaces[i] == interface)
			return true;
	return plan->takes_all;
}

static bool is_disk(const struct model_interface *interface)
{
	return interface->is_bound && strcmp(interface->driver, "usb-storage") == 0;
}

bool model_disks_are(const struct model_device *device, enum disk_access access)
{
	for (size_t i = 0; i < device->n_interfaces; i++)
		if (is_disk(&device->interfaces[i]) && device->interfaces[i].bound_for != access)
			return false;
	return true;
}

/* As udev's gate sees it: what is bound from now on is bound for this. */
static void set_access(struct model_device *device, const struct core_plan *plan)
{
	bool leaves_open = plan->takes_all && device->access == DISK_ACCESS_NONE;

	for (size_t i = 0; i < device->n_interfaces && device->access != plan->access; i++) {
		struct model_interface *interface = &device->interfaces[i];

		if (is_disk(interface) && leaves_open)
			interface->bound_for = plan->access;
		else if (is_disk(interface))
			model_set_interface(interface, false);
	}
	model_say(device, plan->access);
}

void model_carry_out(struct model_device *device, const struct core_plan *plan)
{
	if (!plan->authorize) {
		forget_access(device);
		return;
	}
	set_access(device, plan);
	model_authorize(device);
	if (!plan->takes_all && device->active != plan->configuration)
		model_set_configuration(device, plan->configuration);
	for (size_t i = 0; i < device->n_interfaces; i++) {
		struct model_interface *interface = &device->interfaces[i];

		if (interface->configuration == device->active)
			model_set_interface(interface, is_planned(plan, interface->interface));
	}
}

static void observe_interface(
	const struct model_interface *interface, struct observed_interface *ret)
{
	*ret = (struct observed_interface){
		.configuration = interface->configuration,
		.interface = interface->interface,
		.is_authorized = interface->is_authorized,
	};
	if (!interface->is_bound)
		return;
	memcpy(ret->driver, interface->driver, sizeof(ret->driver));
	memcpy(ret->children, interface->children, sizeof(ret->children));
	ret->n_children = interface->n_children;
	ret->has_report = interface->has_report;
	ret->usages = (struct hid_usages){
		.has_keyboard = interface->types,
		.has_pointer = interface->points,
		.has_other = interface->other,
		.is_malformed = interface->is_malformed,
	};
}

void model_observe(const struct model_device *device, struct observation *ret)
{
	*ret = (struct observation){
		.bus = device->bus,
		.number = device->number,
		.descriptors = device->descriptors,
		.descriptors_size = device->descriptors_size,
		.is_probed = device->is_probed,
		.is_authorized = device->is_authorized,
		.access = device->access,
	};
	memcpy(ret->name, device->port, sizeof(ret->name));
	memcpy(ret->serial, device->serial, sizeof(ret->serial));
	if (!device->is_authorized)
		return;
	for (size_t i = 0; i < device->n_interfaces; i++)
		if (device->interfaces[i].configuration == device->active)
			observe_interface(
				&device->interfaces[i], &ret->interfaces[ret->n_interfaces++]);
	/* As sysfs_observe(): read off the interfaces' folders. */
	if (ret->n_interfaces > 0)
		ret->active_configuration = device->active;
}
