/*
 * Times each USB device that is plugged in, for all guards alike: from the kernel's "add" of the
 * device until its first interface is authorised, and until a driver is bound to it. Writes a line
 * for each, "add_ns authorised_ns bound_ns" of CLOCK_MONOTONIC.
 *
 * An interface that stands open from its first moment is authorised when the kernel announces it.
 * One that somebody opens later is when the write to its file "authorized" has ended.
 *
 * usage: stopwatch FILE
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "uevent.h"

struct plug {
	char device[256], authorized[300]; /* paths of the device, and of its interface's file */
	uint64_t add_ns, authorised_ns, bound_ns;
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static bool is_open(const char *path)
{
	char value = '0';
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (read(fd, &value, 1) != 1)
		value = '0';
	close(fd);
	return value == '1';
}

static void look(struct plug *plug, uint64_t now)
{
	if (plug->authorized[0] && !plug->authorised_ns && is_open(plug->authorized))
		plug->authorised_ns = now;
}

static void write_down(const char *file, const struct plug *plug)
{
	FILE *out = fopen(file, "ae");

	if (!out || fprintf(out, "%ju %ju %ju\n", (uintmax_t)plug->add_ns,
			    (uintmax_t)plug->authorised_ns, (uintmax_t)plug->bound_ns) < 0)
		err(1, "%s", file);
	if (fclose(out) != 0)
		err(1, "%s", file);
}

/* True when the device is complete. */
static bool take(struct plug *plug, const char *event, size_t size, int watch, uint64_t now)
{
	const char *action = uevent_value(event, size, "ACTION");
	const char *type = uevent_value(event, size, "DEVTYPE");
	const char *path = uevent_value(event, size, "DEVPATH");
	bool is_interface = strcmp(type, "usb_interface") == 0;

	if (strcmp(type, "usb_device") == 0 && strcmp(action, "add") == 0) {
		memset(plug, 0, sizeof(*plug));
		snprintf(plug->device, sizeof(plug->device), "%s/", path);
		plug->add_ns = now;
		return false;
	}
	if (!is_interface || !plug->device[0] ||
		strncmp(path, plug->device, strlen(plug->device)) != 0)
		return false;
	if (strcmp(action, "add") == 0) {
		snprintf(plug->authorized, sizeof(plug->authorized), "/sys%.240s/authorized", path);
		/* Watch first, look then. */
		if (inotify_add_watch(watch, plug->authorized, IN_MODIFY) < 0 && errno != ENOENT)
			err(1, "%s", plug->authorized);
		look(plug, now);
		return false;
	}
	if (strcmp(action, "bind") != 0)
		return false;
	look(plug, now);
	plug->bound_ns = now;
	return plug->authorised_ns != 0;
}

int main(int argc, char **argv)
{
	static char event[UEVENT_SIZE];
	static struct plug plug;
	/* Before everybody else: its own delay must not be in the figures. */
	const struct sched_param first = {.sched_priority = 50};
	struct pollfd waits[2] = {{.events = POLLIN}, {.events = POLLIN}};

	if (argc != 2)
		errx(2, "usage: stopwatch FILE");
	if (mlockall(MCL_CURRENT | MCL_FUTURE) < 0 || sched_setscheduler(0, SCHED_FIFO, &first) < 0)
		err(1, "real time");
	waits[0].fd = uevent_open();
	waits[1].fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (waits[1].fd < 0)
		err(1, "inotify");
	while (poll(waits, 2, -1) > 0 || errno == EINTR) {
		uint64_t now = now_ns();

		if (waits[1].revents && read(waits[1].fd, event, sizeof(event)) > 0)
			look(&plug, now);
		if (waits[0].revents) {
			size_t size = uevent_receive(waits[0].fd, event);

			if (take(&plug, event, size, waits[1].fd, now))
				write_down(argv[1], &plug);
		}
	}
	err(1, "poll");
}
