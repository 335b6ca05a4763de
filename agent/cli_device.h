/* One USB device as the agent tells it: read from the bus, in words, and for programs. */
#pragma once

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#include "agent/cli_outcome.h"
#include "policy/decide.h"
#include "policy/reason.h"

#define CLI_REASON_SIZE 512

struct cli_interface {
	uint8_t configuration, number;
	const char *class, *verdict;
	struct reason reason;
};

/* Strings point into the message. */
struct cli_device {
	const char *name, *class, *verdict, *manufacturer, *model, *serial, *medium, *state;
	uint16_t vendor, product;
	uint8_t configuration;
	int is_last_input;
	uint64_t record; /* number of the record of its verdict; 0: none */
	struct reason reason;
	struct cli_interface interfaces[DECISION_INTERFACES_MAX];
	size_t n_interfaces;
};

/* Reads an a{sv}. 1, 0 at the end of a list, or a negative errno. */
int cli_device_read(sd_bus_message *message, struct cli_device *ret);

/* Of its verdict and of all its interfaces'. */
enum cli_outcome cli_device_outcome(const struct cli_device *device);

/* Manufacturer and model as the device says them, each where it says any. */
void cli_device_claim(const struct cli_device *device, char *buffer, size_t size);
/* reason_describe() in the reader's language. */
const char *cli_reason_words(const struct reason *reason, char buffer[CLI_REASON_SIZE]);

struct json_object *cli_device_json(const struct cli_device *device);
struct json_object *cli_reason_json(const struct reason *reason);
