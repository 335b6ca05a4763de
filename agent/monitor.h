/*
 * The kernel's uevents by libudev, and lists of what is there. Refuses to know what the events lead
 * to. udev's own events are not waited for: the kernel group speaks first, and in the initramfs
 * and early boot it is the only one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "agent/record.h"

struct monitor;

enum uevent_kind {
	UEVENT_OTHER = 0,
	UEVENT_DEVICE_THERE, /* added or probed; name: "1-2", or "usb1" for a root hub */
	UEVENT_DEVICE_REMOVE,
	UEVENT_INTERFACE, /* something about an interface of the device or controller called name */
	UEVENT_INPUT,     /* an input device came or went; name: of its USB device, or empty */
};

struct uevent {
	enum uevent_kind kind;
	char name[DEVICE_NAME_MAX + 1];
};

/* 0 and *ret, or a negative errno. */
int monitor_new(struct monitor **ret);
void monitor_free(struct monitor *monitor);
int monitor_fd(const struct monitor *monitor);

/*
 * The next event. 1 and *ret; 0 when there is none; -ENOBUFS when the kernel dropped events, or
 * one could not be read: everything has to be looked at again; or another negative errno.
 */
int monitor_receive(struct monitor *monitor, struct uevent *ret);

/*
 * Whether nothing waits any more for the first time since -ENOBUFS. Until then the kernel goes on
 * dropping without another word (net/netlink/af_netlink.c: NETLINK_S_CONGESTED is cleared when the
 * queue is empty), so what came meanwhile is seen only by who looks at everything once more.
 */
bool monitor_has_caught_up(struct monitor *monitor);

/*
 * Calls found with the name of each USB device and root hub that is there. 0, the first negative
 * result of found, or a negative errno.
 */
int monitor_list(
	struct monitor *monitor, int (*found)(void *userdata, const char *name), void *userdata);

/* "usb3" is the root hub of controller 3. */
bool monitor_is_controller(const char *name);
