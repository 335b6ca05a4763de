/* Words, weights and USB codes of the device classes. Knows nothing of whole devices or rules. */
#include "policy/device_class.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "policy/names.h"

static const char *const names[CLASS_COUNT] = {
	[CLASS_UNKNOWN] = "unknown",
	[CLASS_HUB] = "hub",
	[CLASS_KEYBOARD] = "keyboard",
	[CLASS_POINTER] = "pointer",
	[CLASS_CARD_READER] = "card-reader",
	[CLASS_PRINTER] = "printer",
	[CLASS_AUDIO] = "audio",
	[CLASS_CAMERA] = "camera",
	[CLASS_USB_STORAGE] = "usb-storage",
	[CLASS_PHONE] = "phone",
	[CLASS_USB_NETWORK] = "usb-network",
	[CLASS_WIRELESS] = "wireless",
	[CLASS_BLUETOOTH] = "bluetooth",
	[CLASS_SERIAL] = "serial",
	[CLASS_MODEM] = "modem",
	[CLASS_SD_CARD] = "sd-card",
	[CLASS_OPTICAL] = "optical",
	[CLASS_FLOPPY] = "floppy",
	[CLASS_NVME] = "nvme",
	[CLASS_SATA_EXTERNAL] = "sata-external",
	[CLASS_FIREWIRE] = "firewire",
	[CLASS_THUNDERBOLT] = "thunderbolt",
	[CLASS_LOOP] = "loop",
	[CLASS_VENDOR] = "vendor",
};

/* The most dangerous first. What nobody knows stands above what is known to be harmless. */
static const struct weight {
	enum device_class device_class;
	enum device_class_group group;
} weights[CLASS_COUNT] = {
	{CLASS_USB_STORAGE, CLASS_GROUP_STORAGE},
	{CLASS_SD_CARD, CLASS_GROUP_STORAGE},
	{CLASS_NVME, CLASS_GROUP_STORAGE},
	{CLASS_SATA_EXTERNAL, CLASS_GROUP_STORAGE},
	{CLASS_THUNDERBOLT, CLASS_GROUP_STORAGE},
	{CLASS_FIREWIRE, CLASS_GROUP_STORAGE},
	{CLASS_OPTICAL, CLASS_GROUP_STORAGE},
	{CLASS_FLOPPY, CLASS_GROUP_STORAGE},
	{CLASS_LOOP, CLASS_GROUP_STORAGE},
	{CLASS_PHONE, CLASS_GROUP_PHONE},
	{CLASS_USB_NETWORK, CLASS_GROUP_NETWORK},
	{CLASS_MODEM, CLASS_GROUP_NETWORK},
	{CLASS_WIRELESS, CLASS_GROUP_NETWORK},
	{CLASS_BLUETOOTH, CLASS_GROUP_NETWORK},
	{CLASS_UNKNOWN, CLASS_GROUP_PLAIN},
	{CLASS_VENDOR, CLASS_GROUP_PLAIN},
	{CLASS_SERIAL, CLASS_GROUP_PLAIN},
	{CLASS_CAMERA, CLASS_GROUP_PLAIN},
	{CLASS_AUDIO, CLASS_GROUP_PLAIN},
	{CLASS_PRINTER, CLASS_GROUP_PLAIN},
	{CLASS_CARD_READER, CLASS_GROUP_PLAIN},
	{CLASS_KEYBOARD, CLASS_GROUP_INPUT},
	{CLASS_POINTER, CLASS_GROUP_INPUT},
	{CLASS_HUB, CLASS_GROUP_PLAIN},
};

const char *device_class_name(enum device_class device_class)
{
	return names_get(names, CLASS_COUNT, device_class);
}

int device_class_from_name(const char *name, enum device_class *ret)
{
	int index = names_find(names, CLASS_COUNT, name);

	if (index < 0)
		return index;
	*ret = (enum device_class)index;
	return 0;
}

int device_class_can_be_read_only(enum device_class device_class)
{
	return device_class == CLASS_USB_STORAGE || device_class == CLASS_SD_CARD ||
	       device_class == CLASS_OPTICAL || device_class == CLASS_FLOPPY ||
	       device_class == CLASS_NVME || device_class == CLASS_SATA_EXTERNAL ||
	       device_class == CLASS_LOOP;
}

