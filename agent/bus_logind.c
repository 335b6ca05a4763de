/*
 * Asking logind for the names of who has a session. Its files below /run, which sd-login reads, do
 * not tell them, and the name service may wait for a network.
 */
#include "agent/bus_internal.h"

#include <errno.h>
#include <stdlib.h>

#include "policy/cleanup.h"

static int read_sessions(sd_bus_message *reply, struct bus_session *items, size_t *ret_n)
{
	size_t n = 0;
	int r = sd_bus_message_enter_container(reply, 'a', "(susso)");

	while (r >= 0 && n < BUS_SESSIONS_MAX &&
		(r = sd_bus_message_read(reply, "(susso)", &items[n].id, &items[n].uid,
			 &items[n].user, NULL, NULL)) > 0)
		n++;
	if (r < 0)
		return r;
	*ret_n = n;
	return 0;
}

static int on_sessions(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error)
{
	struct bus *bus = userdata;
	CLEANUP(cleanup_free)
	struct bus_session *items = calloc(BUS_SESSIONS_MAX, sizeof(*items));
	size_t n;

	bus->sessions_question = sd_bus_slot_unref(bus->sessions_question);
	if (!items || sd_bus_message_is_method_error(reply, NULL) > 0 ||
		read_sessions(reply, items, &n) < 0)
		return 0;
	bus->handlers->sessions(bus->handlers->userdata, items, n);
	return 0;
}

int bus_ask_sessions(struct bus *bus)
{
	sd_bus_message *call = NULL;
	int r;

	if (!bus || !bus->is_named)
		return -ENOTCONN;
	/* What the answer to an earlier question does not know yet, this one's does. */
	bus->sessions_question = sd_bus_slot_unref(bus->sessions_question);
	r = sd_bus_message_new_method_call(bus->connection, &call, "org.freedesktop.login1",
		"/org/freedesktop/login1", "org.freedesktop.login1.Manager", "ListSessions");
	if (r >= 0)
		r = sd_bus_message_set_auto_start(call, false);
	if (r >= 0)
		r = sd_bus_call_async(bus->connection, &bus->sessions_question, call, on_sessions,
			bus, BUS_LOGIND_TIMEOUT_US);
	sd_bus_message_unref(call);
	return r < 0 ? r : 0;
}
