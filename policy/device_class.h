/*
 * The closed list of device classes that a policy can speak of. An agent never meets an unknown
 * class word within one format number, so the list is complete from the first version on.
 */
#pragma once

#include <stdint.h>

enum device_class {
	CLASS_UNKNOWN = 0, /* zero: what nobody classified is treated as unknown */
	CLASS_HUB,
	CLASS_KEYBOARD,
	CLASS_POINTER,
	CLASS_CARD_READER,
	CLASS_PRINTER,
	CLASS_AUDIO,
	CLASS_CAMERA,
	CLASS_USB_STORAGE,
	CLASS_PHONE,
	CLASS_USB_NETWORK,
	CLASS_WIRELESS,
	CLASS_BLUETOOTH,
	CLASS_SERIAL,
	CLASS_MODEM,
	CLASS_SD_CARD,
	CLASS_OPTICAL,
	CLASS_FLOPPY,
	CLASS_NVME,
	CLASS_SATA_EXTERNAL,
	CLASS_FIREWIRE,
	CLASS_THUNDERBOLT,
	CLASS_LOOP,
	CLASS_VENDOR,
	CLASS_COUNT,
};

/* The word that a policy uses, such as "usb-storage"; NULL out of range. */
const char *device_class_name(enum device_class device_class);

/* 0 and *ret, or -EINVAL. */
int device_class_from_name(const char *name, enum device_class *ret);

/*
 * Whether "read-only" means anything for this class: a block device that can be set read-only. A
 * phone is none: its files come over a protocol of its own, which no switch here can hold.
 */
int device_class_can_be_read_only(enum device_class device_class);

/*
 * What is worse to let in: the higher the number, the more dangerous. No two classes share one.
 * Keyboard, pointer and hub are the three lowest. Out of range is the highest.
 */
unsigned device_class_danger(enum device_class device_class);

/* Classes of a group do the same kind of harm. Beyond the plain ones, a device rule opens only what
 * it names. */
enum device_class_group {
	CLASS_GROUP_PLAIN = 0,
	CLASS_GROUP_INPUT,
	CLASS_GROUP_STORAGE,
	CLASS_GROUP_PHONE,
	CLASS_GROUP_NETWORK,
};

/* The group of a class; storage when out of range. */
enum device_class_group device_class_group(enum device_class device_class);

/*
 * The class of one USB interface by its bInterfaceClass, bInterfaceSubClass and bInterfaceProtocol
 * (https://www.usb.org/defined-class-codes). HID that is not a boot-protocol mouse counts as a
 * keyboard, because every HID interface may be one until its report descriptor was read. CDC data
 * (class 0a) alone is serial; usb_facts gives it the class of the interface that it serves.
 */
enum device_class device_class_of_interface(uint8_t class, uint8_t subclass, uint8_t protocol);
