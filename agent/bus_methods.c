/* The methods that only tell. */
#include "agent/bus_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/printable.h"

#define LINE_SIZE 512

/* A dictionary a{sv} being written: the first error stays. */
struct dictionary {
	sd_bus_message *message;
	int result;
};

static void put(struct dictionary *dictionary, int result)
{
	if (dictionary->result >= 0 && result < 0)
		dictionary->result = result;
}

static void put_string(struct dictionary *dictionary, const char *key, const char *value)
{
	char text[LINE_SIZE];

	printable_copy(text, sizeof(text), value ? value : "");
	put(dictionary, sd_bus_message_append(dictionary->message, "{sv}", key, "s", text));
}

static void put_u(struct dictionary *dictionary, const char *key, size_t value)
{
	put(dictionary,
		sd_bus_message_append(dictionary->message, "{sv}", key, "u", (uint32_t)value));
}

static void put_t(struct dictionary *dictionary, const char *key, uint64_t value)
{
	put(dictionary, sd_bus_message_append(dictionary->message, "{sv}", key, "t", value));
}

static void put_x(struct dictionary *dictionary, const char *key, int64_t value)
{
	put(dictionary, sd_bus_message_append(dictionary->message, "{sv}", key, "x", value));
}

static void put_bool(struct dictionary *dictionary, const char *key, bool value)
{
	put(dictionary, sd_bus_message_append(dictionary->message, "{sv}", key, "b", (int)value));
}

static void put_sha256(
	struct dictionary *dictionary, const char *key, const uint8_t sha256[SHA256_SIZE])
{
	char hex[2 * SHA256_SIZE + 1];

	for (size_t i = 0; i < SHA256_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", sha256[i]);
	put_string(dictionary, key, hex);
}

static void put_strings(
	struct dictionary *dictionary, const char *key, const char *const *values, size_t n)
{
	sd_bus_message *message = dictionary->message;

