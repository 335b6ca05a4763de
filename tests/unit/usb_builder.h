/*
 * Raw USB descriptors for tests, as sysfs "descriptors" shows them. Well-formed by default; a test
 * that wants a lie writes it into bytes afterwards, or adds it with usb_builder_raw().
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define USB_BUILDER_SIZE_MAX 70000

struct usb_builder {
	uint8_t bytes[USB_BUILDER_SIZE_MAX];
	size_t size;
	size_t configuration_at; /* offset of the last configuration descriptor, 0: none yet */
};

/* Starts anew with a device descriptor that has no configuration yet. */
void usb_builder_start(struct usb_builder *builder, uint16_t vendor, uint16_t product);
void usb_builder_device_class(
	struct usb_builder *builder, uint8_t class, uint8_t subclass, uint8_t protocol);

/* Each of these keeps bNumConfigurations, wTotalLength and bNumInterfaces right. */
void usb_builder_configuration(struct usb_builder *builder, uint8_t value);
void usb_builder_interface(struct usb_builder *builder, uint8_t number, uint8_t alternate,
	uint8_t class, uint8_t subclass, uint8_t protocol);
void usb_builder_endpoint(struct usb_builder *builder, uint8_t address, uint8_t attributes);
/* The class descriptor of a HID interface, announcing a report descriptor of that many bytes. */
void usb_builder_hid(struct usb_builder *builder, uint16_t report_size);
/* Any bytes, counted in wTotalLength. */
void usb_builder_raw(struct usb_builder *builder, const uint8_t *bytes, size_t size);

/*
 * A whole device in one line, for tables: "VID:PID", then words:
 *   08/06/50   the next interface (0, 1, 2 …), with that class, subclass and protocol
 *   +08/06/62  a further alternate setting of the interface before
 *   c2         configuration 2 begins (c1 stands for itself when left out)
 *   d=e0/01/01 the class of the device descriptor
 * Interfaces get the endpoints and class descriptors that their class usually has. The
 * text ends at a bar. Aborts on anything else: a test must not go on with half a device.
 */
void usb_builder_text(struct usb_builder *builder, const char *text);
