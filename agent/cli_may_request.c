#include "agent/cli_may_request.h"

#include <string.h>

#include "agent/bus.h"
#include "agent/cli_bus.h"
#include "agent/cli_settings.h"
#include "policy/cleanup.h"

/* Of the policy in force; false where it is the built-in one, or cannot be seen or read. */
static bool read_policy(struct cli_settings *ret)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	const char *text;

	return sd_bus_open_system(&bus) >= 0 &&
	       sd_bus_call_method(bus, BUS_NAME, BUS_PATH, BUS_INTERFACE, "GetPolicy", NULL, &reply,
		       "") >= 0 &&
	       sd_bus_message_read(reply, "s", &text) > 0 && text[0] &&
	       cli_settings_read(text, ret) == 0;
}

bool cli_may_request(void)
{
	CLEANUP(cli_settings_clear) struct cli_settings settings = {.policy = NULL};

	return read_policy(&settings) && settings.policy->has_exemption &&
	       settings.policy->exemption_scan == SCAN_OFF;
}

unsigned cli_approvals_needed(const char *direction)
{
	CLEANUP(cli_settings_clear) struct cli_settings settings = {.policy = NULL};
	unsigned n;

	if (!read_policy(&settings) || !settings.policy->has_exemption)
		return 1;
	n = strcmp(direction, "read-only") == 0 ? settings.policy->exemption_approvals_read_only
						: settings.policy->exemption_approvals_read_write;
	return n > 0 ? n : 1;
}

bool cli_device_may_be_asked(const struct cli_device *device)
{
	const char *storage = device_class_name(CLASS_USB_STORAGE);
	enum cli_outcome outcome = cli_device_outcome(device);
	bool is_exempt = device->reason.code == REASON_EXEMPTION;

	for (size_t i = 0; i < device->n_interfaces; i++) {
		if (strcmp(device->interfaces[i].class, storage) != 0)
			return false;
		is_exempt |= device->interfaces[i].reason.code == REASON_EXEMPTION;
	}
	/* What an exemption opened already may be asked for anew, to go on after it. */
	return device->n_interfaces > 0 &&
	       (is_exempt || outcome == OUTCOME_REFUSED || outcome == OUTCOME_READ_ONLY);
}
