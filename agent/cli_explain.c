/* sekisho explain: what to do about a device, and then, for IT staff, which rule spoke. */
#include "agent/cli.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "agent/cli_bus.h"
#include "agent/cli_device.h"
#include "agent/cli_json.h"
#include "agent/cli_notice.h"
#include "agent/cli_table.h"
#include "agent/cli_text.h"
#include "policy/cleanup.h"

static int print_facts(const struct cli_device *device, bool is_rehearsing)
{
	struct cli_table table = {.n_columns = 2};
	char claim[1024], line[2048];
	int r;

	snprintf(line, sizeof(line), _("%s, ID %04" PRIx16 ":%04" PRIx16 ", %s"), device->name,
		device->vendor, device->product, device->class);
	r = cli_table_add(&table, (const char *const[]){_("Device"), line});
	cli_device_claim(device, claim, sizeof(claim));
	snprintf(line, sizeof(line), "%s%s%s%s%s", claim[0] ? claim : _("nothing"),
		device->serial[0] ? _(", serial ") : "", device->serial,
		device->medium[0] ? _(", registered as ") : "", device->medium);
	if (r == 0)
		r = cli_table_add(&table, (const char *const[]){_("Calls itself"), line});
	if (r == 0)
		r = cli_table_add(&table,
			(const char *const[]){_("Verdict"),
				cli_outcome_words(cli_device_outcome(device), is_rehearsing)});
	if (r == 0)
		cli_table_print(&table, false);
	cli_table_clear(&table);
	return r;
}

static int print_interfaces(const struct cli_device *device, bool is_rehearsing)
{
	const char *const heading[] = {
		_("CONFIGURATION"), _("INTERFACE"), _("CLASS"), _("VERDICT"), _("WHY")};
	struct cli_table table = {.n_columns = sizeof(heading) / sizeof(heading[0])};
	int r = cli_table_add(&table, heading);

	for (size_t i = 0; r == 0 && i < device->n_interfaces; i++) {
		const struct cli_interface *interface = &device->interfaces[i];
		char configuration[8], number[8], why[CLI_REASON_SIZE];

		snprintf(configuration, sizeof(configuration), "%u", interface->configuration);
		snprintf(number, sizeof(number), "%u", interface->number);
		r = cli_table_add(
			&table, (const char *const[]){configuration, number, interface->class,
					cli_outcome_words(cli_outcome_of(interface->verdict, false),
						is_rehearsing),
					cli_reason_words(&interface->reason, why)});
	}
	if (r == 0)
		cli_table_print(&table, true);
	cli_table_clear(&table);
	return r;
}

static void print_verdict(const struct cli_device *device, bool is_rehearsing)
{
	unsigned allowed = 0;
	char why[CLI_REASON_SIZE];

	for (size_t i = 0; i < device->n_interfaces; i++)
		allowed += !cli_is_blocked(device->interfaces[i].verdict);
	cli_reason_words(&device->reason, why);
	if (cli_is_blocked(device->verdict))
		printf(is_rehearsing ? _("The device would be refused: %s.\n")
				     : _("The device is refused: %s.\n"),
			why);
	else if (allowed == device->n_interfaces)
		printf(_("The device is let in: %s.\n"), why);
	else
		printf(ngettext("%u of its interfaces is let in, of %zu: %s.\n",
			       "%u of its interfaces are let in, of %zu: %s.\n", allowed),
			allowed, device->n_interfaces, why);
}

static void print_state(const struct cli_device *device)
{
	if (device->is_last_input)
		puts(_("It is kept because nobody could type without it."));
	if (strcmp(device->state, "retrying") == 0)
		puts(_("It could not be set as decided; this is tried again."));
	if (strcmp(device->state, "busy") == 0)
		puts(_("It is being set now."));
	if (strcmp(device->state, "slowed") == 0)
		puts(_("It came and went too often and has to wait."));
}

static int print(const struct cli_device *device, const struct cli_site *site)
{
	const struct cli_notice notice = cli_notice_of(device);
	int r;

	if (cli_notice_print(stdout, &notice, site, ""))
		putchar('\n');
	r = print_facts(device, site->is_rehearsing);
	putchar('\n');
	if (r == 0 && device->n_interfaces > 0) {
		r = print_interfaces(device, site->is_rehearsing);
		putchar('\n');
	}
	if (r == 0) {
		print_verdict(device, site->is_rehearsing);
		print_state(device);
	}
	return r;
}

int cli_explain(const struct cli_request *request)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	struct cli_device device;
	struct cli_site site;
	int r;

	if (cli_site_get(&site) < 0 || cli_bus_prepare("ExplainDevice", &bus, &call) < 0)
		return CLI_UNKNOWN;
	if (sd_bus_message_append(call, "s", request->words[0]) < 0) {
		fprintf(stderr, "sekisho: %s\n", _("this is no name of a device"));
		return CLI_UNKNOWN;
	}
	if (cli_bus_call(bus, call, &reply) < 0)
		return CLI_UNKNOWN;
	r = cli_device_read(reply, &device);
	if (r == 0)
		r = -EBADMSG;
	else if (r > 0 && request->is_json)
		cli_json_print(cli_device_json(&device));
	else if (r > 0) {
		cli_site_learn(&site);
		r = print(&device, &site);
	}
	if (r < 0) {
		cli_tell_bad_answer(r);
		return CLI_UNKNOWN;
	}
	return cli_is_blocked(device.verdict) ? CLI_NO : CLI_DONE;
}
