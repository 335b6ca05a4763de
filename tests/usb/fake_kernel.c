#include "tests/usb/fake_kernel.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "policy/usb_facts.h"
#include "tests/unit/fake_sysfs.h"
#include "tests/unit/fake_uevent.h"
#include "tests/unit/usb_builder.h"
#include "tests/usb/kernel_protocol.h"

#define DEVICES_MAX 256
#define NAME_SIZE   32

#define PARAMETER "module/usbcore/parameters/authorized_default"

struct usb {
	char name[NAME_SIZE];
	bool is_plugged;
	struct usb_facts *facts;
	unsigned picks;
	struct kernel_driver drivers[KERNEL_DRIVERS_MAX];
	bool is_hid_late;
	unsigned failures_left;
	bool stalls;
	const char *lie;
	unsigned writes;
	bool was_dangerous;
};

/* Everything below, and the fake sysfs, belongs to who holds the lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t released = PTHREAD_COND_INITIALIZER;
static struct usb devices[DEVICES_MAX];
static size_t n_devices;
static unsigned next_number;
static int listener = -1;
static pthread_t thread;

static struct usb *find(const char *name)
{
	for (size_t i = n_devices; i > 0; i--)
		if (strcmp(devices[i - 1].name, name) == 0)
			return &devices[i - 1];
	return NULL;
}

static struct usb *get(const char *name)
{
	struct usb *device = find(name);

	if (!device)
		fail_msg("no device %s", name);
	return device ? device : &devices[0];
}

static bool has(const char *device, const char *attribute)
{
	return access(fake_path(fake_attribute(device, attribute)), F_OK) == 0;
}

static const char *text_of(const char *device, const char *attribute)
{
	return has(device, attribute) ? fake_read(fake_attribute(device, attribute)) : "";
}

static bool is_one(const char *device, const char *attribute)
{
	return text_of(device, attribute)[0] == '1';
}

static const char *controller_of(const char *device)
{
	static char name[NAME_SIZE];

	snprintf(name, sizeof(name), "usb%u", (unsigned)strtoul(device, NULL, 10));
	return name;
}

/* "1-2:1.0/authorized" */
static const char *interface_file(
	const char *device, unsigned configuration, unsigned interface, const char *file)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s:%u.%u%s%s", device, configuration, interface,
		*file ? "/" : "", file);
	return path;
}

static void announce(const char *action, const char *device, const char *attribute)
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

	if (!is_one(device->name,
		    interface_file(device->name, configuration, interface, "authorized")))
		return EPERM;
	if (has(device->name, interface_file(device->name, configuration, interface, "driver")))
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
	if (!has(device->name, name))
		return;
	fake_remove(fake_attribute(device->name, name));
	snprintf(path, sizeof(path), "bus/usb/devices/%s", name);
	fake_remove(path);
	announce("remove", device->name, name);
}

static void add_interface(struct usb *device, const struct usb_alternate *alternate)
{
	bool is_open = is_one(controller_of(device->name), "interface_authorized_default");
	char class[8], name[128];

	snprintf(name, sizeof(name), "%s",
		interface_file(device->name, alternate->configuration, alternate->interface, ""));
	if (has(device->name, name))
		return;
	snprintf(class, sizeof(class), "%02x\n", alternate->class);
	fake_usb_interface(
		device->name, alternate->configuration, alternate->interface, class, is_open, NULL);
	announce("add", device->name, name);
	if (is_open)
		(void)probe(device, alternate->configuration, alternate->interface, NULL);
}

/* 0: none */
static void set_configuration(struct usb *device, unsigned configuration)
{
	char text[16] = "\n";

	for (size_t i = 0; i < device->facts->n_alternates; i++)
		remove_interface(device, device->facts->alternates[i].configuration,
			device->facts->alternates[i].interface);
	for (size_t i = 0; i < device->facts->n_alternates; i++)
		if (device->facts->alternates[i].configuration == configuration)
			add_interface(device, &device->facts->alternates[i]);
	if (configuration)
		snprintf(text, sizeof(text), "%u\n", configuration);
	fake_text(fake_attribute(device->name, "bConfigurationValue"), text);
}

