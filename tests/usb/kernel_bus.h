/*
 * The devices of the fake kernel, and how they react to writes. Everything here, and the fake
 * sysfs, belongs to who holds the lock.
 */
#pragma once

#include <pthread.h>

#include "policy/usb_facts.h"
#include "tests/unit/usb_builder.h"
#include "tests/usb/fake_kernel.h"
#include "tests/usb/kernel_protocol.h"

#define DEVICES_MAX 8192 /* in a test, gone ones included */
#define NAME_SIZE   32

struct usb {
	char name[NAME_SIZE];
	bool is_plugged;
	struct usb_facts *facts;
	unsigned picks;
	struct kernel_driver drivers[KERNEL_DRIVERS_MAX];
	bool is_hid_late;
	unsigned failures_left;
	bool stalls;
	const char *lie;
	unsigned writes, configured;
	bool was_dangerous;
};

struct bus {
	pthread_mutex_t lock;
	pthread_cond_t released; /* a device that stalls */
	struct usb devices[DEVICES_MAX];
	size_t n_devices;
};

extern struct bus bus;

/* The one that was plugged in last under that name. NULL; and a failure. */
struct usb *usb_find(const char *name);
struct usb *usb_get(const char *name);

/* Files of a device: "authorized". A text is valid until the next call, and "" where there is none.
 */
bool usb_has_file(const char *device, const char *attribute);
const char *usb_text(const char *device, const char *attribute);
bool usb_is_one(const char *device, const char *attribute);
/* "usb1" for "1-2". */
const char *controller_of(const char *device);
/* "1-2:1.0/authorized", or "1-2:1.0" for an empty file; valid until the next call. */
const char *interface_file(
	const char *device, unsigned configuration, unsigned interface, const char *file);
/* A uevent of a device, or of what attribute names below it. */
void announce(const char *action, const char *device, const char *attribute);

/* 0: none. */
void usb_set_configuration(struct usb *device, unsigned configuration);
struct usb_facts *facts_of(const char *descriptors, struct usb_builder *builder);

/* What the kernel makes of a write. May wait, and lets go of the lock meanwhile. */
struct kernel_answer bus_react(const struct kernel_request *request);
