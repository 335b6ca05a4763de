#include "tests/usb/kernel_bus.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/fake_sysfs.h"
#include "tests/unit/fake_uevent.h"

struct bus bus = {.lock = PTHREAD_MUTEX_INITIALIZER, .released = PTHREAD_COND_INITIALIZER};

struct usb *usb_find(const char *name)
{
	for (size_t i = bus.n_devices; i > 0; i--)
		if (strcmp(bus.devices[i - 1].name, name) == 0)
			return &bus.devices[i - 1];
	return NULL;
}

struct usb *usb_get(const char *name)
{
	struct usb *device = usb_find(name);

	if (!device)
		fail_msg("no device %s", name);
	return device ? device : &bus.devices[0];
}

bool usb_has_file(const char *device, const char *attribute)
{
	return access(fake_path(fake_attribute(device, attribute)), F_OK) == 0;
}

const char *usb_text(const char *device, const char *attribute)
{
	return usb_has_file(device, attribute) ? fake_read(fake_attribute(device, attribute)) : "";
}

bool usb_is_one(const char *device, const char *attribute)
{
	return usb_text(device, attribute)[0] == '1';
}

const char *controller_of(const char *device)
{
	static char name[NAME_SIZE];

	snprintf(name, sizeof(name), "usb%u", (unsigned)strtoul(device, NULL, 10));
	return name;
}

/* "1-2:1.0/authorized" */
const char *interface_file(
	const char *device, unsigned configuration, unsigned interface, const char *file)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s:%u.%u%s%s", device, configuration, interface,
		*file ? "/" : "", file);
	return path;
}

void announce(const char *action, const char *device, const char *attribute)
{
	char path[256];
	size_t length;

	snprintf(path, sizeof(path), "%s", fake_attribute(device, attribute));
	length = strlen(path);
	if (path[length - 1] == '/')
		path[length - 1] = '\0';
	fake_uevent(action, path, "usb");
}

/* --- interfaces and drivers --- */

static const struct usb_alternate *alternate_of(
	const struct usb *device, unsigned configuration, unsigned interface)
{
	for (size_t i = 0; i < device->facts->n_alternates; i++)
		if (device->facts->alternates[i].configuration == configuration &&
			device->facts->alternates[i].interface == interface)
			return &device->facts->alternates[i];
	return NULL;
}

static struct kernel_driver driver_of(
	const struct usb *device, unsigned configuration, unsigned interface)
{
	const struct usb_alternate *alternate = alternate_of(device, configuration, interface);

	for (size_t i = 0; i < KERNEL_DRIVERS_MAX; i++)
		if (device->drivers[i].name && device->drivers[i].configuration == configuration &&
			device->drivers[i].interface == interface)
			return device->drivers[i];
	if (!alternate)
		return (struct kernel_driver){.name = NULL};
	switch (alternate->class) {
	case 0x03: return (struct kernel_driver){.name = "usbhid"};
	case 0x08:
		return (struct kernel_driver){
			.name = "usb-storage", .child = "host4", .child_subsystem = "scsi"};
	case 0x09: return (struct kernel_driver){.name = "hub"};
	default: return (struct kernel_driver){.name = NULL};
	}
}

static void make_child(
	const char *device, const char *interface, const struct kernel_driver *driver)
{
	char path[256], attribute[160], target[64];

	snprintf(attribute, sizeof(attribute), "%s/%s", interface, driver->child);
	fake_folder("%s", fake_attribute(device, attribute));
	snprintf(attribute, sizeof(attribute), "%s/%s/subsystem", interface, driver->child);
	snprintf(path, sizeof(path), "%s", fake_attribute(device, attribute));
	snprintf(target, sizeof(target), "/sys/bus/%s", driver->child_subsystem);
	fake_link(path, target);
}

