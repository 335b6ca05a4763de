/* Why the agent does not do what was wished of an exemption, in the reader's language. */
#pragma once

#include <systemd/sd-bus.h>

/*
 * Tells the person. id: of the exemption, or NULL. Returns the exit status: CLI_NO where the agent
 * judged, CLI_UNKNOWN where it could not be asked.
 */
int cli_refusal_tell(const sd_bus_error *error, int r, const char *id);

/* The word for programs that the text of an error begins with, as a number; -1: it has none. */
long cli_refusal_number(const sd_bus_error *error);
