/*
 * Walks raw USB descriptors. The kernel (drivers/usb/core/config.c of Linux 6.1) steps from one
 * bLength to the next, judges a descriptor by its type alone and, in what it shows in sysfs, has
 * already cut off whatever it could not walk. So the walk here is the same, it collects every
 * interface descriptor that any reader could see, and it refuses only where two readers could
 * differ. Knows nothing of rules.
 *
 * Sloppy, seen in real devices, and accepted because all that is found is judged anyway:
 * - interface numbers with gaps, or not below bNumInterfaces; bNumInterfaces or bNumEndpoints
 * wrong;
 * - one alternate setting twice (the kernel keeps the first, we judge both);
 * - wTotalLength beyond the bytes: the device sent less, or the kernel cut an odd end off;
 * - descriptors of any other type and length from 2 up, device descriptors amid a configuration.
 */
#include "policy/usb_facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#define TYPE_DEVICE        0x01
#define TYPE_CONFIGURATION 0x02
#define TYPE_INTERFACE     0x04

#define DEVICE_SIZE        18
#define CONFIGURATION_SIZE 9
#define INTERFACE_SIZE     9

#define DEVICE_CLASS_WIRELESS_CONTROLLER 0xe0
#define INTERFACE_CLASS_CDC_DATA         0x0a

struct walk {
	const uint8_t *bytes;
	size_t size;
	struct usb_facts *facts;
	size_t n_expected;       /* bNumConfigurations */
	size_t configuration_at; /* offset of the configuration descriptor that we are in */
};

static uint16_t read_u16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] | bytes[1] << 8);
}

/* Returns false, for the caller to return at once: the first odd byte is the one that is told. */
static bool refuse(struct usb_facts *facts, size_t at, const char *why)
{
	facts->is_malformed = true;
	facts->malformed_at = at;
	facts->malformed_why = why;
	return false;
}

static bool read_device(struct walk *walk)
{
	const uint8_t *bytes = walk->bytes;
	struct usb_facts *facts = walk->facts;

	if (walk->size < DEVICE_SIZE)
		return refuse(facts, walk->size, "shorter than a device descriptor");
	facts->class = bytes[4];
	facts->subclass = bytes[5];
	facts->protocol = bytes[6];
	facts->vendor = read_u16(bytes + 8);
	facts->product = read_u16(bytes + 10);
	facts->release = read_u16(bytes + 12);
	walk->n_expected = bytes[17];
	/* Readers that begin their walk here, udev among them, would go another way. */
	if (bytes[0] != DEVICE_SIZE)
		return refuse(facts, 0, "the device descriptor is not 18 bytes long");
	if (bytes[1] != TYPE_DEVICE)
		return refuse(facts, 1, "does not begin with a device descriptor");
	if (walk->n_expected == 0 || walk->n_expected > USB_FACTS_CONFIGURATIONS_MAX)
		return refuse(facts, 17, "not 1 to 8 configurations");
	if (walk->size >= USB_DESCRIPTORS_SIZE_MAX)
		return refuse(facts, USB_DESCRIPTORS_SIZE_MAX, "more than the kernel can show");
	return true;
}

/* Whether everything can be walked; counts the interface descriptors, to make room for them. */
static bool count_interfaces(struct walk *walk, size_t *ret)
{
	size_t n_configurations = 0, count = 0, at = DEVICE_SIZE;

	while (at < walk->size) {
		uint8_t length = walk->bytes[at];

		if (walk->size - at < 2)
			return refuse(walk->facts, at, "one byte left over");
		if (length < 2)
			return refuse(walk->facts, at, "a descriptor shorter than its header");
		if (length > walk->size - at)
			return refuse(walk->facts, at, "a descriptor longer than the rest");
		n_configurations += walk->bytes[at + 1] == TYPE_CONFIGURATION;
		count += walk->bytes[at + 1] == TYPE_INTERFACE;
		at += length;
	}
	/*
	 * Where one configuration ends and the next begins decides what can be switched off by
	 * choosing the other. wTotalLength cannot tell, because the kernel shows less than that
	 * after an odd end; but it shows as many configurations as it counted, each beginning with
	 * its descriptor. So equal numbers leave one reading. With a single one, further
	 * configuration descriptors are its filling, as they are for the kernel.
	 */
	if (n_configurations < walk->n_expected)
		return refuse(walk->facts, walk->size, "fewer configurations than announced");
	if (n_configurations > walk->n_expected && walk->n_expected > 1)
		return refuse(walk->facts, 17, "more configuration descriptors than announced");
	if (count > USB_FACTS_ALTERNATES_MAX)
		return refuse(walk->facts, walk->size, "more than 512 interface descriptors");
	*ret = count;
	return true;
}

static bool add_configuration(struct walk *walk, size_t at)
{
	const uint8_t *bytes = walk->bytes + at;
	struct usb_facts *facts = walk->facts;

	if (bytes[0] < CONFIGURATION_SIZE)
		return refuse(facts, at, "a configuration descriptor shorter than 9 bytes");
	/* 0 sets no configuration: it could not be chosen, and nothing could be told from it. */
	if (bytes[5] == 0)
		return refuse(facts, at + 5, "a configuration whose value is 0");
	/* The kernel would set the first of two, the device might set the second. */
	for (size_t i = 0; i < facts->n_configurations; i++)
		if (facts->configurations[i] == bytes[5])
			return refuse(facts, at + 5, "two configurations with the same value");
	facts->configurations[facts->n_configurations++] = bytes[5];
	walk->configuration_at = at;
	return true;
}

