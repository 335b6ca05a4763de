#include "agent/cli_exemptions_watch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/bus.h"
#include "agent/cli.h"
#include "agent/cli_bus.h"
#include "agent/cli_exemption.h"
#include "agent/cli_json.h"
#include "agent/cli_text.h"
#include "agent/cli_time.h"
#include "policy/cleanup.h"

#define INDENT 10 /* behind the time */

struct watch {
	sd_bus *bus;
	bool is_json;
};

/* What ExemptionChanged carries. */
struct change {
	const char *id, *phase, *reason;
	int64_t until;
	uint64_t record;
};

static void begin_line(void)
{
	char text[CLI_TIME_SIZE];

	printf("%s  ", cli_clock_digits(time(NULL), text));
}

static void tell_json(const char *event, struct json_object *object)
{
	cli_json_add_string(object, "event", event);
	puts(json_object_to_json_string_ext(
		object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
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
	begin_line();
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

/* The agent went, or is there again. */
static int on_owner(struct watch *watch, sd_bus_message *signal)
{
	const char *name, *before, *now;
	int r = sd_bus_message_read(signal, "sss", &name, &before, &now);

	if (r < 0 || strcmp(name, BUS_NAME) != 0)
		return r < 0 ? r : 0;
	if (watch->is_json) {
		tell_json(now[0] ? "agent-back" : "agent-away", json_object_new_object());
		return 0;
	}
	begin_line();
	puts(now[0] ? _("the agent runs again")
		    : _("the agent does not run; what was refused stays refused"));
	return 0;
}

/* A change that could not be read is told by others, and the next one comes. */
static int on_signal(sd_bus_message *signal, void *userdata, sd_bus_error *ret_error)
{
	struct watch *watch = userdata;

	if (sd_bus_message_is_signal(signal, "org.freedesktop.DBus", "NameOwnerChanged") > 0)
		(void)on_owner(watch, signal);
	else if (sd_bus_message_is_signal(signal, BUS_INTERFACE, "ExemptionChanged") > 0)
		(void)on_change(watch, signal);
	fflush(stdout);
	return 0;
}

static int start(struct watch *watch)
{
	int r = sd_bus_open_system(&watch->bus);

	if (r >= 0)
		r = sd_bus_match_signal(watch->bus, NULL, BUS_NAME, BUS_PATH, BUS_INTERFACE,
			"ExemptionChanged", on_signal, watch);
	if (r >= 0)
		r = sd_bus_match_signal(watch->bus, NULL, "org.freedesktop.DBus",
			"/org/freedesktop/DBus", "org.freedesktop.DBus", "NameOwnerChanged",
			on_signal, watch);
	if (r < 0)
		fprintf(stderr, _("sekisho: the system bus cannot be reached: %s\n"), strerror(-r));
	return r;
}

/* Until the bus ends. A negative errno. */
static int go_on(struct watch *watch)
{
	while (!ferror(stdout)) {
		int r = sd_bus_process(watch->bus, NULL);

		if (r == 0)
			r = sd_bus_wait(watch->bus, UINT64_MAX);
		if (r < 0 && r != -EINTR)
			return r;
	}
	return -EIO;
}

int cli_exemptions_watch(bool is_json)
{
	struct watch watch = {.is_json = is_json};
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	int r;

	/* It listens first: what comes while the list is made is told after it. */
	r = start(&watch);
	bus = watch.bus;
	if (r < 0 || (!is_json && cli_exemptions_list(false) != CLI_DONE))
		return CLI_UNKNOWN;
	fflush(stdout);
	r = go_on(&watch);
	if (r != -EIO)
		fprintf(stderr, _("sekisho: the system bus cannot be reached: %s\n"), strerror(-r));
	return CLI_UNKNOWN;
}
