#include "tests/usb/fake_kernel.h"

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

#include "tests/unit/fake_sysfs.h"
#include "tests/unit/fake_uevent.h"
#include "tests/usb/kernel_bus.h"

#define DEVICE_NUMBER_MAX 127 /* then from 1 again, as usbcore does */
#define PARAMETER         "module/usbcore/parameters/authorized_default"

/* Time in which sekishod may do something rash. */
static const struct timespec rash_moment = {.tv_nsec = 20 * 1000000};

static unsigned next_number;
static int listener = -1;
static pthread_t thread;

static void *serve_one(void *argument)
{
	int fd = (int)(intptr_t)argument;
	struct kernel_request request;

	if (recv(fd, &request, sizeof(request), 0) == sizeof(request)) {
		struct kernel_answer answer;

		pthread_mutex_lock(&bus.lock);
		answer = bus_react(&request);
		pthread_mutex_unlock(&bus.lock);
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
	bus.n_devices = 0;
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
	pthread_mutex_lock(&bus.lock);
	for (size_t i = 0; i < bus.n_devices; i++)
		usb_facts_free(bus.devices[i].facts);
	bus.n_devices = 0;
	pthread_mutex_unlock(&bus.lock);
	return fake_sysfs_teardown(state);
}

/* The root hub's own interface obeys the default, too: where it is refused, the bus is dead. */
static void set_up_root_hub(const char *name)
{
	char folder[128], path[192];

	snprintf(folder, sizeof(folder), "%s/%s-0:1.0", fake_attribute(name, ""), name + 3);
	fake_folder("%s", folder);
	snprintf(path, sizeof(path), "%s/authorized", folder);
	fake_text(path, usb_is_one(name, "interface_authorized_default") ? "1\n" : "0\n");
	snprintf(path, sizeof(path), "%s/subsystem", folder);
	fake_link(path, "/sys/bus/usb");
	fake_uevent("add", folder, "usb");
	if (!usb_is_one(name, "interface_authorized_default"))
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

	pthread_mutex_lock(&bus.lock);
	fake_usb_device(name, 1, "1d6b:0002 09/00/00");
	fake_text(fake_attribute(name, "authorized"), "1\n");
	is_closed = fake_read(PARAMETER)[0] == '0';
	fake_text(fake_attribute(name, "authorized_default"), is_closed ? "0\n" : "1\n");
	announce("add", name, "");
	pthread_mutex_unlock(&bus.lock);
	nanosleep(&rash_moment, NULL);
	pthread_mutex_lock(&bus.lock);
	set_up_root_hub(name);
	pthread_mutex_unlock(&bus.lock);
}

/*
 * Only now its own driver of whole devices has it, and picks a configuration when the device is
 * authorised, whoever picked one before.
 */
static void probe_device(struct usb *device)
{
	fake_usb_probed(device->name);
	if (usb_is_one(device->name, "authorized"))
		usb_set_configuration(device, device->picks);
	announce("bind", device->name, "");
}

void kernel_plug(const struct kernel_device *wanted)
{
	static struct usb_builder builder;
	struct usb *device;

	pthread_mutex_lock(&bus.lock);
	assert_true(bus.n_devices < DEVICES_MAX);
	assert_true(has_working_root_hub(controller_of(wanted->name)));
	device = &bus.devices[bus.n_devices++];
	*device = (struct usb){.is_plugged = true};
	snprintf(device->name, sizeof(device->name), "%s", wanted->name);
	device->facts = facts_of(wanted->descriptors, &builder);
	device->picks = wanted->picks ? wanted->picks : device->facts->configurations[0];
	memcpy(device->drivers, wanted->drivers, sizeof(device->drivers));
	device->is_hid_late = wanted->is_hid_late;
	next_number = next_number % DEVICE_NUMBER_MAX + 1;
	fake_usb_device(wanted->name, next_number, wanted->descriptors);
	if (wanted->serial)
		fake_text(fake_attribute(wanted->name, "serial"), wanted->serial);
	if (usb_is_one(controller_of(wanted->name), "authorized_default"))
		fake_text(fake_attribute(wanted->name, "authorized"), "1\n");
	announce("add", wanted->name, "");
	pthread_mutex_unlock(&bus.lock);
	nanosleep(&rash_moment, NULL);
	pthread_mutex_lock(&bus.lock);
	if (device->is_plugged)
		probe_device(device);
	pthread_mutex_unlock(&bus.lock);
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
	struct usb *device = usb_get(name);
	char path[64];

	usb_set_configuration(device, 0);
	device->is_plugged = false;
	snprintf(path, sizeof(path), "%s", fake_attribute(name, ""));
	path[strlen(path) - 1] = '\0';
	fake_remove(path);
	snprintf(path, sizeof(path), "bus/usb/devices/%s", name);
	fake_remove(path);
}

void kernel_unplug(const char *name)
{
	pthread_mutex_lock(&bus.lock);
	unplug(name);
	announce("remove", name, "");
	pthread_mutex_unlock(&bus.lock);
}

void kernel_unplug_unheard(const char *name)
{
	pthread_mutex_lock(&bus.lock);
	unplug(name);
	pthread_mutex_unlock(&bus.lock);
}

void kernel_write(const char *device, const char *attribute, const char *value)
{
	struct kernel_request request;
	struct kernel_answer answer;
	FILE *file;

	pthread_mutex_lock(&bus.lock);
	snprintf(request.path, sizeof(request.path), "%s", fake_attribute(device, attribute));
	snprintf(request.value, sizeof(request.value), "%s", value);
	answer = bus_react(&request);
	if (usb_find(device))
		usb_get(device)->writes--; /* it was not sekishod */
	assert_int_equal(answer.error, 0);
	/* Nobody may find the file empty meanwhile. */
	file = fopen(fake_path(request.path), "r+e");
	assert_non_null(file);
	fputs(value, file);
	fclose(file);
	assert_int_equal(truncate(fake_path(request.path), (off_t)strlen(value)), 0);
	pthread_mutex_unlock(&bus.lock);
}

void kernel_probe_hid(const char *device)
{
	char folder[128], path[192];

	pthread_mutex_lock(&bus.lock);
	snprintf(folder, sizeof(folder), "%s/0003:046D:C31C.0001",
		fake_attribute(device, interface_file(device, 1, 0, "")));
	snprintf(path, sizeof(path), "%s/report_descriptor", folder);
	fake_file(path, fake_report_keyboard, fake_report_keyboard_size);
	snprintf(path, sizeof(path), "%s/input/input7", folder);
	fake_folder("%s", path);
	fake_uevent("add", path, "input");
	pthread_mutex_unlock(&bus.lock);
}

void kernel_fail(const char *device, unsigned times)
{
	pthread_mutex_lock(&bus.lock);
	usb_get(device)->failures_left = times;
	pthread_mutex_unlock(&bus.lock);
}

void kernel_stall(const char *device)
{
	pthread_mutex_lock(&bus.lock);
	usb_get(device)->stalls = true;
	pthread_mutex_unlock(&bus.lock);
}

void kernel_release(const char *device)
{
	pthread_mutex_lock(&bus.lock);
	usb_get(device)->stalls = false;
	pthread_cond_broadcast(&bus.released);
	pthread_mutex_unlock(&bus.lock);
}

void kernel_lie_later(const char *device, const char *descriptors)
{
	pthread_mutex_lock(&bus.lock);
	usb_get(device)->lie = descriptors;
	pthread_mutex_unlock(&bus.lock);
}

const char *kernel_read(const char *device, const char *attribute)
{
	static char text[256];

	pthread_mutex_lock(&bus.lock);
	snprintf(text, sizeof(text), "%s", usb_text(device, attribute));
	pthread_mutex_unlock(&bus.lock);
	return text;
}

bool kernel_is_open(const char *device)
{
	return kernel_read(device, "authorized")[0] == '1';
}

bool kernel_interface_is_open(const char *device, unsigned configuration, unsigned interface)
{
	bool is_open;

	pthread_mutex_lock(&bus.lock);
	is_open =
		usb_is_one(device, interface_file(device, configuration, interface, "authorized"));
	pthread_mutex_unlock(&bus.lock);
	return is_open;
}

bool kernel_has_driver(
	const char *device, unsigned configuration, unsigned interface, const char *driver)
{
	char path[256], target[128] = "";
	ssize_t n;

	pthread_mutex_lock(&bus.lock);
	snprintf(path, sizeof(path), "%s",
		fake_path(fake_attribute(
			device, interface_file(device, configuration, interface, "driver"))));
	pthread_mutex_unlock(&bus.lock);
	n = readlink(path, target, sizeof(target) - 1);
	return n > 0 && strcmp(strrchr(target, '/') + 1, driver) == 0;
}

unsigned kernel_writes(const char *device)
{
	unsigned writes;

	pthread_mutex_lock(&bus.lock);
	writes = usb_get(device)->writes;
	pthread_mutex_unlock(&bus.lock);
	return writes;
}

unsigned kernel_configured(const char *device)
{
	unsigned configured;

	pthread_mutex_lock(&bus.lock);
	configured = usb_get(device)->configured;
	pthread_mutex_unlock(&bus.lock);
	return configured;
}

bool kernel_was_dangerous(const char *device)
{
	bool was;

	pthread_mutex_lock(&bus.lock);
	was = usb_get(device)->was_dangerous;
	pthread_mutex_unlock(&bus.lock);
	return was;
}
