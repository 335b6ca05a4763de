/* What devices --watch and exemptions --watch have in common: listening until the bus ends, and the
 * agent's coming and going. */
#pragma once

#include <stdbool.h>
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

/* The agent went, or is there again: reads NameOwnerChanged. 1 and *ret_is_there; 0: it is of
 * somebody else; or a negative errno. */
int cli_watch_owner_read(sd_bus_message *signal, bool *ret_is_there);
/* The same as a line, and as the event's name. */
void cli_watch_owner_print(bool is_there);
const char *cli_watch_owner_event(bool is_there);