/* At the end of a configuration. Less than announced is sloppy (see above); more is a device that
 * announced one length and then another, and a reader who trusts the number stops early. */
static bool close_configuration(struct walk *walk, size_t end)
{
	size_t at = walk->configuration_at;

	if (at != 0 && end - at > read_u16(walk->bytes + at + 2))
		return refuse(walk->facts, at + 2, "a configuration longer than its total length");
	return true;
}

static bool is_new_interface(const struct usb_facts *facts, uint8_t configuration, uint8_t number)
{
	for (size_t i = 0; i < facts->n_alternates; i++)
		if (facts->alternates[i].configuration == configuration &&
			facts->alternates[i].interface == number)
			return false;
	return true;
}

/* Distinct interfaces, of one configuration or (0) of all. */
static size_t interfaces_of(const struct usb_facts *facts, uint8_t configuration)
{
	size_t count = 0;

	for (size_t i = 0; i < facts->n_alternates; i++) {
		const struct usb_alternate *one = &facts->alternates[i];
		bool is_first = true;

		if (configuration != 0 && one->configuration != configuration)
			continue;
		for (size_t j = 0; j < i; j++)
			if (facts->alternates[j].configuration == one->configuration &&
				facts->alternates[j].interface == one->interface)
				is_first = false;
		count += is_first;
	}
	return count;
}

static bool add_alternate(struct walk *walk, size_t at)
{
	const uint8_t *bytes = walk->bytes + at;
	struct usb_facts *facts = walk->facts;
	uint8_t configuration = facts->configurations[facts->n_configurations - 1];

	/* The kernel skips such a one, others read the class from what is there. */
	if (bytes[0] < INTERFACE_SIZE)
		return refuse(facts, at, "an interface descriptor shorter than 9 bytes");
	if (is_new_interface(facts, configuration, bytes[2])) {
		/* The kernel drops those beyond its limit, in an order of its own. */
		if (interfaces_of(facts, configuration) == USB_CONFIGURATION_INTERFACES)
			return refuse(facts, at, "more than 32 interfaces in a configuration");
		if (interfaces_of(facts, 0) == USB_FACTS_INTERFACES_MAX)
			return refuse(facts, at, "more than 64 interfaces");
	}
	facts->alternates[facts->n_alternates++] = (struct usb_alternate){
		.configuration = configuration,
		.interface = bytes[2],
		.alternate = bytes[3],
		.class = bytes[5],
		.subclass = bytes[6],
		.protocol = bytes[7],
		.device_class = device_class_of_interface(bytes[5], bytes[6], bytes[7]),
	};
	return true;
}

/* Second walk: the lengths are known to be right. */
static bool collect(struct walk *walk)
{
	size_t at = DEVICE_SIZE;

	if (walk->bytes[at + 1] != TYPE_CONFIGURATION)
		return refuse(walk->facts, at, "no configuration descriptor after the device's");
	while (at < walk->size) {
		uint8_t type = walk->bytes[at + 1];
		bool is_boundary = type == TYPE_CONFIGURATION &&
				   walk->facts->n_configurations < walk->n_expected;

		if (is_boundary && (!close_configuration(walk, at) || !add_configuration(walk, at)))
			return false;
		if (type == TYPE_INTERFACE && !add_alternate(walk, at))
			return false;
		at += walk->bytes[at];
	}
	return close_configuration(walk, walk->size);
}

static enum device_class worse(enum device_class one, enum device_class other)
{
	return device_class_danger(one) >= device_class_danger(other) ? one : other;
}

/* A data interface carries what the interface beside it controls: a network, a modem, a terminal.
 */
static enum device_class class_of_data(const struct usb_facts *facts, uint8_t configuration)
{
	enum device_class found = CLASS_SERIAL;

	for (size_t i = 0; i < facts->n_alternates; i++) {
		const struct usb_alternate *other = &facts->alternates[i];

		if (other->configuration == configuration &&
			(other->device_class == CLASS_USB_NETWORK ||
				other->device_class == CLASS_MODEM))
			found = worse(found, other->device_class);
	}
	return found;
}

static void classify_in_context(struct usb_facts *facts)
{
	for (size_t i = 0; i < facts->n_alternates; i++) {
		struct usb_alternate *one = &facts->alternates[i];

		if (one->class == INTERFACE_CLASS_CDC_DATA)
			one->device_class = class_of_data(facts, one->configuration);
		if (facts->class == DEVICE_CLASS_WIRELESS_CONTROLLER)
			one->device_class =
				worse(one->device_class, device_class_of_interface(facts->class,
								 facts->subclass, facts->protocol));
	}
}

int usb_facts_parse(const uint8_t *bytes, size_t size, struct usb_facts **ret)
{
	struct usb_facts *facts = calloc(1, sizeof(*facts));
	struct walk walk = {.bytes = bytes, .size = size, .facts = facts};
	size_t count;

	if (!facts)
		return -ENOMEM;
	if (EVP_Digest(bytes, size, facts->sha256, NULL, EVP_sha256(), NULL) != 1)
		goto no_memory;
	if (read_device(&walk) && count_interfaces(&walk, &count)) {
		facts->alternates = calloc(count + 1, sizeof(*facts->alternates));
		if (!facts->alternates)
			goto no_memory;
		collect(&walk);
		classify_in_context(facts);
	}
	*ret = facts;
	return 0;

no_memory:
	usb_facts_free(facts);
	return -ENOMEM;
}

void usb_facts_free(struct usb_facts *facts)
{
	if (!facts)
		return;
	free(facts->alternates);
	free(facts);
}

void usb_facts_cleanup(struct usb_facts **facts)
{
	usb_facts_free(*facts);
}
