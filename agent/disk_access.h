/*
 * What the disks of a USB device were let in for: said by sekishod before it lets them in, read by
 * sekisho-gate before udev announces them. A file for each device, named after the boot and the
 * inode of the device's sysfs folder, which the kernel gives to no other folder of this boot: so
 * whatever is plugged in later, with the same numbers even, finds nothing said of it.
 * Not in /run/sekisho, which goes with sekishod: the disks do not.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Below the folder of applied documents, /var/lib/sekisho. */
#define DISK_ACCESS_FOLDER    "disks"
#define DISK_ACCESS_NAME_SIZE 128

/* Zero: nothing was said, so nothing may be written. */
enum disk_access {
	DISK_ACCESS_NONE = 0,
	DISK_ACCESS_READ_ONLY,
	DISK_ACCESS_WRITE,
	/* Ours alone, by an exemption: sekisho-medium mounts it, and says what may be written. */
	DISK_ACCESS_MEDIUM,
};

/* The name of a device, by a descriptor of its sysfs folder: bus, number, inode and boot. 0, or a
 * negative errno: it is gone. */
int disk_access_name(int device_fd, char ret[DISK_ACCESS_NAME_SIZE]);

/* What was said of it. Cannot fail: what cannot be read was not said. */
enum disk_access disk_access_get(int folder_fd, const char *name);

/*
 * Says it, or with NONE takes it back. There is no moment at which two things are said. 0, or a
 * negative errno: then nothing is said, or what was said before that may be written to less.
 */
int disk_access_set(int folder_fd, const char *name, enum disk_access access);

/* Takes back what was said of devices that is_known() does not know. 0 or a negative errno. */
int disk_access_sweep(
	int folder_fd, bool (*is_known)(void *userdata, const char *name), void *userdata);
