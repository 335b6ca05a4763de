/*
 * A /sys of one test: plain files in a temporary folder, to which umockdev's preloaded library
 * leads every path that begins with /sys. Nothing reacts to writes here. Every failure ends the
 * test.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/core.h"

/*
 * First thing in main(): starts this program anew with umockdev's library loaded. Where there is
 * none it says so and exits as skipped.
 */
void fake_sysfs_start(char **argv);

/* For cmocka. */
int fake_sysfs_setup(void **state);
int fake_sysfs_teardown(void **state);

/* Folder and parents below /sys; parts of a path may be given by format. */
void fake_folder(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Writes a file below /sys, with the folders above it. */
void fake_file(const char *path, const void *bytes, size_t size);
void fake_text(const char *path, const char *text);
/* The text of a file, without LF; valid until the next call. */
const char *fake_read(const char *path);
/* A symbolic link at path with that target, as it stands. */
void fake_link(const char *path, const char *target);
/* Removes a folder with all that is in it, or a file. */
void fake_remove(const char *path);

/* The real path of what is called path below /sys, for what must not be led anywhere. */
const char *fake_path(const char *path);

/*
 * A USB device in /sys/devices/pci/usbN/NAME and in /sys/bus/usb/devices, not authorised, with
 * descriptors by usb_builder_text(). The name "usbN" makes a controller's root hub, open.
 */
void fake_usb_device(const char *name, unsigned number, const char *descriptors);
/* The kernel's driver of whole devices has it. */
void fake_usb_probed(const char *name);
/* One of its interfaces, class as in "03"; driver NULL for none. */
void fake_usb_interface(const char *device, unsigned configuration, unsigned interface,
	const char *class, bool is_authorized, const char *driver);
/* A HID device below a bound interface. */
void fake_hid(const char *device, unsigned configuration, unsigned interface, const uint8_t *report,
	size_t size);
/* The path of an attribute: "devices/pci/usb1/1-2/authorized"; valid until the next call. */
const char *fake_attribute(const char *device, const char *attribute);

/* The folder of a device as the agent opens it; the caller closes it. */
int fake_open_device(const char *name);
/* A new and empty folder for what disk_access.h keeps; the caller closes it. */
int fake_open_disks(void);
/* For the device as it is now: interface 0 of configuration 1, and no disks. */
struct core_plan fake_plan(const char *name, bool authorize);

/* Report descriptors of a boot keyboard, a mouse, and consumer control buttons. */
extern const uint8_t fake_report_keyboard[];
extern const size_t fake_report_keyboard_size;
extern const uint8_t fake_report_mouse[];
extern const size_t fake_report_mouse_size;
extern const uint8_t fake_report_buttons[];
extern const size_t fake_report_buttons_size;
