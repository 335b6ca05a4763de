/* ListDevices, ExplainDevice: what is plugged in, for those who may know. */
#include "agent/bus_internal.h"

#include <string.h>

#include "agent/bus_dictionary.h"
#include "agent/bus_reason.h"

static void put_reason(struct dictionary *dictionary, const struct reason *reason)
{
	sd_bus_message *message = dictionary->message;

	dictionary_put(dictionary, sd_bus_message_open_container(message, 'e', "sv"));
	dictionary_put(dictionary, sd_bus_message_append(message, "s", "Reason"));
	dictionary_put(dictionary, sd_bus_message_open_container(message, 'v', BUS_REASON));
	dictionary_put(dictionary, bus_reason_append(message, reason));
	for (int i = 0; i < 2; i++)
		dictionary_put(dictionary, sd_bus_message_close_container(message));
}

static void put_interfaces(struct dictionary *dictionary, const struct device_decision *decision)
{
	sd_bus_message *message = dictionary->message;

	dictionary_put(dictionary, sd_bus_message_open_container(message, 'e', "sv"));
	dictionary_put(dictionary, sd_bus_message_append(message, "s", "Interfaces"));
	dictionary_put(dictionary,
		sd_bus_message_open_container(message, 'v', "a" BUS_INTERFACE_DECISION));
	dictionary_put(
		dictionary, sd_bus_message_open_container(message, 'a', BUS_INTERFACE_DECISION));
	for (size_t i = 0; i < decision->n_interfaces; i++) {
		const struct interface_decision *interface = &decision->interfaces[i];

		dictionary_put(dictionary, sd_bus_message_open_container(
						   message, 'r', BUS_INTERFACE_DECISION_MEMBERS));
		dictionary_put(dictionary,
			sd_bus_message_append(message, "yyss", interface->configuration,
				interface->interface, device_class_name(interface->device_class),
				verdict_name(interface->verdict)));
		dictionary_put(dictionary, bus_reason_append(message, &interface->reason));
		dictionary_put(dictionary, sd_bus_message_close_container(message));
	}
	for (int i = 0; i < 3; i++)
		dictionary_put(dictionary, sd_bus_message_close_container(message));
}

static void put_device(struct dictionary *dictionary, const struct agent_device *device)
{
	const struct device_decision *decision = device->decision;
	sd_bus_message *message = dictionary->message;

	dictionary_put(dictionary, sd_bus_message_open_container(message, 'a', "{sv}"));
	dictionary_put_string(dictionary, "Name", device->name);
	dictionary_put(
		dictionary, sd_bus_message_append(message, "{sv}", "Vendor", "q", device->vendor));
	dictionary_put(dictionary,
		sd_bus_message_append(message, "{sv}", "Product", "q", device->product));
	dictionary_put_string(dictionary, "Class", device_class_name(decision->device_class));
	dictionary_put_string(dictionary, "Verdict", verdict_name(decision->verdict));
	put_reason(dictionary, &decision->reason);
	dictionary_put_string(dictionary, "Manufacturer", device->manufacturer);
	dictionary_put_string(dictionary, "Model", device->model);
	dictionary_put_string(dictionary, "Serial", device->serial);
	dictionary_put_string(dictionary, "Medium", device->medium);
	dictionary_put_u(dictionary, "Bus", device->bus);
	dictionary_put_u(dictionary, "Number", device->number);
	dictionary_put(dictionary, sd_bus_message_append(message, "{sv}", "Configuration", "y",
					   decision->configuration));
	dictionary_put_string(dictionary, "State", device->state);
	dictionary_put_bool(dictionary, "IsLastInput", device->is_last_input);
	dictionary_put_t(dictionary, "Record", device->record);
	put_interfaces(dictionary, decision);
	dictionary_put(dictionary, sd_bus_message_close_container(message));
}

static int answer_list(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error)
{
	struct dictionary dictionary = {.result = 0};
	struct agent_device device;
	sd_bus_message *reply = NULL;
	int r = sd_bus_message_new_method_return(call, &reply);

	if (r < 0)
		return r;
	dictionary.message = reply;
	dictionary_put(&dictionary, sd_bus_message_open_container(reply, 'a', "a{sv}"));
	for (size_t i = 0; bus->handlers->get_device(bus->handlers->userdata, i, &device); i++)
		put_device(&dictionary, &device);
	dictionary_put(&dictionary, sd_bus_message_close_container(reply));
	if (dictionary.result >= 0)
		dictionary_put(&dictionary, sd_bus_message_send(reply));
	sd_bus_message_unref(reply);
	return dictionary.result;
}

int bus_list_devices(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	return bus_access_check(userdata, call, BUS_VIEW, answer_list, ret_error);
}

static bool find_device(
	const struct bus_handlers *handlers, const char *name, struct agent_device *ret)
{
	struct agent_device device;

	for (size_t i = 0; handlers->get_device(handlers->userdata, i, &device); i++)
		if (strcmp(device.name, name) == 0) {
			*ret = device;
			return true;
		}
	return false;
}

static int answer_device(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error)
{
	struct dictionary dictionary = {.result = 0};
	struct agent_device device;
	sd_bus_message *reply = NULL;
	const char *name;
	int r = sd_bus_message_read(call, "s", &name);

	if (r < 0)
		return r;
	if (!find_device(bus->handlers, name, &device))
		return sd_bus_error_set(
			ret_error, BUS_ERROR_NO_SUCH_DEVICE, "No such USB device is connected");
	r = sd_bus_message_new_method_return(call, &reply);
	if (r < 0)
		return r;
	dictionary.message = reply;
	put_device(&dictionary, &device);
	if (dictionary.result >= 0)
		dictionary_put(&dictionary, sd_bus_message_send(reply));
	sd_bus_message_unref(reply);
	return dictionary.result;
}

int bus_explain_device(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	const char *name;
	int r = sd_bus_message_read(call, "s", &name);

	if (r < 0)
		return r;
	/* A call that waits is held in memory, so it must be small. */
	if (strlen(name) > DEVICE_NAME_MAX)
		return sd_bus_error_set(
			ret_error, BUS_ERROR_NO_SUCH_DEVICE, "No USB device has such a name");
	r = sd_bus_message_rewind(call, true);
	return r < 0 ? r : bus_access_check(userdata, call, BUS_VIEW, answer_device, ret_error);
}
