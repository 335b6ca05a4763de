/* sekisho devices --watch: what becomes of what is plugged in, as it happens. */
#pragma once

#include <stdbool.h>

#include "agent/cli_notice.h"

/* Prints the list of now, then each event until the bus ends or somebody interrupts. */
int cli_watch(bool is_json);

/* cli_devices.c: the list of now. */
int cli_devices_list(const struct cli_site *site, bool is_json);
