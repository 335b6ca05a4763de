/* What a device says that it is: its descriptors, built from a few words.
 *
 * Configurations are separated by commas, their interfaces by plus signs:
 * "vendor,keyboard+disk" has a vendor-class configuration 1 and a composite
 * configuration 2. Words:
 *   keyboard      03/01/01, boot keyboard
 *   mouse         03/01/02, boot mouse
 *   typing-mouse  03/01/02, with the report descriptor of a keyboard
 *   disk          08/06/50, bulk-only mass storage
 *   vendor        ff/00/00
 *   hid:N         N HID interfaces, each with another subclass or protocol
 *   alt:N         one HID interface with N such alternate settings
 *   gap           a two-byte descriptor, where some readers stop
 *   rubbish       alone: bytes without meaning instead of any descriptor
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PERSONA_CONFIGS_MAX   4
#define PERSONA_FUNCTIONS_MAX 64
#define PERSONA_CONFIG_BYTES  4096

/* Endpoint numbers say what is behind them, in every persona, so that what a
 * driver began under one face can end under the next. */
enum endpoint {
	ENDPOINT_CONTROL = 0,
	ENDPOINT_HID_FIRST = 1,
	ENDPOINT_HID_LAST = 12,
	ENDPOINT_VENDOR = 13,
	ENDPOINT_DISK = 14,
};

struct bytes {
	uint8_t at[PERSONA_CONFIG_BYTES];
	size_t size;
	bool is_full; /* something did not fit */
};

/* A HID interface: where its report descriptor is asked for. */
struct hid_function {
	uint8_t configuration; /* 1.. */
	uint8_t interface;
	uint8_t endpoint;      /* its number; 0: none was left */
	uint8_t is_keyboard;   /* by its report descriptor */
	const uint8_t *report; /* report descriptor, static */
	size_t report_size;
};

struct persona {
	bool is_rubbish;
	const char *spec;
	uint8_t device[18];
	struct bytes configs[PERSONA_CONFIGS_MAX];
	uint8_t config_count;
	struct hid_function hids[PERSONA_FUNCTIONS_MAX];
	size_t hid_count;
	const char *strings[4]; /* 1 manufacturer, 2 product, 3 serial */
};

struct persona_id {
	uint16_t vendor;
	uint16_t product;
	const char *serial;
};

/* Builds the persona that spec describes; ret keeps the pointers it is given.
 * Returns 0, EINVAL for a word it does not know, E2BIG for more than fits. */
int persona_build(struct persona *ret, const char *spec, const struct persona_id *id);

/* The HID function of an interface, or NULL. */
const struct hid_function *persona_hid(
	const struct persona *persona, uint8_t configuration, uint8_t interface);

/* The endpoint number of the first keyboard; 0: there is none. */
uint8_t persona_keyboard(const struct persona *persona);
