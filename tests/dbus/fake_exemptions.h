/* An agent's answers about exemptions for tests/dbus/server: one in each phase, and a request that
 * is taken as it comes. */
#pragma once

#include <stdbool.h>

#include "agent/bus.h"

/*
 * Functions for struct bus_handlers; their userdata is not used. Each says on standard output what
 * reached it. Words that are asked for in a text make an error:
 *   purpose busy | away | full, device 9-9 | 1-1, code locked | any but 1234567890, place nowhere
 */
extern const struct agent_exemption_handlers fake_exemptions;

/* Announces the phase of one, for the command "exemption ID PHASE". */
void fake_exemption_announce(struct bus *bus, const char *id, const char *phase);

/* For the status: one open request, four exemptions, a report due. */
void fake_exemptions_status(struct agent_status *ret);
