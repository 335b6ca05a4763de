#include "agent/monitor.h"

#include <errno.h>
#include <libudev.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/uevent_filter.h"

/* Room for what arrives while the loop is busy: 200 devices at once are about 400 KiB. */
#define RECEIVE_BUFFER_BYTES (4 * 1024 * 1024)

struct monitor {
	struct udev *udev;
	struct udev_monitor *monitor;
	bool is_behind; /* events were lost, and the queue was not seen empty since */
};

static int start(struct udev_monitor *monitor)
{
	static const char *const subsystems[] = {"usb", "input"};
	int r = udev_monitor_filter_add_match_subsystem_devtype(monitor, "usb", NULL);

	if (r >= 0)
		r = udev_monitor_filter_add_match_subsystem_devtype(monitor, "input", NULL);
	if (r >= 0)
		r = udev_monitor_enable_receiving(monitor);
	if (r < 0)
		return r;
	/* Beyond the limit of the system it needs a capability that we do not hold. */
	(void)udev_monitor_set_receive_buffer_size(monitor, RECEIVE_BUFFER_BYTES);
	/* libudev's own filter reads only udev's messages; ours comes last and replaces it. */
	r = uevent_filter_attach(udev_monitor_get_fd(monitor), subsystems, 2);
	if (r < 0)
		/* It spares us work, and decides nothing: libudev looks at each event again. */
		fprintf(stderr, SD_WARNING "no filter for uevents: %s\n", strerror(-r));
	return 0;
}

int monitor_new(struct monitor **ret)
{
	struct monitor *monitor = calloc(1, sizeof(*monitor));
	int r = -ENOMEM;

	if (!monitor)
		return r;
	monitor->udev = udev_new();
	if (monitor->udev)
		monitor->monitor = udev_monitor_new_from_netlink(monitor->udev, "kernel");
	if (monitor->monitor)
		r = start(monitor->monitor);
	if (r < 0) {
		monitor_free(monitor);
		return r;
	}
	*ret = monitor;
	return 0;
}

void monitor_free(struct monitor *monitor)
{
	if (!monitor)
		return;
	udev_monitor_unref(monitor->monitor);
	udev_unref(monitor->udev);
	free(monitor);
}

int monitor_fd(const struct monitor *monitor)
{
	return udev_monitor_get_fd(monitor->monitor);
}

/* The device that an interface like "1-2:1.0" belongs to, or the name itself. */
static void keep_device_name(struct uevent *event, const char *name)
{
	size_t length = strcspn(name, ":"), bus = strspn(name, "0123456789");

	if (length > DEVICE_NAME_MAX)
		length = DEVICE_NAME_MAX;
	/* "3-0:1.0" belongs to the root hub usb3. */
	if (length == bus + 2 && strncmp(name + bus, "-0", 2) == 0) {
		snprintf(event->name, sizeof(event->name), "usb%.*s", (int)bus, name);
		return;
	}
	memcpy(event->name, name, length);
	event->name[length] = '\0';
}

/* ".../1-2/1-2:1.0/0003:046D:C31C.0001/input/input7" belongs to 1-2. */
static void keep_usb_device_of(struct uevent *event, const char *path)
{
	const char *interface = NULL;

	for (const char *at = strchr(path, '/'); at; at = strchr(at + 1, '/')) {
		size_t digits = strspn(at + 1, "0123456789");

		if (digits > 0 && at[1 + digits] == '-' && at[1 + strcspn(at + 1, ":/")] == ':')
			interface = at + 1;
	}
	if (interface)
		keep_device_name(event, interface);
}

static struct uevent understand(struct udev_device *device)
{
	struct uevent event = {};
	const char *subsystem = udev_device_get_subsystem(device);
	const char *action = udev_device_get_action(device);
	const char *name = udev_device_get_sysname(device);
	bool is_add, is_remove;

	if (!subsystem || !action || !name)
		return event;
	is_add = strcmp(action, "add") == 0;
	is_remove = strcmp(action, "remove") == 0;
	if (strcmp(subsystem, "input") == 0) {
		if ((is_add || is_remove) && strncmp(name, "input", 5) == 0) {
			event.kind = UEVENT_INPUT;
			keep_usb_device_of(&event, udev_device_get_devpath(device));
		}
		return event;
	}
	if (strcmp(subsystem, "usb") != 0)
		return event;
	keep_device_name(&event, name);
	if (strchr(name, ':'))
		/* A removed interface is no news: its device was set by us, or goes too. */
		event.kind = is_remove ? UEVENT_OTHER : UEVENT_INTERFACE;
	else if (is_add || strcmp(action, "bind") == 0)
		event.kind = UEVENT_DEVICE_THERE;
	else if (is_remove)
		event.kind = UEVENT_DEVICE_REMOVE;
	return event;
}

/* A message that cannot be read may have been about anything: the same as one that was dropped. */
static int receive_error(int error)
{
	switch (error) {
	case 0:
	case EAGAIN:
	case EINTR: return 0;
	case ENOMEM:
	case EBADF: return -error;
	default: return -ENOBUFS;
	}
}

int monitor_receive(struct monitor *monitor, struct uevent *ret)
{
	struct udev_device *device;

	errno = 0;
	device = udev_monitor_receive_device(monitor->monitor);
	if (!device) {
		int r = receive_error(errno);

		monitor->is_behind |= r == -ENOBUFS;
		return r;
	}
	*ret = understand(device);
	udev_device_unref(device);
	return 1;
}

bool monitor_has_caught_up(struct monitor *monitor)
{
	struct pollfd waits = {.fd = monitor_fd(monitor), .events = POLLIN};

	if (!monitor->is_behind || poll(&waits, 1, 0) != 0)
		return false;
	monitor->is_behind = false;
	return true;
}

int monitor_list(
	struct monitor *monitor, int (*found)(void *userdata, const char *name), void *userdata)
{
	struct udev_enumerate *list = udev_enumerate_new(monitor->udev);
	struct udev_list_entry *entry;
	int r = -ENOMEM;

	if (list)
		r = udev_enumerate_add_match_subsystem(list, "usb");
	if (r >= 0)
		r = udev_enumerate_scan_devices(list);
	if (r < 0) {
		udev_enumerate_unref(list);
		return r;
	}
	r = 0;
	udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(list))
	{
		const char *slash = strrchr(udev_list_entry_get_name(entry), '/');

		if (r == 0 && slash && !strchr(slash, ':'))
			r = found(userdata, slash + 1);
	}
	udev_enumerate_unref(list);
	return r < 0 ? r : 0;
}

bool monitor_is_controller(const char *name)
{
	if (strncmp(name, "usb", 3) != 0 || !name[3])
		return false;
	return strspn(name + 3, "0123456789") == strlen(name + 3);
}
