/* Messages of D-Bus without any bus: written, sealed, and read again. */
#pragma once

#include "tests/unit/fixture.h"

#include <sys/socket.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

/* A connection that nobody answers; close it with sd_bus_close_unref(). */
static inline sd_bus *message_bus(int *ret_peer)
{
	sd_bus *bus = NULL;
	int fds[2];

	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), 0);
	assert_true(sd_bus_new(&bus) >= 0);
	assert_true(sd_bus_set_fd(bus, fds[0], fds[0]) >= 0);
	assert_true(sd_bus_start(bus) >= 0);
	*ret_peer = fds[1];
	return bus;
}

static inline sd_bus_message *message_new(sd_bus *bus)
{
	sd_bus_message *message = NULL;

	assert_true(sd_bus_message_new_signal(bus, &message, "/a", "a.b", "C") >= 0);
	return message;
}

/* Ready to be read from its beginning. */
static inline void message_seal(sd_bus_message *message)
{
	assert_true(sd_bus_message_seal(message, 1, 0) >= 0);
	assert_true(sd_bus_message_rewind(message, 1) >= 0);
}

/* The state of a group of tests. */
struct messages {
	sd_bus *bus;
	int peer;
};

static inline int messages_set_up(void **state)
{
	static struct messages messages;

	messages.bus = message_bus(&messages.peer);
	*state = &messages;
	return 0;
}

static inline int messages_tear_down(void **state)
{
	struct messages *messages = *state;

	sd_bus_close_unref(messages->bus);
	close(messages->peer);
	return 0;
}
