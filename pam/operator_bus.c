#include "pam/operator_bus.h"

#include <errno.h>
#include <string.h>

/* Longer than what sekishod takes for fresh: after this it changes nothing any more. */
#define ANSWER_US ((OPERATOR_FRESH_MS + 1000) * 1000ull)
/* dbus-daemon's own. */
#define DEFAULT_ADDRESS "unix:path=/run/dbus/system_bus_socket"

static int connect_to(sd_bus *bus, const char *address)
{
	int r = sd_bus_set_address(bus, address ? address : DEFAULT_ADDRESS);

	if (r >= 0)
		r = sd_bus_set_bus_client(bus, true);
	if (r >= 0)
		r = sd_bus_start(bus);
	if (r >= 0)
		r = sd_bus_set_method_call_timeout(bus, ANSWER_US);
	return r < 0 ? r : sd_bus_get_name_creds(bus, OPERATOR_BUS_NAME, 0, NULL);
}

int operator_bus_open(const char *address, sd_bus **ret)
{
	sd_bus *bus = NULL;
	int r = sd_bus_new(&bus);

	if (r >= 0)
		r = connect_to(bus, address);
	if (r < 0) {
		sd_bus_flush_close_unref(bus);
		return r;
	}
	*ret = bus;
	return 0;
}

static enum operator_outcome outcome_of(const sd_bus_error *error)
{
	if (sd_bus_error_has_name(error, OPERATOR_BUS_NOT_SEATED))
		return OPERATOR_NOT_SEATED;
	if (sd_bus_error_has_names(
		    error, SD_BUS_ERROR_SERVICE_UNKNOWN, SD_BUS_ERROR_NAME_HAS_NO_OWNER))
		return OPERATOR_NO_AGENT;
	/* What the other end says itself, and not the bus or we on its behalf. */
	if (sd_bus_error_has_names(
		    error, SD_BUS_ERROR_NO_REPLY, SD_BUS_ERROR_TIMEOUT, SD_BUS_ERROR_DISCONNECTED))
		return OPERATOR_NO_ANSWER;
	return OPERATOR_NOT_TAKEN;
}

enum operator_outcome operator_bus_change(sd_bus *bus, const struct login_event *event)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	char line[LOGIN_EVENT_SIZE];
	size_t size = login_event_encode(event, line);
	enum operator_outcome outcome = OPERATOR_CHANGED;
	int r;

	line[size - 1] = '\0';
	r = sd_bus_call_method(bus, OPERATOR_BUS_NAME, OPERATOR_BUS_PATH, OPERATOR_BUS_INTERFACE,
		OPERATOR_BUS_CHANGE, &error, NULL, "s", line);
	if (r < 0)
		outcome = outcome_of(&error);
	sd_bus_error_free(&error);
	return outcome;
}
