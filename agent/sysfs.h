/*
 * One USB device in sysfs: look at it, and bring it to a wished state. Every call works on a folder
 * descriptor that was opened when the device was first seen. The kernel lets such a descriptor die
 * with the device, so an act can never reach another device that took its name.
 * Reads and writes here can block for seconds when a device does not answer: call from a worker.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "agent/core.h"
#include "agent/sysfs_file.h"

#define SYSFS_USB_DEVICES   "/sys/bus/usb/devices"
#define SYSFS_DRIVERS_PROBE "/sys/bus/usb/drivers_probe"
#define SYSFS_HID_BIND      "/sys/bus/usb/drivers/usbhid/bind"
#define SYSFS_HUB_BIND      "/sys/bus/usb/drivers/hub/bind"

/*
 * Waits until the kernel's own driver of whole devices has the device, 10 ms at most: it is
 * announced a moment before, and a look that is too early has to be made again.
 */
void sysfs_wait_probed(int device_fd);

/*
 * Looks at the device called name below its folder. Returns 0 and *ret (observation_free()),
 * -ENODEV when it is gone, or a negative errno.
 */
int sysfs_observe(int device_fd, const char *name, struct observation **ret);

/* The same without manufacturer, model and serial, which a device keeps. */
int sysfs_observe_state(int device_fd, const char *name, struct observation **ret);
void observation_free(struct observation *observation);

/* Where it is said what the device's disks were let in for (disk_access.h). Borrowed. */
struct sysfs_disks {
	int folder_fd;
	const char *name; /* disk_access_name(); empty: it is gone, and cannot be let in */
};

/*
 * Brings the device to the planned state: the device that was judged or none (-ESTALE); interfaces
 * off by default on its controller before it is authorised; what is to be done with its disks said;
 * the planned configuration; the wished interfaces, then their drivers. After an error it is shut
 * again. Returns 0 when it reads back as planned, or a negative errno. *ret, where the device still
 * stands, is what it looks like then, else NULL.
 */
int sysfs_carry_out(int device_fd, int controller_fd, const struct sysfs_disks *disks,
	const struct core_plan *plan, struct observation **ret);
