/* Which signal a record makes, if any. Everybody on the PC hears it. */
#pragma once

#include <systemd/sd-bus.h>

#include "agent/record.h"

/* Where signals had to be left out: no record's word. */
#define BUS_WARNING_SKIPPED "signals-skipped"

/*
 * The signal of bus.h for a record with this sequence number. 1 and *ret, which the caller
 * unrefs; 0: there is none for such records; or a negative errno.
 */
int bus_signal_of_record(
	sd_bus *connection, const struct record *record, uint64_t sequence, sd_bus_message **ret);

struct bus_exemption_news {
	const char *id, *phase, *reason;
	int64_t until;
	uint64_t record;
};

/* ExemptionChanged. As above. */
int bus_signal_of_exemption(
	sd_bus *connection, const struct bus_exemption_news *news, sd_bus_message **ret);

/* The warning that n signals were left out. As above. */
int bus_signal_of_skipped(sd_bus *connection, size_t n, sd_bus_message **ret);
