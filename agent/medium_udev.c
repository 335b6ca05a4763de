#include "agent/medium_udev.h"

#include <errno.h>
#include <libudev.h>
#include <stdlib.h>
#include <string.h>

#include "agent/gate.h"

struct medium_udev {
	struct udev *udev;
	struct udev_monitor *monitor;
};

int medium_udev_new(struct medium_udev **ret)
{
	struct medium_udev *udev = calloc(1, sizeof(*udev));

	if (!udev)
		return -ENOMEM;
	udev->udev = udev_new();
	udev->monitor = udev->udev ? udev_monitor_new_from_netlink(udev->udev, "udev") : NULL;
	if (!udev->monitor ||
		udev_monitor_filter_add_match_subsystem_devtype(udev->monitor, "block", NULL) < 0 ||
		udev_monitor_enable_receiving(udev->monitor) < 0) {
		medium_udev_free(udev);
		return -EIO;
	}
	*ret = udev;
	return 0;
}

void medium_udev_free(struct medium_udev *udev)
{
	if (!udev)
		return;
	udev_monitor_unref(udev->monitor);
	udev_unref(udev->udev);
	free(udev);
}

int medium_udev_fd(const struct medium_udev *udev)
{
	return udev_monitor_get_fd(udev->monitor);
}

void medium_udev_drain(struct medium_udev *udev)
{
	struct udev_device *device;

	while ((device = udev_monitor_receive_device(udev->monitor)))
		udev_device_unref(device);
}

static bool is_ready(struct medium_udev *udev, const struct medium_part *part)
{
	struct udev_device *device =
		udev_device_new_from_subsystem_sysname(udev->udev, "block", part->name);
	const char *said;
	bool ready;

	if (!device)
		return false;
	said = udev_device_get_property_value(device, "SEKISHO_DISK");
	ready = udev_device_get_is_initialized(device) > 0 && said &&
		strcmp(said, gate_outcome_name(GATE_MEDIUM)) == 0;
	udev_device_unref(device);
	return ready;
}

bool medium_udev_is_ready(struct medium_udev *udev, const struct medium_disk *disk)
{
	if (!is_ready(udev, &disk->whole))
		return false;
	for (size_t i = 0; i < disk->n_parts; i++)
		if (!is_ready(udev, &disk->parts[i]))
			return false;
	return true;
}
