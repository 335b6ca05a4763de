/* A reason on the bus: written by sekishod, read by sekisho and whoever puts it into words. */
#pragma once

#include <systemd/sd-bus.h>

#include "policy/reason.h"

/* Code, access, class, other class, configuration, interface, line, number, text. */
#define BUS_REASON_MEMBERS "ssssyyuus"
#define BUS_REASON         "(" BUS_REASON_MEMBERS ")"
/* Configuration, interface, class, verdict, reason. */
#define BUS_INTERFACE_DECISION_MEMBERS "yyss" BUS_REASON
#define BUS_INTERFACE_DECISION         "(" BUS_INTERFACE_DECISION_MEMBERS ")"

/* Appends one, its text made printable. 0 or more, or a negative errno. */
int bus_reason_append(sd_bus_message *message, const struct reason *reason);

/*
 * Reads one. 1 and *ret, 0 at the end of an array, or a negative errno: -EBADMSG for words that
 * this version does not know.
 */
int bus_reason_read(sd_bus_message *message, struct reason *ret);