static void attach(struct usb *device, unsigned configuration, unsigned interface)
{
	struct kernel_driver driver = driver_of(device, configuration, interface);
	const struct usb_alternate *alternate = alternate_of(device, configuration, interface);
	char folder[128], path[256], target[96];

	snprintf(folder, sizeof(folder), "%s",
		interface_file(device->name, configuration, interface, ""));
	snprintf(target, sizeof(target), "/sys/bus/usb/drivers/%s", driver.name);
	snprintf(path, sizeof(path), "%s",
		fake_attribute(device->name,
			interface_file(device->name, configuration, interface, "driver")));
	fake_link(path, target);
	if (strcmp(driver.name, "usbhid") == 0 && device->is_hid_late)
		fake_hid(device->name, configuration, interface, NULL, 0);
	else if (strcmp(driver.name, "usbhid") == 0 && alternate && alternate->protocol == 2)
		fake_hid(device->name, configuration, interface, fake_report_mouse,
			fake_report_mouse_size);
	else if (strcmp(driver.name, "usbhid") == 0)
		fake_hid(device->name, configuration, interface, fake_report_keyboard,
			fake_report_keyboard_size);
	else if (strcmp(driver.name, "hub") != 0)
		device->was_dangerous = true;
	if (driver.child)
		make_child(device->name, folder, &driver);
	announce("bind", device->name, folder);
}

/* As drivers_probe, or the bind file of one driver. Returns a positive errno. */
static int probe(struct usb *device, unsigned configuration, unsigned interface, const char *only)
{
	struct kernel_driver driver = driver_of(device, configuration, interface);

	if (!usb_is_one(device->name,
		    interface_file(device->name, configuration, interface, "authorized")))
		return EPERM;
	if (usb_has_file(
		    device->name, interface_file(device->name, configuration, interface, "driver")))
		return EBUSY;
	if (!driver.name || (only && strcmp(only, driver.name) != 0))
		return ENODEV;
	attach(device, configuration, interface);
	return 0;
}

static void remove_interface(struct usb *device, unsigned configuration, unsigned interface)
{
	char name[128], path[160];

	snprintf(name, sizeof(name), "%s",
		interface_file(device->name, configuration, interface, ""));
	if (!usb_has_file(device->name, name))
		return;
	fake_remove(fake_attribute(device->name, name));
	snprintf(path, sizeof(path), "bus/usb/devices/%s", name);
	fake_remove(path);
	announce("remove", device->name, name);
}

static void add_interface(struct usb *device, const struct usb_alternate *alternate)
{
	bool is_open = usb_is_one(controller_of(device->name), "interface_authorized_default");
	char class[8], name[128];

	snprintf(name, sizeof(name), "%s",
		interface_file(device->name, alternate->configuration, alternate->interface, ""));
	if (usb_has_file(device->name, name))
		return;
	snprintf(class, sizeof(class), "%02x\n", alternate->class);
	fake_usb_interface(
		device->name, alternate->configuration, alternate->interface, class, is_open, NULL);
	announce("add", device->name, name);
	if (is_open)
		(void)probe(device, alternate->configuration, alternate->interface, NULL);
}

/* 0: none */
void usb_set_configuration(struct usb *device, unsigned configuration)
{
	char text[16] = "\n";

	for (size_t i = 0; i < device->facts->n_alternates; i++)
		remove_interface(device, device->facts->alternates[i].configuration,
			device->facts->alternates[i].interface);
	for (size_t i = 0; i < device->facts->n_alternates; i++)
		if (device->facts->alternates[i].configuration == configuration)
			add_interface(device, &device->facts->alternates[i]);
	if (configuration) {
		device->configured++;
		snprintf(text, sizeof(text), "%u\n", configuration);
	}
	fake_text(fake_attribute(device->name, "bConfigurationValue"), text);
}

/* --- writes --- */

struct usb_facts *facts_of(const char *descriptors, struct usb_builder *builder)
{
	struct usb_facts *facts = NULL;

	usb_builder_text(builder, descriptors);
	assert_int_equal(usb_facts_parse(builder->bytes, builder->size, &facts), 0);
	return facts;
}

static void lie(struct usb *device)
{
	static struct usb_builder builder;
	struct usb_facts *facts = facts_of(device->lie, &builder);

	fake_file(fake_attribute(device->name, "descriptors"), builder.bytes, builder.size);
	usb_facts_free(device->facts);
	device->facts = facts;
	device->picks = facts->configurations[0];
	device->lie = NULL;
}

static struct kernel_answer write_authorized(struct usb *device, const char *value)
{
	bool is_open = usb_is_one(device->name, "authorized");

