#include "agent/cli_watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/bus.h"
#include "agent/bus_reason.h"
#include "agent/cli.h"
#include "agent/cli_bus.h"
#include "agent/cli_json.h"
#include "agent/cli_may_request.h"
#include "agent/cli_text.h"
#include "agent/cli_watch_bus.h"
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

#define INDENT "          "

static void tell_decision(const struct watch *watch, const struct decision *decision,
	const struct cli_notice *notice, const char *claim)
{
	cli_watch_begin_line();
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
	cli_json_print_line(object);
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
	cli_watch_begin_line();
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
	cli_watch_begin_line();
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
	cli_watch_begin_line();
	printf(_("to be looked at: %s"), text);
	putchar('\n');
	return 0;
}

static void tell_owner_json(const char *event)
{
	tell_json(event, json_object_new_object(), 0);
}

static int on_signal(sd_bus_message *signal, void *userdata, sd_bus_error *ret_error)
{
	struct watch *watch = userdata;
	int r = 0;

	if (sd_bus_message_is_signal(signal, "org.freedesktop.DBus", "NameOwnerChanged") > 0)
		r = cli_watch_tell_owner(signal, watch->is_json ? tell_owner_json : NULL);
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

int cli_watch(bool is_json)
{
	struct watch watch = {.is_json = is_json};
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	int r;

	/* It listens first: what comes while the list is made is told after it. */
	r = cli_watch_open(NULL, on_signal, &watch, &bus);
	watch.bus = bus;
	if (r < 0 || cli_site_get(&watch.site) < 0)
		return CLI_UNKNOWN;
	if (!is_json && cli_devices_list(&watch.site, false) != CLI_DONE)
		return CLI_UNKNOWN;
	cli_site_learn(&watch.site);
	fflush(stdout);
	cli_watch_go_on(bus);
	return CLI_UNKNOWN;
}
