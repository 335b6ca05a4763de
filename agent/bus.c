/* The connection: getting it, getting the name, getting both again. */
#include "agent/bus.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/bus_internal.h"

#define DEFAULT_ADDRESS "unix:path=/run/dbus/system_bus_socket"
#define RETRY_FIRST_US  1000000ULL
#define RETRY_LAST_US   60000000ULL
#define RETRY_SLACK_US  250000ULL

static void drop_connection(struct bus *bus)
{
	bus_news_stop(bus);
	bus_access_forget(bus);
	bus->sessions_question = sd_bus_slot_unref(bus->sessions_question);
	bus->connection = sd_bus_close_unref(bus->connection);
}

/* Tries again later, each time later. The connection stays until then: we may be inside of it. */
static int retry_later(struct bus *bus)
{
	int r = sd_event_source_set_time_relative(bus->retry, bus->retry_us);

	if (r < 0)
		return r;
	bus->retry_us = bus->retry_us * 2 < RETRY_LAST_US ? bus->retry_us * 2 : RETRY_LAST_US;
	return sd_event_source_set_enabled(bus->retry, SD_EVENT_ONESHOT);
}

static void warn(struct bus *bus, const char *what, const char *why)
{
	char text[256];

	if (bus->is_warned)
		return;
	bus->is_warned = true;
	snprintf(text, sizeof(text), "%s: %s", what, why);
	bus->handlers->warn(bus->handlers->userdata, text);
}

static int on_disconnected(sd_bus_message *signal, void *userdata, sd_bus_error *ret_error)
{
	(void)retry_later(userdata);
	return 0;
}

static int on_name(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error)
{
	struct bus *bus = userdata;
	const sd_bus_error *error = sd_bus_message_get_error(reply);
	uint32_t answer = 0;

	if (!error && sd_bus_message_read(reply, "u", &answer) >= 0 && answer == 1) {
		bus->retry_us = RETRY_FIRST_US;
		bus->is_warned = false;
		bus_news_start(bus);
		if (bus->handlers->connected)
			bus->handlers->connected(bus->handlers->userdata);
		return 0;
	}
	/* The end of a connection is no news, and on_disconnected() is told of it. */
	if (sd_bus_is_open(bus->connection) <= 0)
		return 0;
	warn(bus, "The name " BUS_NAME " cannot be had on the bus",
		!error           ? "another program has it"
		: error->message ? error->message
				 : error->name);
	(void)retry_later(bus);
	return 0;
}

static int set_up(struct bus *bus, sd_bus *connection)
{
	const char *address = secure_getenv("DBUS_SYSTEM_BUS_ADDRESS");
	int r;

	if ((r = sd_bus_set_address(connection, address ? address : DEFAULT_ADDRESS)) < 0 ||
		(r = sd_bus_set_bus_client(connection, true)) < 0 ||
		(r = sd_bus_set_watch_bind(connection, true)) < 0 ||
		(r = sd_bus_add_object_vtable(
			 connection, NULL, BUS_PATH, BUS_INTERFACE, bus_vtable, bus)) < 0 ||
		(r = sd_bus_match_signal_async(connection, NULL, "org.freedesktop.DBus.Local",
			 "/org/freedesktop/DBus/Local", "org.freedesktop.DBus.Local",
			 "Disconnected", on_disconnected, NULL, bus)) < 0 ||
		(r = sd_bus_start(connection)) < 0 ||
		(r = sd_bus_attach_event(connection, bus->event, SD_EVENT_PRIORITY_NORMAL)) < 0)
		return r;
	return sd_bus_request_name_async(connection, NULL, BUS_NAME, 0, on_name, bus);
}

static int open_connection(struct bus *bus)
{
	sd_bus *connection = NULL;
	int r = sd_bus_new(&connection);

	if (r < 0)
		return r;
	r = set_up(bus, connection);
	if (r < 0) {
		sd_bus_close_unref(connection);
		return r;
	}
	bus->connection = connection;
	return 0;
}

static int on_retry(sd_event_source *source, uint64_t time_us, void *userdata)
{
	struct bus *bus = userdata;

	drop_connection(bus);
	if (open_connection(bus) < 0)
		(void)retry_later(bus);
	return 0;
}

int bus_open(sd_event *event, const struct bus_handlers *handlers, struct bus **ret)
{
	struct bus *bus = calloc(1, sizeof(*bus));
	int opened, r;

	if (!bus)
		return -ENOMEM;
	bus->handlers = handlers;
	bus->event = sd_event_ref(event);
	bus->retry_us = RETRY_FIRST_US;
	r = sd_event_add_time_relative(
		event, &bus->retry, CLOCK_MONOTONIC, 0, RETRY_SLACK_US, on_retry, bus);
	if (r == 0)
		r = sd_event_source_set_enabled(bus->retry, SD_EVENT_OFF);
	if (r >= 0)
		r = bus_news_open(bus);
	if (r >= 0 && (opened = open_connection(bus)) < 0) {
		warn(bus, "The bus cannot be reached", strerror(-opened));
		r = retry_later(bus);
	}
	if (r < 0) {
		bus_close(bus);
		return r;
	}
	*ret = bus;
	return 0;
}

void bus_close(struct bus *bus)
{
	if (!bus)
		return;
	drop_connection(bus);
	bus_news_close(bus);
	bus_records_close(bus);
	sd_event_source_disable_unref(bus->retry);
	sd_event_unref(bus->event);
	free(bus);
}
