/* Asking the agent over the bus, and reading its dictionaries. Says by itself why there is none. */
#pragma once

#include <stddef.h>
#include <systemd/sd-bus.h>

void cli_bus_cleanup(sd_bus **bus);
void cli_message_cleanup(sd_bus_message **message);

/*
 * Connects and makes the call message, for a method that a person may have to be asked about.
 * Returns 0 with both, or a negative errno after it told the
 * person at the terminal.
 */
int cli_bus_prepare(const char *method, sd_bus **ret_bus, sd_bus_message **ret_call);

/* Makes the call. Returns 0 and *ret_reply, or a negative errno after it told the person. */
int cli_bus_call(sd_bus *bus, sd_bus_message *call, sd_bus_message **ret_reply);

/* The same without telling, for who has more to say about an error: a negative errno and *error,
 * to be freed; cli_bus_tell() says what every command says of it. */
int cli_bus_try(sd_bus *bus, sd_bus_message *call, sd_bus_error *error, sd_bus_message **ret_reply);
void cli_bus_tell(const sd_bus_error *error, int r);

/*
 * One member of an a{sv}. type is that of the D-Bus value (s t x u q y b; b into an int, a string
 * points into the message), or 0 for a member that read() takes, the message standing before the
 * variant's content.
 */
struct cli_field {
	const char *key;
	char type;
	void *ret;
	int (*read)(sd_bus_message *message, void *ret);
};

/*
 * Reads an a{sv}. Members that fields do not name, or of another type, are skipped, and those that
 * are missing leave their places alone. 1, 0 at the end of an array, or a negative errno.
 */
int cli_read_dictionary(sd_bus_message *message, const struct cli_field *fields, size_t n_fields);

/*
 * Asks the agent for its status and reads it; strings point into *ret_reply. Returns 0, or a
 * negative errno after it told the person: then fields may be read half.
 */
int cli_bus_get_status(const struct cli_field *fields, size_t n_fields, sd_bus_message **ret_reply);

/* "sekisho: the agent's answer cannot be read: …", for replies that are not what bus.h says. */
void cli_tell_bad_answer(int error);
