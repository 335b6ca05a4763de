/*
 * The parts of sekisho-gate: which USB device a disk hangs on, and whether it may be written to.
 * Refuses to decide: what sekishod said of the device counts, and where it said nothing, or is not
 * there to be asked of a new disk, the disk is read-only.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "agent/disk_access.h"

/* Zero closes. */
enum gate_outcome {
	GATE_READ_ONLY = 0,
	GATE_MEDIUM, /* sekisho-medium alone mounts it, and says whether it may be written to */
	GATE_WRITABLE,
};

struct gate_facts {
	enum disk_access access; /* what sekishod said of the USB device, plugged in as it is now */
	bool is_running;         /* sekishod is there */
	enum gate_outcome before; /* what an earlier event of this disk came to */
};

/* Cannot fail. What was open when sekishod went away stays as it is; nothing new is opened then. */
enum gate_outcome gate_decide(const struct gate_facts *facts);

/* "read-only", "medium", "writable": the value of udev's property SEKISHO_DISK. */
const char *gate_outcome_name(enum gate_outcome outcome);
/* GATE_READ_ONLY for any other word, and for NULL. */
enum gate_outcome gate_outcome_from_name(const char *name);

/*
 * The folder of the USB device above devpath, which is udev's: "/devices/…/usb1/1-2/…/block/sda".
 * A descriptor that the caller closes, -ENODEV where there is none, or a negative errno.
 */
int gate_open_usb(const char *devpath);

/* The whole disk of a disk or partition: its node, below /dev. */
struct gate_disk {
	char node[PATH_MAX];
	dev_t number;
};

/* 0 and *ret, -ENOTBLK where devpath is no disk, or a negative errno. */
int gate_find_disk(const char *devpath, struct gate_disk *ret);

/* Sets it read-only, partitions included (block/ioctl.c: BLKROSET). 0 only when it reads back so,
 * else a negative errno; -ESTALE: the node is another disk's by now. */
int gate_set_read_only(const struct gate_disk *disk);