/* --- writes --- */

static struct usb_facts *facts_of(const char *descriptors, struct usb_builder *builder)
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
	bool is_open = is_one(device->name, "authorized");

	if (value[0] != '1') {
		if (is_open)
			set_configuration(device, 0);
		return (struct kernel_answer){.error = 0};
	}
	while (device->stalls)
		pthread_cond_wait(&released, &lock);
	if (device->failures_left > 0) {
		device->failures_left--;
		return (struct kernel_answer){.error = EIO, .is_stored = true};
	}
	if (device->lie)
		lie(device);
	if (!is_open || !text_of(device->name, "bConfigurationValue")[0])
		set_configuration(device, device->picks);
	return (struct kernel_answer){.error = 0};
}

static struct kernel_answer write_interface(
	struct usb *device, unsigned configuration, unsigned interface, const char *value)
{
	char name[128];
	bool is_bound;

	snprintf(name, sizeof(name), "%s",
		interface_file(device->name, configuration, interface, ""));
	is_bound =
		has(device->name, interface_file(device->name, configuration, interface, "driver"));
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

	if (!parse_interface(value, name, &configuration, &interface) || !(device = find(name)) ||
		!device->is_plugged)
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
	device = find(name);
	if (!device || !device->is_plugged)
		return (struct kernel_answer){.error = ENODEV};
	device->writes++;
	if (strcmp(file, "/authorized") == 0)
		return write_authorized(device, value);
	if (strcmp(file, "/bConfigurationValue") == 0) {
		set_configuration(device, (unsigned)strtoul(value, NULL, 10));
		return (struct kernel_answer){.error = 0};
	}
	if (parse_interface(file + 1, name, &configuration, &interface))
		return write_interface(device, configuration, interface, value);
	return (struct kernel_answer){.error = EINVAL};
}

static struct kernel_answer react(const struct kernel_request *request)
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

static void *serve_one(void *argument)
{
	int fd = (int)(intptr_t)argument;
	struct kernel_request request;

	if (recv(fd, &request, sizeof(request), 0) == sizeof(request)) {
		struct kernel_answer answer;

		pthread_mutex_lock(&lock);
		answer = react(&request);
		pthread_mutex_unlock(&lock);
		(void)!send(fd, &answer, sizeof(answer), MSG_NOSIGNAL);
	}
	close(fd);
	return NULL;
}

/* A thread for each write, because one may be held. */
static void *serve(void *argument)
{
	int fd;

	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		pthread_t one;

		if (pthread_create(&one, NULL, serve_one, (void *)(intptr_t)fd) == 0)
			pthread_detach(one);
		else
			close(fd);
	}
	return NULL;
}

/* --- for the tests --- */

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	return listen(listener, 64);
}

int kernel_setup(void **state)
{
	char path[96];

	if (fake_sysfs_setup(state) < 0)
		return -1;
	n_devices = 0;
	next_number = 1;
	fake_text(PARAMETER, "-1\n");
	fake_text("bus/usb/drivers_probe", "");
	fake_text("bus/usb/drivers/usbhid/bind", "");
	fake_text("bus/usb/drivers/hub/bind", "");
	snprintf(path, sizeof(path), "%s/kernel", getenv("UMOCKDEV_DIR"));
	setenv("FAKE_KERNEL", path, 1);
	if (listen_at(path) < 0)
		return -1;
	return pthread_create(&thread, NULL, serve, NULL) == 0 ? 0 : -1;
}

int kernel_teardown(void **state)
{
	shutdown(listener, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(listener);
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < n_devices; i++)
		usb_facts_free(devices[i].facts);
	n_devices = 0;
	pthread_mutex_unlock(&lock);
	return fake_sysfs_teardown(state);
}

