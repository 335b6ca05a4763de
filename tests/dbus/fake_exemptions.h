/* An agent's answers about exemptions for tests/dbus/server: one in each phase, and a request that
 * is taken as it comes. */
#pragma once

#include <stdbool.h>

#include "agent/bus.h"

/*
 * Functions for struct bus_handlers; their userdata is not used. Each says on standard output what
 * reached it. Words that are asked for in a text make an error:
 *   purpose busy | often | later | away | full, device 9-9 | 1-1, code locked or 9999999990 |
 * 0000000000 | any but 1234567890, 1234567894 and 7QX2M4T90KZPABCD, place nowhere
 */
extern const struct agent_exemption_handlers fake_exemptions;

/* Announces the phase of one, for the command "exemption ID PHASE". */
void fake_exemption_announce(struct bus *bus, const char *id, const char *phase);

/* Lists say so from now on, with so many seconds left (0: no end is known), for the command
 * "phase ID PHASE SECONDS". */
void fake_exemption_set(const char *id, const char *phase, long left_s);

/* For the status: one open request, four exemptions, a report due. */
void fake_exemptions_status(struct agent_status *ret);
