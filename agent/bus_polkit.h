/* Asking polkit's daemon whether a caller may do something; its answer never comes in our time. */
#pragma once

#include <stdbool.h>
#include <systemd/sd-bus.h>

/* A person may have to type a password; sekisho waits a little longer. */
#define POLKIT_TIMEOUT_US             20000000ULL
#define POLKIT_INTERACTIVE_TIMEOUT_US 110000000ULL

/* Zero refuses. */
enum polkit_answer {
	POLKIT_NO = 0,
	POLKIT_CHALLENGE, /* after an administrator authenticated, but nobody could be asked */
	POLKIT_ABSENT,    /* there is no polkit on this bus */
	POLKIT_SILENT,    /* no answer in time, an error, or nothing that can be understood */
	POLKIT_YES,
};

/*
 * Asks (org.freedesktop.PolicyKit1.Authority.CheckAuthorization) whether who is connected as sender
 * may do action. cancellation: a text never used before on this connection. callback is called with
 * the reply, or an error of sd-bus when the time is up. 0 or more, or a negative errno.
 */
int polkit_ask(sd_bus *connection, const char *sender, const char *action, bool is_interactive,
	const char *cancellation, sd_bus_message_handler_t callback, void *userdata,
	sd_bus_slot **ret_slot);

/* Nobody waits for that answer any more: takes the question from a person's screen. */
void polkit_cancel(sd_bus *connection, const char *cancellation);

/* What the reply to polkit_ask() says. */
enum polkit_answer polkit_read(sd_bus_message *reply);