	if (value[0] != '1') {
		if (is_open)
			usb_set_configuration(device, 0);
		return (struct kernel_answer){.error = 0};
	}
	while (device->stalls)
		pthread_cond_wait(&bus.released, &bus.lock);
	if (device->failures_left > 0) {
		device->failures_left--;
		return (struct kernel_answer){.error = EIO, .is_stored = true};
	}
	if (device->lie)
		lie(device);
	if (!is_open || !usb_text(device->name, "bConfigurationValue")[0])
		usb_set_configuration(device, device->picks);
	return (struct kernel_answer){.error = 0};
}

static struct kernel_answer write_interface(
	struct usb *device, unsigned configuration, unsigned interface, const char *value)
{
	char name[128];
	bool is_bound;

	snprintf(name, sizeof(name), "%s",
		interface_file(device->name, configuration, interface, ""));
	is_bound = usb_has_file(
		device->name, interface_file(device->name, configuration, interface, "driver"));
	if (value[0] == '1' || !is_bound)
		return (struct kernel_answer){.error = 0};
	/* What the driver made goes with it. */
	fake_remove(fake_attribute(
		device->name, interface_file(device->name, configuration, interface, "driver")));
	announce("unbind", device->name, name);
	return (struct kernel_answer){.error = 0};
}

static bool parse_interface(const char *text, char device[NAME_SIZE], unsigned *ret_configuration,
	unsigned *ret_interface)
{
	const char *colon = strchr(text, ':');
	char *end;

	if (!colon || (size_t)(colon - text) >= NAME_SIZE)
		return false;
	snprintf(device, NAME_SIZE, "%.*s", (int)(colon - text), text);
	*ret_configuration = (unsigned)strtoul(colon + 1, &end, 10);
	if (*end != '.')
		return false;
	*ret_interface = (unsigned)strtoul(end + 1, &end, 10);
	return true;
}

/* A name written to drivers_probe or drivers/NAME/bind. */
static struct kernel_answer write_probe(const char *only, const char *value)
{
	char name[NAME_SIZE];
	unsigned configuration, interface;
	struct usb *device;

	if (!parse_interface(value, name, &configuration, &interface) ||
		!(device = usb_find(name)) || !device->is_plugged)
		return (struct kernel_answer){.error = ENODEV};
	device->writes++;
	return (struct kernel_answer){.error = probe(device, configuration, interface, only)};
}

static struct kernel_answer write_device(const char *path, const char *value)
{
	/* devices/pci/usb1/1-2/… */
	const char *folder = strchr(path + strlen("devices/pci/"), '/'), *file;
	unsigned configuration, interface;
	char name[NAME_SIZE];
	struct usb *device;

	file = folder ? strchr(folder + 1, '/') : NULL;
	if (!file)
		return (struct kernel_answer){.error = 0}; /* a controller's default */
	snprintf(name, sizeof(name), "%.*s", (int)(file - folder - 1), folder + 1);
	device = usb_find(name);
	if (!device || !device->is_plugged)
		return (struct kernel_answer){.error = ENODEV};
	device->writes++;
	if (strcmp(file, "/authorized") == 0)
		return write_authorized(device, value);
	if (strcmp(file, "/bConfigurationValue") == 0) {
		usb_set_configuration(device, (unsigned)strtoul(value, NULL, 10));
		return (struct kernel_answer){.error = 0};
	}
	if (parse_interface(file + 1, name, &configuration, &interface))
		return write_interface(device, configuration, interface, value);
	return (struct kernel_answer){.error = EINVAL};
}

struct kernel_answer bus_react(const struct kernel_request *request)
{
	const char *path = request->path;

	if (strcmp(path, "bus/usb/drivers_probe") == 0)
		return write_probe(NULL, request->value);
	if (strcmp(path, "bus/usb/drivers/usbhid/bind") == 0)
		return write_probe("usbhid", request->value);
	if (strcmp(path, "bus/usb/drivers/hub/bind") == 0)
		return write_probe("hub", request->value);
	if (strncmp(path, "devices/", 8) == 0)
		return write_device(path, request->value);
	return (struct kernel_answer){.error = 0};
}
