/* sekisho propose-policy: a draft of rules for what is connected now. */
#include "agent/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/bus.h"
#include "agent/bus_reason.h"
#include "agent/cli_bus.h"
#include "agent/cli_policy.h"
#include "agent/cli_proposal.h"
#include "agent/cli_text.h"
#include "policy/cleanup.h"

struct devices {
	struct proposed_device *items;
	size_t n;
};

static void devices_clear(struct devices *devices)
{
	free(devices->items);
}

static int read_reason(sd_bus_message *message, void *ret)
{
	struct proposed_device *device = ret;
	struct reason reason;
	int r = bus_reason_read(message, &reason);

	if (r > 0)
		device->is_malformed = reason.code == REASON_MALFORMED;
	return r;
}

static int read_interfaces(sd_bus_message *message, void *ret)
{
	struct proposed_device *device = ret;
	int r = sd_bus_message_enter_container(message, 'a', BUS_INTERFACE_DECISION);

	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(message, 'r', BUS_INTERFACE_DECISION_MEMBERS)) >
		0) {
		const char *class, *verdict;
		enum device_class *next = &device->classes[device->n_classes];

		if ((r = sd_bus_message_skip(message, "yy")) < 0 ||
			(r = sd_bus_message_read(message, "ss", &class, &verdict)) < 0 ||
			(r = sd_bus_message_skip(message, BUS_REASON)) < 0 ||
			(r = sd_bus_message_exit_container(message)) < 0)
			return r;
		if (device->n_classes == PROPOSAL_INTERFACES_MAX ||
			device_class_from_name(class, next) < 0)
			return -EBADMSG;
		device->n_classes++;
		device->is_refused |= strcmp(verdict, "block") == 0;
	}
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

/* 1, 0 at the end of a list, or a negative errno. */
static int read_device(sd_bus_message *message, struct proposed_device *ret)
{
	const char *verdict = "block";
	int is_last_input = false;
	const struct cli_field fields[] = {
		{"Name", 's', &ret->name, NULL},
		{"Vendor", 'q', &ret->vendor, NULL},
		{"Product", 'q', &ret->product, NULL},
		{"Verdict", 's', &verdict, NULL},
		{"Reason", 0, ret, read_reason},
		{"Manufacturer", 's', &ret->manufacturer, NULL},
		{"Model", 's', &ret->model, NULL},
		{"Serial", 's', &ret->serial, NULL},
		{"Medium", 's', &ret->medium, NULL},
		{"IsLastInput", 'b', &is_last_input, NULL},
		{"Interfaces", 0, ret, read_interfaces},
	};
	int r;

	*ret = (struct proposed_device){
		.name = "?", .manufacturer = "", .model = "", .serial = "", .medium = ""};
	r = cli_read_dictionary(message, fields, sizeof(fields) / sizeof(fields[0]));
	/* The last input device is let in against the policy. */
	ret->is_refused |= is_last_input || strcmp(verdict, "block") == 0;
	return r;
}

static int read_devices(sd_bus_message *reply, struct devices *devices)
{
	int r = sd_bus_message_enter_container(reply, 'a', "a{sv}");

	while (r >= 0) {
		struct proposed_device *items =
			reallocarray(devices->items, devices->n + 1, sizeof(*items));

		if (!items)
			return -ENOMEM;
		devices->items = items;
		r = read_device(reply, &items[devices->n]);
		if (r <= 0)
			break;
		devices->n++;
	}
	return r;
}

int cli_propose_policy(const struct cli_request *request)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	CLEANUP(cli_settings_clear) struct cli_settings settings = {.items = NULL};
	CLEANUP(devices_clear) struct devices devices = {.items = NULL};
	int r;

	if (cli_policy_ask_settings(&settings) < 0 ||
		cli_bus_prepare("ListDevices", &bus, &call) < 0 ||
		cli_bus_call(bus, call, &reply) < 0)
		return CLI_UNKNOWN;
	r = read_devices(reply, &devices);
	if (r < 0) {
		cli_tell_bad_answer(r);
		return CLI_UNKNOWN;
	}
	cli_proposal_write(stdout, settings.policy, devices.items, devices.n);
	return CLI_DONE;
}