	put(dictionary, sd_bus_message_open_container(message, 'e', "sv"));
	put(dictionary, sd_bus_message_append(message, "s", key));
	put(dictionary, sd_bus_message_open_container(message, 'v', "as"));
	put(dictionary, sd_bus_message_open_container(message, 'a', "s"));
	for (size_t i = 0; i < n; i++) {
		char text[LINE_SIZE];

		printable_copy(text, sizeof(text), values[i]);
		put(dictionary, sd_bus_message_append(message, "s", text));
	}
	for (int i = 0; i < 3; i++)
		put(dictionary, sd_bus_message_close_container(message));
}

static void put_documents(struct dictionary *dictionary, const struct agent_status *status)
{
	if (status->root) {
		put_t(dictionary, "RootNumber", status->root->serial);
		put_u(dictionary, "RootEpoch", status->root->epoch);
		put_x(dictionary, "RootNotAfter", status->root->not_after);
	}
	if (status->media) {
		put_t(dictionary, "MediaSerial", status->media->serial);
		put_u(dictionary, "Media", status->n_media);
	}
	if (status->has_fresh) {
		put_t(dictionary, "FreshAge", status->fresh.age_s);
		put_u(dictionary, "FreshMaxAge", status->fresh.max_age_s);
		put_t(dictionary, "NewestRoot", status->fresh.root);
		put_t(dictionary, "NewestPolicy", status->fresh.policy);
		put_t(dictionary, "NewestMedia", status->fresh.media);
	}
}

static void put_status(struct dictionary *dictionary, const struct agent_status *status)
{
	static const char *const enforces[] = {"usb"};

	put_string(dictionary, "Version", SEKISHO_VERSION);
	put_strings(dictionary, "Enforces", enforces, sizeof(enforces) / sizeof(enforces[0]));
	put_string(dictionary, "Site", status->site);
	put_string(dictionary, "Tier", status->tier);
	put_t(dictionary, "PolicySerial", status->policy.serial);
	put_sha256(dictionary, "PolicySha256", status->policy.sha256);
	put_x(dictionary, "PolicyNotAfter", status->policy.not_after);
	put_bool(dictionary, "PolicyIsBuiltin", status->is_builtin);
	put_bool(dictionary, "PolicyIsOnTrial", status->is_on_trial);
	put_bool(dictionary, "PolicyIsRehearsed", status->is_rehearsing);
	if (status->is_rehearsing)
		put_x(dictionary, "PolicyRehearsedUntil", status->rehearses_until);
	if (status->has_next) {
		put_t(dictionary, "NextSerial", status->next.serial);
		put_sha256(dictionary, "NextSha256", status->next.sha256);
		put_x(dictionary, "NextNotBefore", status->next.not_before);
	}
	put_documents(dictionary, status);
	put_u(dictionary, "Devices", status->devices);
	put_u(dictionary, "DevicesRefused", status->devices_refused);
	put_u(dictionary, "OtherKeyboards", status->other_keyboards);
	put_t(dictionary, "RecordSequence", status->record_sequence);
	put_sha256(dictionary, "RecordSha256", status->record_sha256);
	put_t(dictionary, "RecordsMissing", status->records_missing);
	put_strings(dictionary, "Problems", status->problems, status->n_problems);
}

static int get_status(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	const struct bus_handlers *handlers = bus_get_handlers(userdata);
	struct agent_status status = {.site = NULL};
	struct dictionary dictionary = {.result = 0};
	sd_bus_message *reply = NULL;
	int r = sd_bus_message_new_method_return(call, &reply);

	if (r < 0)
		return r;
	handlers->get_status(handlers->userdata, &status);
	dictionary.message = reply;
	put(&dictionary, sd_bus_message_open_container(reply, 'a', "{sv}"));
	put_status(&dictionary, &status);
	put(&dictionary, sd_bus_message_close_container(reply));
	put(&dictionary, sd_bus_message_send(reply));
	sd_bus_message_unref(reply);
	return dictionary.result;
}

static void put_interfaces(struct dictionary *dictionary, const struct device_decision *decision)
{
	sd_bus_message *message = dictionary->message;

	put(dictionary, sd_bus_message_open_container(message, 'e', "sv"));
	put(dictionary, sd_bus_message_append(message, "s", "Interfaces"));
	put(dictionary, sd_bus_message_open_container(message, 'v', "a(yyssss)"));
	put(dictionary, sd_bus_message_open_container(message, 'a', "(yyssss)"));
	for (size_t i = 0; i < decision->n_interfaces; i++) {
		const struct interface_decision *interface = &decision->interfaces[i];
		char reason[LINE_SIZE], text[LINE_SIZE];

		reason_describe(&interface->reason, reason, sizeof(reason));
		printable_copy(text, sizeof(text), reason);
		put(dictionary,
			sd_bus_message_append(message, "(yyssss)", interface->configuration,
				interface->interface, device_class_name(interface->device_class),
				verdict_name(interface->verdict),
				reason_code_name(interface->reason.code), text));
	}
	for (int i = 0; i < 3; i++)
		put(dictionary, sd_bus_message_close_container(message));
}

static void put_device(struct dictionary *dictionary, const struct agent_device *device)
{
	const struct device_decision *decision = device->decision;
	sd_bus_message *message = dictionary->message;
	char reason[LINE_SIZE];

	reason_describe(&decision->reason, reason, sizeof(reason));
	put(dictionary, sd_bus_message_open_container(message, 'a', "{sv}"));
	put_string(dictionary, "Name", device->name);
	put(dictionary, sd_bus_message_append(message, "{sv}", "Vendor", "q", device->vendor));
	put(dictionary, sd_bus_message_append(message, "{sv}", "Product", "q", device->product));
	put_string(dictionary, "Class", device_class_name(decision->device_class));
	put_string(dictionary, "Verdict", verdict_name(decision->verdict));
	put_string(dictionary, "Reason", reason_code_name(decision->reason.code));
	put_string(dictionary, "ReasonText", reason);
	put_string(dictionary, "Manufacturer", device->manufacturer);
	put_string(dictionary, "Model", device->model);
	put_string(dictionary, "Serial", device->serial);
	put_string(dictionary, "Medium", device->medium);
	put_u(dictionary, "Bus", device->bus);
	put_u(dictionary, "Number", device->number);
	put(dictionary, sd_bus_message_append(
				message, "{sv}", "Configuration", "y", decision->configuration));
	put_string(dictionary, "State", device->state);
	put_bool(dictionary, "IsLastInput", device->is_last_input);
	put_interfaces(dictionary, decision);
	put(dictionary, sd_bus_message_close_container(message));
}

static int list_devices(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	const struct bus_handlers *handlers = bus_get_handlers(userdata);
	struct dictionary dictionary = {.result = 0};
	struct agent_device device;
	sd_bus_message *reply = NULL;
	int r = sd_bus_message_new_method_return(call, &reply);

	if (r < 0)
		return r;
	dictionary.message = reply;
	put(&dictionary, sd_bus_message_open_container(reply, 'a', "a{sv}"));
	for (size_t i = 0; handlers->get_device(handlers->userdata, i, &device); i++)
		put_device(&dictionary, &device);
	put(&dictionary, sd_bus_message_close_container(reply));
	put(&dictionary, sd_bus_message_send(reply));
	sd_bus_message_unref(reply);
	return dictionary.result;
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

static size_t count_allowed(const struct device_decision *decision)
{
	size_t n = 0;

	for (size_t i = 0; i < decision->n_interfaces; i++)
		n += decision->interfaces[i].verdict != VERDICT_BLOCK;
	return n;
}

/* What ExplainDevice adds in words to the values. */
static void put_explanation(struct dictionary *dictionary, const struct agent_device *device)
{
	const struct device_decision *decision = device->decision;
	sd_bus_message *message = dictionary->message;
	size_t allowed = count_allowed(decision);
	char reason[LINE_SIZE], line[2 * LINE_SIZE], text[2 * LINE_SIZE];

	reason_describe(&decision->reason, reason, sizeof(reason));
	if (decision->verdict == VERDICT_BLOCK)
		snprintf(line, sizeof(line), "The device is refused: %s.", reason);
	else if (allowed == decision->n_interfaces)
		snprintf(line, sizeof(line), "The device is let in: %s.", reason);
	else
		snprintf(line, sizeof(line), "Of its %zu interfaces, %zu %s let in: %s.",
			decision->n_interfaces, allowed, allowed == 1 ? "is" : "are", reason);
	printable_copy(text, sizeof(text), line);
	put(dictionary, sd_bus_message_open_container(message, 'a', "s"));
	put(dictionary, sd_bus_message_append(message, "s", text));
	if (device->is_last_input)
		put(dictionary, sd_bus_message_append(message, "s",
					"It is kept because nobody could type without it."));
	if (strcmp(device->state, "retrying") == 0)
		put(dictionary, sd_bus_message_append(message, "s",
					"It could not be set as decided; this is tried again."));
	if (strcmp(device->state, "busy") == 0)
		put(dictionary, sd_bus_message_append(message, "s", "It is being set now."));
	if (strcmp(device->state, "slowed") == 0)
		put(dictionary, sd_bus_message_append(message, "s",
					"It came and went too often and has to wait."));
	put(dictionary, sd_bus_message_close_container(message));
}

static int explain_device(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	const struct bus_handlers *handlers = bus_get_handlers(userdata);
	struct dictionary dictionary = {.result = 0};
	struct agent_device device;
	sd_bus_message *reply = NULL;
	const char *name;
	int r = sd_bus_message_read(call, "s", &name);

	if (r < 0)
		return r;
	if (!find_device(handlers, name, &device))
		return sd_bus_error_set(
			ret_error, BUS_ERROR_NO_SUCH_DEVICE, "No such USB device is connected");
	r = sd_bus_message_new_method_return(call, &reply);
	if (r < 0)
		return r;
	dictionary.message = reply;
	put_device(&dictionary, &device);
	put_explanation(&dictionary, &device);
	put(&dictionary, sd_bus_message_send(reply));
	sd_bus_message_unref(reply);
	return dictionary.result;
}

const sd_bus_vtable bus_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("GetStatus", SD_BUS_NO_ARGS, SD_BUS_RESULT("a{sv}", status),
		get_status, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ListDevices", SD_BUS_NO_ARGS, SD_BUS_RESULT("aa{sv}", devices),
		list_devices, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ExplainDevice", SD_BUS_ARGS("s", name),
		SD_BUS_RESULT("a{sv}", device, "as", sentences), explain_device,
		SD_BUS_VTABLE_UNPRIVILEGED),
	/* Who may call is asked by the method itself, so that it can say so in plain words. */
	SD_BUS_METHOD_WITH_ARGS("UpdateFrom",
		SD_BUS_ARGS("s", origin, "a(say)", documents, "a(ss)", unreadable),
		SD_BUS_RESULT("a(sss)", outcomes), bus_update_from, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END,
};
