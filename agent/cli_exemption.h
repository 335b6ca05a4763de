/* One exemption as the agent tells it: read from the bus, in words, and for programs. */
#pragma once

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <systemd/sd-bus.h>

/* Where it is in its life. A word that is not known, of a newer agent, is PHASE_OTHER. */
enum cli_phase {
	PHASE_OTHER = 0,
	PHASE_REQUESTED,
	PHASE_REFUSED,
	PHASE_WITHDRAWN,
	PHASE_APPROVED,
	PHASE_SEALED,
	PHASE_ACTIVE,
	PHASE_WARNED,
	PHASE_ENDING,
	PHASE_ENDED,
	PHASE_RETURNED,
	PHASE_NOT_HERE, /* what came for it does not count on this terminal */
	PHASE_COUNT,
};

/* Strings point into the message. */
struct cli_exemption {
	const char *id, *phase, *user, *terminal, *medium, *device, *port, *direction, *approvers,
		*method, *reason, *text, *path, *holders, *purpose;
	uint32_t minutes;
	int64_t requested, not_before, not_after, until; /* seconds since 1970; 0: none */
	int is_clean; /* it has ended, and all that was written is on the medium */
	int is_used;  /* its medium was let in once at least */
	int is_report_due;
	uint64_t record;
};

enum cli_phase cli_phase_from_name(const char *name);
/* A heading, in the reader's language: "permitted". */
const char *cli_phase_words(const struct cli_exemption *exemption);

/* Reads an a{sv}. 1, 0 at the end of a list, or a negative errno. */
int cli_exemption_read(sd_bus_message *message, struct cli_exemption *ret);

struct json_object *cli_exemption_json(const struct cli_exemption *exemption);

/* Asks the agent for one's own (as root: for all), and goes into the list: the first
 * cli_exemption_read() is then the first of them. 0 and *ret_reply, or a negative errno after it
 * told the person. */
int cli_exemptions_ask(sd_bus_message **ret_reply);