unsigned device_class_danger(enum device_class device_class)
{
	for (unsigned i = 0; i < CLASS_COUNT; i++)
		if (weights[i].device_class == device_class)
			return CLASS_COUNT - 1 - i;
	return CLASS_COUNT;
}

enum device_class_group device_class_group(enum device_class device_class)
{
	for (unsigned i = 0; i < CLASS_COUNT; i++)
		if (weights[i].device_class == device_class)
			return weights[i].group;
	return CLASS_GROUP_STORAGE;
}

#define ANY (-1)

/*
 * The first row that fits speaks. Codes that carry a network, a phone or a disk under a harmless
 * looking class stand before the class's general row.
 */
static const struct code {
	int class, subclass, protocol;
	enum device_class device_class;
} codes[] = {
	{0x01, ANY, ANY, CLASS_AUDIO},
	/* CDC: only the subclasses that are surely something else are not a network. */
	{0x02, 0x02, 0x00, CLASS_SERIAL}, /* ACM without a command set */
	{0x02, 0x02, 0x01, CLASS_MODEM},  /* ACM with AT commands, 01 to 06 */
	{0x02, 0x02, 0x02, CLASS_MODEM},
	{0x02, 0x02, 0x03, CLASS_MODEM},
	{0x02, 0x02, 0x04, CLASS_MODEM},
	{0x02, 0x02, 0x05, CLASS_MODEM},
	{0x02, 0x02, 0x06, CLASS_MODEM},
	{0x02, 0x08, ANY, CLASS_MODEM},      /* wireless handset control */
	{0x02, 0x09, ANY, CLASS_MODEM},      /* device management of a mobile modem */
	{0x02, 0x0e, ANY, CLASS_MODEM},      /* MBIM: mobile broadband */
	{0x02, ANY, ANY, CLASS_USB_NETWORK}, /* ECM, NCM, EEM, RNDIS as 02/02/ff … */
	{0x03, 0x01, 0x02, CLASS_POINTER},
	{0x03, ANY, ANY, CLASS_KEYBOARD},
	/* PTP is spoken by cameras and by phones, MTP looks the same: the stricter of the two. */
	{0x06, ANY, ANY, CLASS_PHONE},
	{0x07, ANY, ANY, CLASS_PRINTER},
	{0x08, 0x02, ANY, CLASS_OPTICAL},
	{0x08, 0x04, ANY, CLASS_FLOPPY},
	{0x08, ANY, ANY, CLASS_USB_STORAGE}, /* 05 was floppies and early sticks alike */
	{0x09, ANY, ANY, CLASS_HUB},
	{0x0a, ANY, ANY, CLASS_SERIAL},
	{0x0b, ANY, ANY, CLASS_CARD_READER},
	{0x0e, ANY, ANY, CLASS_CAMERA},
	{0xe0, 0x01, 0x01, CLASS_BLUETOOTH},
	{0xe0, 0x01, 0x03, CLASS_USB_NETWORK}, /* RNDIS */
	{0xe0, ANY, ANY, CLASS_WIRELESS},
	{0xef, 0x04, ANY, CLASS_USB_NETWORK}, /* RNDIS over Ethernet, Wi-Fi, WiMAX … */
	{0xef, 0x05, ANY, CLASS_CAMERA},      /* USB3 Vision */
	{0xff, 0x42, 0x01, CLASS_PHONE},      /* Android debug bridge */
	{0xff, 0x42, 0x03, CLASS_PHONE},      /* fastboot */
	{0xff, ANY, ANY, CLASS_VENDOR},
};

static bool code_fits(int code, uint8_t byte)
{
	return code == ANY || code == byte;
}

enum device_class device_class_of_interface(uint8_t class, uint8_t subclass, uint8_t protocol)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (code_fits(codes[i].class, class) && code_fits(codes[i].subclass, subclass) &&
			code_fits(codes[i].protocol, protocol))
			return codes[i].device_class;
	return CLASS_UNKNOWN;
}
