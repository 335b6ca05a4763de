/* sekisho exemptions --watch: what becomes of one's own, as it happens, with the warnings. */
#pragma once

#include <stdbool.h>

/* Prints the list of now, then each change until the bus ends or somebody interrupts. */
int cli_exemptions_watch(bool is_json);

/* cli_exemptions.c: the list of now. */
int cli_exemptions_list(bool is_json);

struct cli_exemption;
/* The number, the state, and what is to be done, each line behind the indent but the first. */
void cli_exemption_print(const struct cli_exemption *exemption, int indent);
