/*
 * As much of Linux's usbcore as sekishod sees: controllers and devices in a fake sysfs, that
 * appear, go, and react to what is written to their files. One at a time in a process. Every
 * failure ends the test.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KERNEL_DRIVERS_MAX 4

/* What an interface turns out to be. Without it keyboards type, mice point, disks are disks. */
struct kernel_driver {
	unsigned configuration, interface;
	const char *name;
	const char *child;           /* a folder that the driver makes: "host4"; of subsystem … */
	const char *child_subsystem; /* … "scsi" */
};

struct kernel_device {
	const char *name;        /* "1-2" */
	const char *descriptors; /* as usb_builder_text() */
	unsigned picks; /* the configuration that the kernel picks by itself; 0: the first */
	struct kernel_driver drivers[KERNEL_DRIVERS_MAX];
	const char *serial; /* NULL: it has none */
	bool is_hid_late;   /* its report descriptor is empty until kernel_probe_hid() */
};

/* For cmocka; sets UMOCKDEV_DIR and FAKE_KERNEL for the processes that follow. */
int kernel_setup(void **state);
int kernel_teardown(void **state);

/* "usb1", with its defaults open as Linux has them, and as usbcore's parameter says. */
void kernel_add_controller(const char *name);
void kernel_plug(const struct kernel_device *device);
/* The usual devices, at a port. */
void kernel_plug_stick(const char *name);
void kernel_plug_keyboard(const char *name);
void kernel_unplug(const char *name);
/* The event that says so comes late. */
void kernel_unplug_unheard(const char *name);

/* Somebody else writes to a file of a device; what follows is the kernel's. */
void kernel_write(const char *device, const char *attribute, const char *value);

/* The HID driver of interface 1.0 has probed: it turns out to have keys. */
void kernel_probe_hid(const char *device);

/* The next writes of "1" to its authorized fail with EIO, and it reads 1 all the same. */
void kernel_fail(const char *device, unsigned times);
/* The next write of "1" to its authorized waits until it is released. */
void kernel_stall(const char *device);
void kernel_release(const char *device);
/* When it is authorised, it shows these descriptors. */
void kernel_lie_later(const char *device, const char *descriptors);

/* The text of a file of a device, or "" where there is none; valid until the next call. */
const char *kernel_read(const char *device, const char *attribute);
bool kernel_is_open(const char *device);
bool kernel_interface_is_open(const char *device, unsigned configuration, unsigned interface);
bool kernel_has_driver(
	const char *device, unsigned configuration, unsigned interface, const char *driver);
/* How often sekishod wrote to a file of it. */
unsigned kernel_writes(const char *device);
/* How often it was given a configuration. */
unsigned kernel_configured(const char *device);
/* Whether a driver other than usbhid and hub was ever bound to it. */
bool kernel_was_dangerous(const char *device);