/* The root hub's own interface obeys the default, too: where it is refused, the bus is dead. */
static void set_up_root_hub(const char *name)
{
	char folder[128], path[192];

	snprintf(folder, sizeof(folder), "%s/%s-0:1.0", fake_attribute(name, ""), name + 3);
	fake_folder("%s", folder);
	snprintf(path, sizeof(path), "%s/authorized", folder);
	fake_text(path, is_one(name, "interface_authorized_default") ? "1\n" : "0\n");
	snprintf(path, sizeof(path), "%s/subsystem", folder);
	fake_link(path, "/sys/bus/usb");
	fake_uevent("add", folder, "usb");
	if (!is_one(name, "interface_authorized_default"))
		return;
	snprintf(path, sizeof(path), "%s/driver", folder);
	/* It is followed, so it has to lead somewhere. */
	fake_link(path, "../../../../bus/usb/drivers/hub");
	fake_uevent("bind", folder, "usb");
}

static bool has_working_root_hub(const char *controller)
{
	char attribute[64];

	snprintf(attribute, sizeof(attribute), "%s-0:1.0/driver", controller + 3);
	return readlink(fake_path(fake_attribute(controller, attribute)), (char[1]){0}, 1) > 0;
}

void kernel_add_controller(const char *name)
{
	bool is_closed;

	pthread_mutex_lock(&lock);
	fake_usb_device(name, 1, "1d6b:0002 09/00/00");
	fake_text(fake_attribute(name, "authorized"), "1\n");
	is_closed = fake_read(PARAMETER)[0] == '0';
	fake_text(fake_attribute(name, "authorized_default"), is_closed ? "0\n" : "1\n");
	announce("add", name, "");
	pthread_mutex_unlock(&lock);
	/* Time in which sekishod may do something rash. */
	nanosleep(&(struct timespec){.tv_nsec = 20 * 1000000}, NULL);
	pthread_mutex_lock(&lock);
	set_up_root_hub(name);
	pthread_mutex_unlock(&lock);
}

void kernel_plug(const struct kernel_device *wanted)
{
	static struct usb_builder builder;
	struct usb *device;

	pthread_mutex_lock(&lock);
	assert_true(n_devices < DEVICES_MAX);
	assert_true(has_working_root_hub(controller_of(wanted->name)));
	device = &devices[n_devices++];
	*device = (struct usb){.is_plugged = true};
	snprintf(device->name, sizeof(device->name), "%s", wanted->name);
	device->facts = facts_of(wanted->descriptors, &builder);
	device->picks = wanted->picks ? wanted->picks : device->facts->configurations[0];
	memcpy(device->drivers, wanted->drivers, sizeof(device->drivers));
	device->is_hid_late = wanted->is_hid_late;
	fake_usb_device(wanted->name, ++next_number, wanted->descriptors);
	announce("add", wanted->name, "");
	if (is_one(controller_of(wanted->name), "authorized_default")) {
		fake_text(fake_attribute(wanted->name, "authorized"), "1\n");
		set_configuration(device, device->picks);
	}
	pthread_mutex_unlock(&lock);
}

void kernel_plug_stick(const char *name)
{
	kernel_plug(&(struct kernel_device){.name = name, .descriptors = "0951:1666 08/06/50"});
}

void kernel_plug_keyboard(const char *name)
{
	kernel_plug(&(struct kernel_device){.name = name, .descriptors = "046d:c31c 03/01/01"});
}

static void unplug(const char *name)
{
	struct usb *device = get(name);
	char path[64];

	set_configuration(device, 0);
	device->is_plugged = false;
	snprintf(path, sizeof(path), "%s", fake_attribute(name, ""));
	path[strlen(path) - 1] = '\0';
	fake_remove(path);
	snprintf(path, sizeof(path), "bus/usb/devices/%s", name);
	fake_remove(path);
}

void kernel_unplug(const char *name)
{
	pthread_mutex_lock(&lock);
	unplug(name);
	announce("remove", name, "");
	pthread_mutex_unlock(&lock);
}

