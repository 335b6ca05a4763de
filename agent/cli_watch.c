#include "agent/cli_watch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/bus.h"
#include "agent/bus_reason.h"
#include "agent/cli.h"
#include "agent/cli_bus.h"
#include "agent/cli_json.h"
#include "agent/cli_may_request.h"
#include "agent/cli_text.h"
#include "agent/cli_time.h"
#include "policy/cleanup.h"

struct watch {
	sd_bus *bus;
	struct cli_site site;
	bool is_json;
};

/* What DeviceRefused and DeviceLetIn carry. */
struct decision {
	const char *name, *class, *verdict;
	struct reason reason;
	uint64_t record;
};

/* --- lines --- */

static void begin_line(void)
{
	char text[CLI_TIME_SIZE];

	printf("%s  ", cli_clock_digits(time(NULL), text));
}

#define INDENT "          "

static void tell_decision(const struct watch *watch, const struct decision *decision,
	const struct cli_notice *notice, const char *claim)
{
	begin_line();
	printf("%s  %s  %s%s%s\n", decision->name,
		cli_outcome_words(notice->outcome, watch->site.is_rehearsing), decision->class,
		claim[0] ? "  " : "", claim);
	if (cli_notice_print(stdout, notice, &watch->site, INDENT) ||
		strcmp(decision->class, "keyboard") != 0)
		return;
	printf(INDENT "%s\n", _("A new keyboard was connected. If it is not yours, pull it out and "
				"call."));
	printf(INDENT "%s\n", watch->site.contact);
}

