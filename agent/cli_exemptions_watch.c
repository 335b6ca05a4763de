#include "agent/cli_exemptions_watch.h"

#include <stdio.h>
#include <string.h>

#include "agent/bus.h"
#include "agent/cli.h"
#include "agent/cli_bus.h"
#include "agent/cli_exemption.h"
#include "agent/cli_json.h"
#include "agent/cli_text.h"
#include "agent/cli_watch_bus.h"
#include "policy/cleanup.h"

#define INDENT 10 /* behind the time */

struct watch {
	bool is_json;
};

/* What ExemptionChanged carries. */
struct change {
	const char *id, *phase, *reason;
	int64_t until;
	uint64_t record;
};

static void tell_json(const char *event, struct json_object *object)
{
	cli_json_add_string(object, "event", event);
	cli_json_print_line(object);
}

/* The list may be newer than the signal, which is of this moment of the life. */
static void tell(
	const struct watch *watch, struct cli_exemption *exemption, const struct change *change)
{
	exemption->phase = change->phase;
	exemption->reason = change->reason;
	exemption->until = change->until;
	exemption->record = change->record;
	if (watch->is_json) {
		tell_json("changed", cli_exemption_json(exemption));
		return;
	}
	cli_watch_begin_line();
	cli_exemption_print(exemption, INDENT);
}

/* The signal is for everybody, so it says little; whose it is, the list says to whom it belongs. */
static int find_and_tell(const struct watch *watch, const struct change *change)
{
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	struct cli_exemption exemption;
	int r = cli_exemptions_ask(&reply);

	while (r >= 0 && (r = cli_exemption_read(reply, &exemption)) > 0)
		if (strcmp(exemption.id, change->id) == 0) {
			tell(watch, &exemption, change);
			return 0;
		}
	return r;
}

static int on_change(struct watch *watch, sd_bus_message *signal)
{
	struct change change;
	int r = sd_bus_message_read(signal, "sssxt", &change.id, &change.phase, &change.reason,
		&change.until, &change.record);

	return r < 0 ? r : find_and_tell(watch, &change);
}

static void tell_owner_json(const char *event)
{
	tell_json(event, json_object_new_object());
}

/* A change that could not be read is told by others, and the next one comes. */
static int on_signal(sd_bus_message *signal, void *userdata, sd_bus_error *ret_error)
{
	struct watch *watch = userdata;

	if (sd_bus_message_is_signal(signal, "org.freedesktop.DBus", "NameOwnerChanged") > 0)
		(void)cli_watch_tell_owner(signal, watch->is_json ? tell_owner_json : NULL);
	else if (sd_bus_message_is_signal(signal, BUS_INTERFACE, "ExemptionChanged") > 0)
		(void)on_change(watch, signal);
	fflush(stdout);
	return 0;
}

int cli_exemptions_watch(bool is_json)
{
	struct watch watch = {.is_json = is_json};
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	int r;

	/* It listens first: what comes while the list is made is told after it. */
	r = cli_watch_open("ExemptionChanged", on_signal, &watch, &bus);
	if (r < 0 || (!is_json && cli_exemptions_list(false) != CLI_DONE))
		return CLI_UNKNOWN;
	fflush(stdout);
	cli_watch_go_on(bus);
	return CLI_UNKNOWN;
}