void kernel_unplug_unheard(const char *name)
{
	pthread_mutex_lock(&lock);
	unplug(name);
	pthread_mutex_unlock(&lock);
}

void kernel_write(const char *device, const char *attribute, const char *value)
{
	struct kernel_request request;
	struct kernel_answer answer;
	FILE *file;

	pthread_mutex_lock(&lock);
	snprintf(request.path, sizeof(request.path), "%s", fake_attribute(device, attribute));
	snprintf(request.value, sizeof(request.value), "%s", value);
	answer = react(&request);
	if (find(device))
		get(device)->writes--; /* it was not sekishod */
	assert_int_equal(answer.error, 0);
	/* Nobody may find the file empty meanwhile. */
	file = fopen(fake_path(request.path), "r+e");
	assert_non_null(file);
	fputs(value, file);
	fclose(file);
	assert_int_equal(truncate(fake_path(request.path), (off_t)strlen(value)), 0);
	pthread_mutex_unlock(&lock);
}

void kernel_probe_hid(const char *device)
{
	char folder[128], path[192];

	pthread_mutex_lock(&lock);
	snprintf(folder, sizeof(folder), "%s/0003:046D:C31C.0001",
		fake_attribute(device, interface_file(device, 1, 0, "")));
	snprintf(path, sizeof(path), "%s/report_descriptor", folder);
	fake_file(path, fake_report_keyboard, fake_report_keyboard_size);
	snprintf(path, sizeof(path), "%s/input/input7", folder);
	fake_folder("%s", path);
	fake_uevent("add", path, "input");
	pthread_mutex_unlock(&lock);
}

void kernel_fail(const char *device, unsigned times)
{
	pthread_mutex_lock(&lock);
	get(device)->failures_left = times;
	pthread_mutex_unlock(&lock);
}

void kernel_stall(const char *device)
{
	pthread_mutex_lock(&lock);
	get(device)->stalls = true;
	pthread_mutex_unlock(&lock);
}

void kernel_release(const char *device)
{
	pthread_mutex_lock(&lock);
	get(device)->stalls = false;
	pthread_cond_broadcast(&released);
	pthread_mutex_unlock(&lock);
}

void kernel_lie_later(const char *device, const char *descriptors)
{
	pthread_mutex_lock(&lock);
	get(device)->lie = descriptors;
	pthread_mutex_unlock(&lock);
}

const char *kernel_read(const char *device, const char *attribute)
{
	static char text[256];

	pthread_mutex_lock(&lock);
	snprintf(text, sizeof(text), "%s", text_of(device, attribute));
	pthread_mutex_unlock(&lock);
	return text;
}

bool kernel_is_open(const char *device)
{
	return kernel_read(device, "authorized")[0] == '1';
}

bool kernel_interface_is_open(const char *device, unsigned configuration, unsigned interface)
{
	bool is_open;

	pthread_mutex_lock(&lock);
	is_open = is_one(device, interface_file(device, configuration, interface, "authorized"));
	pthread_mutex_unlock(&lock);
	return is_open;
}

bool kernel_has_driver(
	const char *device, unsigned configuration, unsigned interface, const char *driver)
{
	char path[256], target[128] = "";
	ssize_t n;

	pthread_mutex_lock(&lock);
	snprintf(path, sizeof(path), "%s",
		fake_path(fake_attribute(
			device, interface_file(device, configuration, interface, "driver"))));
	pthread_mutex_unlock(&lock);
	n = readlink(path, target, sizeof(target) - 1);
	return n > 0 && strcmp(strrchr(target, '/') + 1, driver) == 0;
}

unsigned kernel_writes(const char *device)
{
	unsigned writes;

	pthread_mutex_lock(&lock);
	writes = get(device)->writes;
	pthread_mutex_unlock(&lock);
	return writes;
}

bool kernel_was_dangerous(const char *device)
{
	bool was;

	pthread_mutex_lock(&lock);
	was = get(device)->was_dangerous;
	pthread_mutex_unlock(&lock);
	return was;
}
