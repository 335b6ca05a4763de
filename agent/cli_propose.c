/* sekisho propose-policy: a draft of rules for what is connected now. */
#include "agent/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/cli_bus.h"
#include "agent/cli_device.h"
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

/* 0 or -EBADMSG. The strings stay those of the message. */
static int describe(const struct cli_device *device, struct proposed_device *ret)
{
	*ret = (struct proposed_device){
		.name = device->name,
		.vendor = device->vendor,
		.product = device->product,
		.manufacturer = device->manufacturer,
		.model = device->model,
		.serial = device->serial,
		.medium = device->medium,
		.is_malformed = device->reason.code == REASON_MALFORMED,
		/* The last input device is let in against the policy. */
		.is_refused = device->is_last_input || cli_is_blocked(device->verdict),
		.n_classes = device->n_interfaces,
	};
	for (size_t i = 0; i < device->n_interfaces; i++) {
		const struct cli_interface *interface = &device->interfaces[i];

		if (device_class_from_name(interface->class, &ret->classes[i]) < 0)
			return -EBADMSG;
		ret->is_refused |= cli_is_blocked(interface->verdict);
	}
	return 0;
}

static int read_devices(sd_bus_message *reply, struct devices *devices)
{
	int r = sd_bus_message_enter_container(reply, 'a', "a{sv}");
	struct cli_device device;

	while (r >= 0) {
		struct proposed_device *items =
			reallocarray(devices->items, devices->n + 1, sizeof(*items));

		if (!items)
			return -ENOMEM;
		devices->items = items;
		r = cli_device_read(reply, &device);
		if (r <= 0)
			break;
		r = describe(&device, &items[devices->n++]);
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
