/* What devices --watch and exemptions --watch have in common: listening until the bus ends, and the
 * agent's coming and going. */
#pragma once

#include <systemd/sd-bus.h>

/*
 * Connects and listens to the agent's signals, of that member (NULL: of any), and to who owns names
 * on the bus. 0, or a negative errno after it told the person. *ret is for cli_bus_cleanup() in
 * every case.
 */
int cli_watch_open(
	const char *member, sd_bus_message_handler_t handler, void *userdata, sd_bus **ret);

/* Until the bus ends, which it tells the person, or nobody reads standard output. */
void cli_watch_go_on(sd_bus *bus);

/* The hour in front of a line. */
void cli_watch_begin_line(void);

/* The agent went, or is there again: tells what NameOwnerChanged says of it, as a line, or by
 * tell_json (NULL: as a line) the name of the event. 0, or a negative errno. */
int cli_watch_tell_owner(sd_bus_message *signal, void (*tell_json)(const char *event));
