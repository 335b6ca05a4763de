/* What the parts of bus.h share. */
#pragma once

#include <systemd/sd-bus.h>

#include "agent/bus.h"

#define BUS_UPDATES_MAX 4 /* whose callers are being looked up */

/* The methods; userdata of each is the struct bus. */
extern const sd_bus_vtable bus_vtable[];

const struct bus_handlers *bus_get_handlers(const struct bus *bus);

/* A call of UpdateFrom that waits for the bus to say who called. */
struct update;

/* BUS_UPDATES_MAX places, NULL where free. */
struct update **bus_updates(struct bus *bus);
void bus_update_free(struct update *update);
int bus_update_from(sd_bus_message *call, void *userdata, sd_bus_error *ret_error);
