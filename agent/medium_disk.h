/* The disk of a USB device: found in sysfs, with its partitions. Refuses to read what is on it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/medium_line.h"
#include "agent/medium_state.h"

#define MEDIUM_PARTS_MAX 16
#define BLOCK_FOLDER     "/sys/class/block"
#define USB_FOLDER       "/sys/bus/usb/devices"
#define DISK_NAME_SIZE   32

struct medium_part {
	char name[DISK_NAME_SIZE]; /* "sda1" */
	char node[MEDIUM_NODE_SIZE];
	unsigned major, minor;
};

struct medium_disk {
	struct medium_part whole;
	uint64_t sequence, capacity_bytes;
	struct medium_part parts[MEDIUM_PARTS_MAX];
	size_t n_parts; /* 0: it is not divided, or not yet */
};

/*
 * The folder of the USB device that folder has as device, if it is still the one that name was made
 * of. A descriptor for close(), -ESTALE: another one, or a negative errno. ret_path: as the kernel
 * calls it, "/sys/devices/…/1-2".
 */
int medium_usb_open(const char *folder, const char *device, const char *name,
	char ret_path[MEDIUM_SYSFS_PATH_SIZE]);

/*
 * The one disk with a medium in it below path. 0 and *ret; -ENOMEDIUM: none so far; -ENOTUNIQ: more
 * than one; -E2BIG: more than MEDIUM_PARTS_MAX partitions; or another negative errno.
 */
int medium_disk_find(const char *folder, const char *path, struct medium_disk *ret);

/* Whether the disk is still there with the same medium: its DISKSEQ. 0, -ENODEV, or -ESTALE. */
int medium_disk_check(
	const char *folder, const char *node, unsigned major, unsigned minor, uint64_t sequence);

/* How many reads and writes the disk has ended since it came (Documentation/block/stat.rst). 0
 * where it is gone. Waits for no disk. */
uint64_t medium_disk_transfers(unsigned major, unsigned minor);

/*
 * Nothing is read from the SCSI disk or written to it from now on, by anybody, until its device is
 * plugged in anew; nobody waits for the disk. 0 or a negative errno.
 */
int medium_disk_put_offline(const char *folder, const char *node);

/* Opens a node for reading, if it is this device. A descriptor, -ESTALE, or a negative errno. */
int medium_node_open(const char *node, unsigned major, unsigned minor, int flags);

/* Whether somebody in the kernel has it: a file system on it or on a partition of it. False also
 * where it is gone. */
bool medium_node_is_held(const char *node, unsigned major, unsigned minor);