static void tell_json(const char *event, struct json_object *object, uint64_t record)
{
	cli_json_add_string(object, "event", event);
	cli_json_add_unsigned(object, "record", record);
	puts(json_object_to_json_string_ext(
		object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}

static void tell_decision_json(const char *event, const struct decision *decision)
{
	struct json_object *object = json_object_new_object();

	cli_json_add_string(object, "name", decision->name);
	cli_json_add_string(object, "class", decision->class);
	cli_json_add_string(object, "verdict", decision->verdict);
	cli_json_add(object, "reason", cli_reason_json(&decision->reason));
	tell_json(event, object, decision->record);
}

/* --- signals --- */

/*
 * The signal does not say whether only a part is let in, nor what the device calls itself: both are
 * for those alone who may list devices. Whoever may not is told what everybody may know.
 */
static void ask_for_more(struct watch *watch, const struct decision *decision,
	struct cli_notice *notice, char *claim, size_t claim_size)
{
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	struct cli_device device;

	claim[0] = '\0';
	if (sd_bus_call_method(watch->bus, BUS_NAME, BUS_PATH, BUS_INTERFACE, "ExplainDevice", NULL,
		    &reply, "s", decision->name) < 0 ||
		cli_device_read(reply, &device) <= 0 || device.record != decision->record)
		return;
	notice->outcome = cli_device_outcome(&device);
	notice->is_last_input = device.is_last_input;
	notice->is_registered = device.medium[0];
	notice->may_be_asked = cli_device_may_be_asked(&device);
	cli_device_claim(&device, claim, claim_size);
}

static int on_decision(struct watch *watch, const char *event, sd_bus_message *signal)
{
	struct decision decision;
	struct cli_notice notice;
	char claim[1024];
	int r = sd_bus_message_read(
		signal, "sss", &decision.name, &decision.class, &decision.verdict);

	if (r >= 0)
		r = bus_reason_read(signal, &decision.reason);
	if (r >= 0)
		r = sd_bus_message_read(signal, "t", &decision.record);
	if (r < 0)
		return r;
	if (watch->is_json) {
		tell_decision_json(event, &decision);
		return 0;
	}
	notice = (struct cli_notice){
		.outcome = cli_outcome_of(decision.verdict, false),
		.class = decision.class,
		.code = decision.reason.code,
		.record = decision.record,
	};
	ask_for_more(watch, &decision, &notice, claim, sizeof(claim));
	tell_decision(watch, &decision, &notice, claim);
	return 0;
}

static int on_removal(struct watch *watch, sd_bus_message *signal)
{
	const char *name;
	uint64_t record;
	int r = sd_bus_message_read(signal, "st", &name, &record);

	if (r < 0)
		return r;
	if (watch->is_json) {
		struct json_object *object = json_object_new_object();

		cli_json_add_string(object, "name", name);
		tell_json("removed", object, record);
		return 0;
	}
	begin_line();
	printf("%s  %s\n", name, _("pulled out"));
	return 0;
}

static int on_policy(struct watch *watch, sd_bus_message *signal)
{
	const char *sha256;
	uint64_t serial, record;
	int r = sd_bus_message_read(signal, "tst", &serial, &sha256, &record);

	if (r < 0 || (r = cli_site_get(&watch->site)) < 0)
		return r;
	cli_site_learn(&watch->site);
	if (watch->is_json) {
		struct json_object *object = json_object_new_object();

		cli_json_add_unsigned(object, "serial", serial);
		cli_json_add_string(object, "sha256", sha256);
		tell_json("policy-applied", object, record);
		return 0;
	}
	begin_line();
	printf(_("another policy is in force, serial %" PRIu64 "\n"), serial);
	return 0;
}

static int on_warning(struct watch *watch, sd_bus_message *signal)
{
	const char *word, *object_name, *text;
	uint64_t record;
	int r = sd_bus_message_read(signal, "ssst", &word, &object_name, &text, &record);

	if (r < 0)
		return r;
	if (watch->is_json) {
		struct json_object *object = json_object_new_object();

		cli_json_add_string(object, "word", word);
		cli_json_add_string(object, "object", object_name);
		cli_json_add_string(object, "text", text);
		tell_json("warning", object, record);
		return 0;
	}
	begin_line();
	printf(_("to be looked at: %s"), text);
	putchar('\n');
	return 0;
}

/* The agent went, or is there again. */
static int on_owner(struct watch *watch, sd_bus_message *signal)
{
	const char *name, *before, *now;
	int r = sd_bus_message_read(signal, "sss", &name, &before, &now);

	if (r < 0 || strcmp(name, BUS_NAME) != 0)
		return r < 0 ? r : 0;
	if (watch->is_json) {
		struct json_object *object = json_object_new_object();

		tell_json(now[0] ? "agent-back" : "agent-away", object, 0);
		return 0;
	}
	begin_line();
	puts(now[0] ? _("the agent runs again")
		    : _("the agent does not run; what was refused stays refused"));
	return 0;
}

static int on_signal(sd_bus_message *signal, void *userdata, sd_bus_error *ret_error)
{
	struct watch *watch = userdata;
	int r = 0;

	if (sd_bus_message_is_signal(signal, "org.freedesktop.DBus", "NameOwnerChanged") > 0)
		r = on_owner(watch, signal);
	else if (sd_bus_message_is_signal(signal, BUS_INTERFACE, "DeviceRefused") > 0)
		r = on_decision(watch, "refused", signal);
	else if (sd_bus_message_is_signal(signal, BUS_INTERFACE, "DeviceLetIn") > 0)
		r = on_decision(watch, "let-in", signal);
	else if (sd_bus_message_is_signal(signal, BUS_INTERFACE, "DeviceRemoved") > 0)
		r = on_removal(watch, signal);
	else if (sd_bus_message_is_signal(signal, BUS_INTERFACE, "PolicyApplied") > 0)
		r = on_policy(watch, signal);
	else if (sd_bus_message_is_signal(signal, BUS_INTERFACE, "Warning") > 0)
		r = on_warning(watch, signal);
	fflush(stdout);
	return r;
}

/* --- */

static int start(struct watch *watch)
{
	int r = sd_bus_open_system(&watch->bus);

	if (r >= 0)
		r = sd_bus_match_signal(watch->bus, NULL, BUS_NAME, BUS_PATH, BUS_INTERFACE, NULL,
			on_signal, watch);
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
	int r;

	while (!ferror(stdout)) {
		r = sd_bus_process(watch->bus, NULL);
		if (r == 0)
			r = sd_bus_wait(watch->bus, UINT64_MAX);
		if (r < 0 && r != -EINTR)
			return r;
	}
	return -EIO;
}

int cli_watch(bool is_json)
{
	struct watch watch = {.is_json = is_json};
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	int r;

	/* It listens first: what comes while the list is made is told after it. */
	r = start(&watch);
	bus = watch.bus;
	if (r < 0 || cli_site_get(&watch.site) < 0)
		return CLI_UNKNOWN;
	if (!is_json && cli_devices_list(&watch.site, false) != CLI_DONE)
		return CLI_UNKNOWN;
	cli_site_learn(&watch.site);
	fflush(stdout);
	r = go_on(&watch);
	if (r != -EIO)
		fprintf(stderr, _("sekisho: the system bus cannot be reached: %s\n"), strerror(-r));
	return CLI_UNKNOWN;
}
