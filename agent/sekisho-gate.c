/*
 * sekisho-gate: called by udev for what hangs on USB and can be written to, before anybody hears of
 * it. Prints the property SEKISHO_DISK for udev; a disk is read-only by then unless it says
 * "writable" or "medium". Where it cannot tell it ends with 1, and udev's rule closes the disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/descriptor.h"
#include "agent/gate.h"
#include "policy/cleanup.h"

#define RUNNING_FILE "/run/sekisho/running"
#define DISKS_FOLDER "/var/lib/sekisho/" DISK_ACCESS_FOLDER

static enum gate_outcome judge(int usb_fd)
{
	CLEANUP(cleanup_close)
	int folder = open(DISKS_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char name[DISK_ACCESS_NAME_SIZE];
	struct gate_facts facts = {
		.is_running = access(RUNNING_FILE, F_OK) == 0,
		.before = gate_outcome_from_name(getenv("SEKISHO_DISK")),
	};
	enum gate_outcome outcome;

	if (folder < 0 || disk_access_name(usb_fd, name) < 0)
		return GATE_READ_ONLY;
	facts.access = disk_access_get(folder, name);
	outcome = gate_decide(&facts);
	/* Other than sekishod said: what it is now is said, so that sekishod lets it in anew. */
	if (outcome == GATE_READ_ONLY && facts.access != DISK_ACCESS_NONE)
		(void)disk_access_set(folder, name, DISK_ACCESS_READ_ONLY);
	return outcome;
}

static int close_disk(const char *devpath)
{
	struct gate_disk disk;
	int r = gate_find_disk(devpath, &disk);

	/* What is no disk, udev's rule leaves to root alone. */
	if (r == -ENOTBLK)
		return 0;
	return r < 0 ? r : gate_set_read_only(&disk);
}

int main(int argc, char **argv)
{
	CLEANUP(cleanup_close) int usb_fd = -1;
	enum gate_outcome outcome;
	int r = 0;

	if (argc != 2) {
		fputs("sekisho-gate DEVPATH: for udev's rule, see sekisho-agent(7)\n", stderr);
		return 2;
	}
	usb_fd = gate_open_usb(argv[1]);
	outcome = usb_fd < 0 ? GATE_READ_ONLY : judge(usb_fd);
	if (outcome == GATE_READ_ONLY)
		r = close_disk(argv[1]);
	if (r < 0) {
		fprintf(stderr, "sekisho-gate: %s cannot be set read-only: %s\n", argv[1],
			strerror(-r));
		return 1;
	}
	printf("SEKISHO_DISK=%s\n", gate_outcome_name(outcome));
	return 0;
}
