/*
 * What a guard costs at least: lets in every USB device and every interface, without a look at any
 * of them, in the same two steps as sekishod. Decides nothing; for comparison only.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "uevent.h"

/* Errors are the next round's: a device may be gone again. */
static void store(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		warn("%s", path);
	if (fd >= 0)
		close(fd);
}

static void let_in(const char *device)
{
	char path[512];

	snprintf(path, sizeof(path), "/sys%s/authorized", device);
	store(path, "1");
}

int main(void)
{
	static char event[UEVENT_SIZE];
	int fd = uevent_open();

	for (;;) {
		size_t size = uevent_receive(fd, event);
		const char *action = uevent_value(event, size, "ACTION");
		const char *type = uevent_value(event, size, "DEVTYPE");
		const char *device = uevent_value(event, size, "DEVPATH");

		/* At "add" the kernel's own driver of devices has not probed it yet, and would set
		 * its configuration a second time. */
		if (strcmp(type, "usb_device") == 0 && strcmp(action, "bind") == 0)
			let_in(device);
		if (strcmp(type, "usb_interface") == 0 && strcmp(action, "add") == 0) {
			let_in(device);
			store("/sys/bus/usb/drivers_probe", strrchr(device, '/') + 1);
		}
	}
}
