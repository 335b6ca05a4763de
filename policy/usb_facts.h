/*
 * What the raw descriptors of a USB device say, all configurations of it: the bytes of sysfs
 * "descriptors" (kernel drivers/usb/core/sysfs.c: the device descriptor, then every configuration
 * whole). They are claims of the device. Knows nothing of rules.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/device_class.h"
#include "policy/document.h"

#define USB_FACTS_ALTERNATES_MAX     512 /* more make the device malformed */
#define USB_FACTS_INTERFACES_MAX     64  /* of all configurations; more: malformed */
#define USB_CONFIGURATION_INTERFACES 32  /* USB_MAXINTERFACES of the kernel; more: malformed */
#define USB_FACTS_CONFIGURATIONS_MAX 8   /* USB_MAXCONFIG of the kernel */
/*
 * The kernel shows no more than these of "descriptors" (usbcore's sysfs attribute has that size),
 * however much there is. So many bytes or more make the device malformed: the rest may be hidden.
 */
#define USB_DESCRIPTORS_SIZE_MAX (18 + 65535)

/* One alternate setting of one interface of one configuration, in the order of the bytes. */
struct usb_alternate {
	uint8_t configuration; /* bConfigurationValue */
	uint8_t interface;     /* bInterfaceNumber */
	uint8_t alternate;     /* bAlternateSetting; a sloppy device may use one twice */
	uint8_t class, subclass, protocol;
	/*
	 * By the three bytes, with two exceptions: CDC data (0a) is what the communication
	 * interface of its configuration is, and in a device that calls itself a wireless
	 * controller (e0) each interface is at least that, because drivers such as btusb bind by
	 * the device's class.
	 */
	enum device_class device_class;
};

struct usb_facts {
	uint16_t vendor, product, release;                    /* idVendor, idProduct, bcdDevice */
	uint8_t class, subclass, protocol;                    /* bDeviceClass … */
	uint8_t configurations[USB_FACTS_CONFIGURATIONS_MAX]; /* their bConfigurationValue */
	size_t n_configurations;
	struct usb_alternate *alternates;
	size_t n_alternates;
	uint8_t sha256[SHA256_SIZE]; /* of all bytes */
	/*
	 * Bytes that the kernel could read in another way than we do: lengths that do not add up,
	 * configurations that cannot be told apart, more than there is room for. Such a device is
	 * refused whole; what was read before the odd byte is kept, to name the device.
	 */
	bool is_malformed;
	size_t malformed_at;       /* offset of the first odd byte */
	const char *malformed_why; /* static string, shorter than 64 bytes; NULL: not malformed */
};

/*
 * Reads descriptors. What is wrong with the bytes is a fact, not an error: 0 and *ret (for
 * usb_facts_free()) also for rubbish; -ENOMEM.
 */
int usb_facts_parse(const uint8_t *bytes, size_t size, struct usb_facts **ret);
void usb_facts_free(struct usb_facts *facts);
/* For CLEANUP(). */
void usb_facts_cleanup(struct usb_facts **facts);
