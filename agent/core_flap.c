/*
 * Devices that come and go faster than a person can plug: after FLAP_ARRIVALS_MAX arrivals within
 * FLAP_WINDOW_MS a port is slowed. Its devices stay shut for a while that doubles with each further
 * arrival, and they are counted instead of written one by one.
 */
#include <errno.h>
#include <string.h>

#include "agent/core_internal.h"

#define HOLD_FIRST_MS   1000
#define HOLD_LONGEST_MS 30000

static struct port *find(struct core *core, const char *name)
{
	for (size_t i = 0; i < core->n_ports; i++)
		if (strcmp(core->ports[i].name, name) == 0)
			return &core->ports[i];
	return NULL;
}

static bool is_slowed(const struct port *port)
{
	return port->arrivals > FLAP_ARRIVALS_MAX;
}

/* The one that was quiet longest; a slowed one still has something to say, and stays. */
static struct port *find_quietest(struct core *core)
{
	struct port *quietest = NULL;

	for (size_t i = 0; i < core->n_ports; i++)
		if (!is_slowed(&core->ports[i]) &&
			(!quietest || core->ports[i].last_ms < quietest->last_ms))
			quietest = &core->ports[i];
	return quietest;
}

/* The port's entry; NULL when there is no room because every port that we know is slowed. */
static struct port *find_or_add(struct core *core, const char *name)
{
	struct port *port = find(core, name);

	if (port)
		return port;
	port = core->n_ports < FLAP_PORTS_MAX ? &core->ports[core->n_ports++] : find_quietest(core);
	if (!port)
		return NULL;
	*port = (struct port){.window_ms = core->now_ms};
	strncpy(port->name, name, DEVICE_NAME_MAX);
	return port;
}

uint64_t flap_arrival(struct core *core, const char *name, unsigned *ret_arrivals)
{
	struct port *port = find_or_add(core, name);
	uint64_t hold = HOLD_FIRST_MS;

	if (!port) {
		*ret_arrivals = 1; /* written one by one */
		return 0;
	}
	if (!is_slowed(port) && core->now_ms - port->window_ms > FLAP_WINDOW_MS) {
		port->window_ms = core->now_ms;
		port->arrivals = 0;
	}
	port->last_ms = core->now_ms;
	*ret_arrivals = ++port->arrivals;
	if (!is_slowed(port))
		return 0;
	port->unrecorded++;
	for (unsigned i = FLAP_ARRIVALS_MAX + 1; i < port->arrivals && hold < HOLD_LONGEST_MS; i++)
		hold *= 2;
	return core->now_ms + (hold < HOLD_LONGEST_MS ? hold : HOLD_LONGEST_MS);
}

/* A slowed port is calm when nothing arrived for longer than its devices can be held. */
static uint64_t calm_ms(const struct port *port)
{
	return port->last_ms + HOLD_LONGEST_MS + FLAP_WINDOW_MS;
}

int flap_settle(struct core *core)
{
	for (size_t i = 0; i < core->n_ports; i++) {
		struct port *port = &core->ports[i];

		if (!is_slowed(port) || core->now_ms < calm_ms(port))
			continue;
		struct record *record = core_record(core, RECORD_DEVICE_FLAPPING, NULL);

		if (!record)
			return -ENOMEM;
		memcpy(record->device.name, port->name, sizeof(record->device.name));
		record->number = port->unrecorded;
		memcpy(record->text, "calm again", sizeof("calm again"));
		port->arrivals = port->unrecorded = 0;
		port->window_ms = core->now_ms;
	}
	return 0;
}

uint64_t flap_wake_ms(const struct core *core)
{
	uint64_t wake = CORE_NEVER;

	for (size_t i = 0; i < core->n_ports; i++)
		if (is_slowed(&core->ports[i]) && calm_ms(&core->ports[i]) < wake)
			wake = calm_ms(&core->ports[i]);
	return wake;
}
