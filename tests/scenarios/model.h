/*
 * A USB device and the little of a kernel around it, in memory: what is plugged in, what is
 * authorised, what drivers make of it. The core's plans change it, and observations are taken of
 * it, so a scenario needs neither sysfs nor time. Refuses to know the core's own state.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "agent/core.h"
#include "tests/unit/usb_builder.h"

#define MODEL_INTERFACES_MAX 16 /* of all configurations */

/* What an interface turns out to be when the kernel lets a driver at it. */
struct model_interface {
	uint8_t configuration, interface;
	char driver[REASON_TEXT_MAX];            /* empty: none takes it */
	bool types, points, other, is_malformed; /* its HID report descriptor */
	bool has_report;
	enum device_class children[OBSERVATION_CHILDREN_MAX];
	size_t n_children;

	bool is_authorized, is_bound;
	enum disk_access bound_for; /* what was said of its device's disks when it was bound */
};

struct model_device {
	char name[32]; /* what the scenario calls it */
	char port[DEVICE_NAME_MAX + 1];
	char serial[DEVICE_STRING_SIZE]; /* empty: it has none */
	bool is_plugged;
	uint64_t id; /* of this plug */
	unsigned bus, number;
	uint8_t *descriptors; /* owned */
	size_t descriptors_size;
	uint8_t first_configuration;
	struct model_interface interfaces[MODEL_INTERFACES_MAX];
	size_t n_interfaces;

	bool is_probed; /* by the kernel's driver of whole devices */
	bool is_authorized;
	uint8_t active;          /* bConfigurationValue */
	enum disk_access access; /* what sekishod said of its disks */
};

/* Makes a device from a line of usb_builder_text(); HID, storage and hubs get the usual drivers. */
void model_init(struct model_device *device, const char *name, const char *port, const char *text);
void model_clear(struct model_device *device);

/* Other descriptors in the same place, as a lying device shows them; drivers are as usual again. */
void model_change(struct model_device *device, const char *text);

/* NULL when there is none. */
struct model_interface *model_interface(
	struct model_device *device, uint8_t configuration, uint8_t interface);

/* A new plug: probed, unauthorised, with the next device number. */
void model_plug(struct model_device *device, uint64_t id);
/* The kernel's probe, which sets a configuration when the device is authorised, even a second time.
 */
void model_probe(struct model_device *device);
void model_unplug(struct model_device *device);

/* As the kernel does: interfaces come closed, of the configuration that it picks by itself. */
void model_authorize(struct model_device *device);
void model_deauthorize(struct model_device *device);
void model_set_configuration(struct model_device *device, uint8_t configuration);
/* A driver is bound to an interface that is let in, and unbound from one that is not. */
void model_set_interface(struct model_interface *interface, bool is_authorized);

/* Says what its disks are let in for, those that are bound from now on. */
void model_say(struct model_device *device, enum disk_access access);
/* Whether all disks that are bound now, if any, were let in for this. */
bool model_disks_are(const struct model_device *device, enum disk_access access);

/* Does what the plan says. */
void model_carry_out(struct model_device *device, const struct core_plan *plan);

/* What sysfs would show; the descriptors are borrowed from device. */
void model_observe(const struct model_device *device, struct observation *ret);
