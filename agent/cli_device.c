#include "agent/cli_device.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/bus.h"
#include "agent/bus_reason.h"
#include "agent/cli_bus.h"
#include "agent/cli_json.h"
#include "agent/cli_text.h"

static int read_reason(sd_bus_message *message, void *ret)
{
	struct cli_device *device = ret;

	return bus_reason_read(message, &device->reason);
}

/* 1, 0 at the end of a list, or a negative errno. */
static int read_interface(sd_bus_message *message, struct cli_interface *ret)
{
	int r = sd_bus_message_enter_container(message, 'r', BUS_INTERFACE_DECISION_MEMBERS);

	if (r <= 0)
		return r;
	r = sd_bus_message_read(
		message, "yyss", &ret->configuration, &ret->number, &ret->class, &ret->verdict);
	if (r >= 0)
		r = bus_reason_read(message, &ret->reason);
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

static int read_interfaces(sd_bus_message *message, void *ret)
{
	struct cli_device *device = ret;
	struct cli_interface interface;
	int r = sd_bus_message_enter_container(message, 'a', BUS_INTERFACE_DECISION);

	if (r < 0)
		return r;
	while ((r = read_interface(message, &interface)) > 0) {
		if (device->n_interfaces == DECISION_INTERFACES_MAX)
			return -EBADMSG;
		device->interfaces[device->n_interfaces++] = interface;
	}
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

int cli_device_read(sd_bus_message *message, struct cli_device *ret)
{
	const struct cli_field fields[] = {
		{"Name", 's', &ret->name, NULL},
		{"Vendor", 'q', &ret->vendor, NULL},
		{"Product", 'q', &ret->product, NULL},
		{"Class", 's', &ret->class, NULL},
		{"Verdict", 's', &ret->verdict, NULL},
		{"Reason", 0, ret, read_reason},
		{"Manufacturer", 's', &ret->manufacturer, NULL},
		{"Model", 's', &ret->model, NULL},
		{"Serial", 's', &ret->serial, NULL},
		{"Medium", 's', &ret->medium, NULL},
		{"State", 's', &ret->state, NULL},
		{"Configuration", 'y', &ret->configuration, NULL},
		{"IsLastInput", 'b', &ret->is_last_input, NULL},
		{"Record", 't', &ret->record, NULL},
		{"Interfaces", 0, ret, read_interfaces},
	};

	*ret = (struct cli_device){.name = "?",
		.class = "?",
		.verdict = "?",
		.manufacturer = "",
		.model = "",
		.serial = "",
		.medium = "",
		.state = ""};
	return cli_read_dictionary(message, fields, sizeof(fields) / sizeof(fields[0]));
}

enum cli_outcome cli_device_outcome(const struct cli_device *device)
{
	enum cli_outcome outcome = OUTCOME_LET_IN;

	if (cli_is_blocked(device->verdict))
		return OUTCOME_REFUSED;
	for (size_t i = 0; i < device->n_interfaces; i++) {
		if (cli_is_blocked(device->interfaces[i].verdict))
			return OUTCOME_PARTLY;
		if (strcmp(device->interfaces[i].verdict, "read-only") == 0)
			outcome = OUTCOME_READ_ONLY;
	}
	return outcome;
}

void cli_device_claim(const struct cli_device *device, char *buffer, size_t size)
{
	snprintf(buffer, size, "%s%s%s", device->manufacturer,
		device->manufacturer[0] && device->model[0] ? " " : "", device->model);
}

const char *cli_reason_words(const struct reason *reason, char buffer[CLI_REASON_SIZE])
{
	reason_describe_in(reason, gettext, buffer, CLI_REASON_SIZE);
	return buffer;
}

/* --- for programs --- */

struct json_object *cli_reason_json(const struct reason *reason)
{
	struct json_object *object = json_object_new_object();
	char sentence[CLI_REASON_SIZE];

	reason_describe(reason, sentence, sizeof(sentence));
	cli_json_add_string(object, "code", reason_code_name(reason->code));
	cli_json_add_string(object, "access", verdict_name(reason->access));
	cli_json_add_string(object, "class", device_class_name(reason->device_class));
	cli_json_add_string(object, "other_class", device_class_name(reason->other_class));
	cli_json_add_unsigned(object, "configuration", reason->configuration);
	cli_json_add_unsigned(object, "interface", reason->interface);
	cli_json_add_unsigned(object, "line", reason->line);
	cli_json_add_unsigned(object, "number", reason->number);
	cli_json_add_string(object, "text", reason->text);
	cli_json_add_string(object, "sentence", sentence);
	return object;
}

static struct json_object *interfaces_json(const struct cli_device *device)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < device->n_interfaces; i++) {
		const struct cli_interface *interface = &device->interfaces[i];
		struct json_object *object = json_object_new_object();

		cli_json_add_unsigned(object, "configuration", interface->configuration);
		cli_json_add_unsigned(object, "number", interface->number);
		cli_json_add_string(object, "class", interface->class);
		cli_json_add_string(object, "verdict", interface->verdict);
		cli_json_add(object, "reason", cli_reason_json(&interface->reason));
		cli_json_append(array, object);
	}
	return array;
}

struct json_object *cli_device_json(const struct cli_device *device)
{
	static const char *const outcomes[] = {
		[OUTCOME_REFUSED] = "refused",
		[OUTCOME_PARTLY] = "partly",
		[OUTCOME_READ_ONLY] = "read-only",
		[OUTCOME_LET_IN] = "let-in",
	};
	struct json_object *object = json_object_new_object();
	char id[16];

	snprintf(id, sizeof(id), "%04" PRIx16 ":%04" PRIx16, device->vendor, device->product);
	cli_json_add_string(object, "name", device->name);
	cli_json_add_string(object, "id", id);
	cli_json_add_string(object, "class", device->class);
	cli_json_add_string(object, "verdict", device->verdict);
	cli_json_add_string(object, "outcome", outcomes[cli_device_outcome(device)]);
	cli_json_add_unsigned(object, "record", device->record);
	cli_json_add(object, "reason", cli_reason_json(&device->reason));
	cli_json_add_string(object, "manufacturer", device->manufacturer);
	cli_json_add_string(object, "model", device->model);
	cli_json_add_string(object, "serial", device->serial);
	cli_json_add_string(object, "medium", device->medium);
	cli_json_add_string(object, "state", device->state);
	cli_json_add_bool(object, "is_last_input", device->is_last_input);
	cli_json_add_unsigned(object, "configuration", device->configuration);
	cli_json_add(object, "interfaces", interfaces_json(device));
	return object;
}
