/*
 * Records as they came from terminals: batches that each signed and handed up, and files that
 * syslog carried on, DIR/TERMINAL.jsonl or DIR/TERMINAL/….jsonl, which nobody signed.
 */
#pragma once

#include "policy/admin/fleet.h"

/* Takes whole lines of a terminal, in the order in which they stand there; some may come twice. 0,
 * or a negative errno that ends it. */
typedef int (*fleet_take_lines)(
	void *context, const char *terminal, const char *lines, size_t size);

/* Of all terminals of the fleet, from up (NULL: up/ of the site), where what others put there is
 * passed over. EXIT_DONE, or EXIT_UNKNOWN after complaining. */
int fleet_records_up(
	const struct fleet *fleet, const char *up, fleet_take_lines take, void *context);
/* From a folder of files. The same. */
int fleet_records_files(const char *folder, fleet_take_lines take, void *context);
