#include "tests/unit/usb_builder.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DEVICE_SIZE        18
#define CONFIGURATION_SIZE 9

void usb_builder_raw(struct usb_builder *builder, const uint8_t *bytes, size_t size)
{
	size_t total;

	if (size > sizeof(builder->bytes) - builder->size)
		abort();
	memcpy(builder->bytes + builder->size, bytes, size);
	builder->size += size;
	if (builder->configuration_at == 0)
		return;
	total = builder->size - builder->configuration_at;
	builder->bytes[builder->configuration_at + 2] = (uint8_t)total;
	builder->bytes[builder->configuration_at + 3] = (uint8_t)(total >> 8);
}

void usb_builder_start(struct usb_builder *builder, uint16_t vendor, uint16_t product)
{
	const uint8_t device[DEVICE_SIZE] = {DEVICE_SIZE, 0x01, 0x00, 0x02, 0, 0, 0, 64,
		(uint8_t)vendor, (uint8_t)(vendor >> 8), (uint8_t)product, (uint8_t)(product >> 8),
		0x10, 0x01, 1, 2, 3, 0};

	memset(builder, 0, sizeof(*builder));
	usb_builder_raw(builder, device, sizeof(device));
}

void usb_builder_device_class(
	struct usb_builder *builder, uint8_t class, uint8_t subclass, uint8_t protocol)
{
	builder->bytes[4] = class;
	builder->bytes[5] = subclass;
	builder->bytes[6] = protocol;
}

void usb_builder_configuration(struct usb_builder *builder, uint8_t value)
{
	const uint8_t configuration[CONFIGURATION_SIZE] = {
		CONFIGURATION_SIZE, 0x02, CONFIGURATION_SIZE, 0, 0, value, 0, 0xa0, 50};

	builder->configuration_at = builder->size;
	builder->bytes[17]++;
	usb_builder_raw(builder, configuration, sizeof(configuration));
}

void usb_builder_interface(struct usb_builder *builder, uint8_t number, uint8_t alternate,
	uint8_t class, uint8_t subclass, uint8_t protocol)
{
	const uint8_t interface[9] = {9, 0x04, number, alternate, 0, class, subclass, protocol, 0};

	if (builder->configuration_at == 0)
		abort();
	if (alternate == 0)
		builder->bytes[builder->configuration_at + 4]++;
	usb_builder_raw(builder, interface, sizeof(interface));
}

void usb_builder_endpoint(struct usb_builder *builder, uint8_t address, uint8_t attributes)
{
	const uint8_t endpoint[7] = {7, 0x05, address, attributes, 0x40, 0x00, 10};

	usb_builder_raw(builder, endpoint, sizeof(endpoint));
}

void usb_builder_hid(struct usb_builder *builder, uint16_t report_size)
{
	const uint8_t hid[9] = {
		9, 0x21, 0x11, 0x01, 0, 1, 0x22, (uint8_t)report_size, (uint8_t)(report_size >> 8)};

	usb_builder_raw(builder, hid, sizeof(hid));
}

static uint8_t text_byte(const char **text, char end)
{
	char *after;
	unsigned long value = strtoul(*text, &after, 16);

	if (after == *text || value > 0xff || (end && *after != end))
		abort();
	*text = after + (end ? 1 : 0);
	return (uint8_t)value;
}

static void text_triple(const char **text, uint8_t triple[3])
{
	triple[0] = text_byte(text, '/');
	triple[1] = text_byte(text, '/');
	triple[2] = text_byte(text, 0);
}

static uint16_t text_id(const char **text)
{
	char *after;
	unsigned long value = strtoul(*text, &after, 16);

	if (after != *text + 4 || value > 0xffff)
		abort();
	*text = after;
	return (uint16_t)value;
}

/* An interrupt endpoint where the class has one, else a pair of bulk endpoints. */
static void usual_companions(struct usb_builder *builder, uint8_t class)
{
	if (class == 0x03)
		usb_builder_hid(builder, 65);
	if (class == 0x03 || class == 0x09 || class == 0x02) {
		usb_builder_endpoint(builder, 0x81, 0x03);
		return;
	}
	usb_builder_endpoint(builder, 0x81, 0x02);
	usb_builder_endpoint(builder, 0x02, 0x02);
}

void usb_builder_text(struct usb_builder *builder, const char *text)
{
	uint16_t vendor = text_id(&text);
	uint8_t next = 0, alternate = 0, triple[3];

	if (*text++ != ':')
		abort();
	usb_builder_start(builder, vendor, text_id(&text));
	for (;;) {
		while (*text == ' ')
			text++;
		if (*text == '\0' || *text == '|')
			return;
		if (*text == 'c' && isxdigit((unsigned char)text[1]) && text[2] != '/') {
			text++;
			usb_builder_configuration(builder, text_byte(&text, 0));
			next = 0;
			continue;
		}
		if (strncmp(text, "d=", 2) == 0) {
			text += 2;
			text_triple(&text, triple);
			usb_builder_device_class(builder, triple[0], triple[1], triple[2]);
			continue;
		}
		if (builder->configuration_at == 0)
			usb_builder_configuration(builder, 1);
		if (*text == '+') {
			text++;
			alternate++;
		} else {
			next++;
			alternate = 0;
		}
		text_triple(&text, triple);
		usb_builder_interface(
			builder, (uint8_t)(next - 1), alternate, triple[0], triple[1], triple[2]);
		usual_companions(builder, triple[0]);
	}
}
