/* Units that systemd is asked to start. Nobody waits for it: what they do is seen from elsewhere.
 */
#include <errno.h>
#include <stdio.h>

#include "agent/bus_internal.h"

#define MANAGER_NAME      "org.freedesktop.systemd1"
#define MANAGER_PATH      "/org/freedesktop/systemd1"
#define MANAGER_INTERFACE "org.freedesktop.systemd1.Manager"

static int on_started(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error)
{
	struct bus *bus = userdata;
	const sd_bus_error *error = sd_bus_message_get_error(reply);
	char text[256];

	if (!error)
		return 0;
	snprintf(text, sizeof(text), "systemd does not start the worker of a medium: %s",
		error->message ? error->message : error->name);
	bus->handlers->warn(bus->handlers->userdata, text);
	return 0;
}

int bus_start_unit(struct bus *bus, const char *unit)
{
	if (!bus || !bus->connection || sd_bus_is_ready(bus->connection) <= 0)
		return -ENOTCONN;
	return sd_bus_call_method_async(bus->connection, NULL, MANAGER_NAME, MANAGER_PATH,
		MANAGER_INTERFACE, "StartUnit", on_started, bus, "ss", unit, "replace");
}
