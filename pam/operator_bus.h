/*
 * What sekisho-operator says to sekishod over the bus. Waits for its answer, and not for ever.
 * Knows nothing of codes.
 */
#pragma once

#include <systemd/sd-bus.h>

#include "policy/login_event.h"
#include "policy/operator.h"

/*
 * Connects to $DBUS_SYSTEM_BUS_ADDRESS or the system bus, where sekishod has to be already.
 * address: NULL for that. 0 and *ret, for sd_bus_flush_close_unref(); or a negative errno: nobody
 * is there.
 */
int operator_bus_open(const char *address, sd_bus **ret);

/* Tells of a right code. What came of it: OPERATOR_CHANGED only when sekishod has said so. */
enum operator_outcome operator_bus_change(sd_bus *bus, const struct login_event *event);
