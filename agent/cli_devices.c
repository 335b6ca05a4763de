/* sekisho devices: what is plugged in, and what became of it. */
#include "agent/cli.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "agent/bus.h"
#include "agent/cli_bus.h"
#include "agent/cli_device.h"
#include "agent/cli_json.h"
#include "agent/cli_may_request.h"
#include "agent/cli_notice.h"
#include "agent/cli_table.h"
#include "agent/cli_text.h"
#include "agent/cli_watch.h"
#include "policy/cleanup.h"

static int add_device(struct cli_table *table, const struct cli_device *device, bool is_rehearsing)
{
	char id[16], claim[1024], why[CLI_REASON_SIZE];

	snprintf(id, sizeof(id), "%04" PRIx16 ":%04" PRIx16, device->vendor, device->product);
	cli_device_claim(device, claim, sizeof(claim));
	return cli_table_add(
		table, (const char *const[]){device->name,
			       cli_outcome_words(cli_device_outcome(device), is_rehearsing), id,
			       device->class, claim, cli_reason_words(&device->reason, why)});
}

/* The one that somebody asks about: of those that are least let in, the last that came. */
struct suspect {
	enum cli_outcome outcome;
	char name[DEVICE_NAME_MAX + 1]; /* empty: none */
	bool may_be_asked;              /* somebody could be asked to permit it */
};

static void suspect(struct suspect *last, const struct cli_device *device)
{
	enum cli_outcome outcome = cli_device_outcome(device);

	if (outcome == OUTCOME_LET_IN || (last->name[0] && outcome > last->outcome))
		return;
	last->outcome = outcome;
	last->may_be_asked = cli_device_may_be_asked(device);
	snprintf(last->name, sizeof(last->name), "%s", device->name);
}

static int fill_table(sd_bus_message *reply, bool is_rehearsing, struct cli_table *table,
	struct suspect *ret_suspect)
{
	const char *const heading[] = {
		_("DEVICE"), _("VERDICT"), _("ID"), _("CLASS"), _("CALLS ITSELF"), _("WHY")};
	struct cli_device device;
	int r;

	table->n_columns = sizeof(heading) / sizeof(heading[0]);
	if ((r = cli_table_add(table, heading)) < 0 ||
		(r = sd_bus_message_enter_container(reply, 'a', "a{sv}")) < 0)
		return r;
	while ((r = cli_device_read(reply, &device)) > 0) {
		suspect(ret_suspect, &device);
		if ((r = add_device(table, &device, is_rehearsing)) < 0)
			return r;
	}
	return r;
}

/* 0 or a negative errno. */
static int print_table(sd_bus_message *reply, const struct cli_site *site)
{
	struct cli_table table = {.rows = NULL};
	struct suspect last = {.name = ""};
	struct cli_site known = *site;
	int r = fill_table(reply, site->is_rehearsing, &table, &last);

	if (r == 0 && table.n_rows == 1)
		puts(_("No USB device is connected."));
	else if (r == 0)
		cli_table_print(&table, true);
	if (r == 0 && site->is_rehearsing)
		printf("\n%s\n", _("This is a rehearsal: nothing is refused yet, only recorded."));
	else if (r == 0 && last.name[0])
		printf(_("\nWhat to do about a refused one: sekisho explain %s\n"), last.name);
	if (r == 0 && last.may_be_asked)
		cli_site_learn(&known);
	if (r == 0 && last.may_be_asked && known.knows_exemptions) {
		printf(_("To ask for permission, type: %s"), "sekisho request");
		putchar('\n');
	}
	cli_table_clear(&table);
	return r;
}

static int print_json(sd_bus_message *reply)
{
	struct json_object *array = json_object_new_array();
	struct cli_device device;
	int r = sd_bus_message_enter_container(reply, 'a', "a{sv}");

	while (r >= 0 && (r = cli_device_read(reply, &device)) > 0)
		cli_json_append(array, cli_device_json(&device));
	if (r < 0)
		json_object_put(array);
	else
		cli_json_print(array);
	return r;
}

int cli_devices_list(const struct cli_site *site, bool is_json)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	int r;

	if (cli_bus_prepare("ListDevices", &bus, &call) < 0 || cli_bus_call(bus, call, &reply) < 0)
		return CLI_UNKNOWN;
	r = is_json ? print_json(reply) : print_table(reply, site);
	if (r < 0)
		cli_tell_bad_answer(r);
	return r < 0 ? CLI_UNKNOWN : CLI_DONE;
}

int cli_devices(const struct cli_request *request)
{
	struct cli_site site;

	if (request->watches)
		return cli_watch(request->is_json);
	if (cli_site_get(&site) < 0)
		return CLI_UNKNOWN;
	return cli_devices_list(&site, request->is_json);
}
