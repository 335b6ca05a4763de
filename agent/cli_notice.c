#include "agent/cli_notice.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/cli_bus.h"
#include "agent/cli_text.h"
#include "policy/cleanup.h"

int cli_site_get(struct cli_site *ret)
{
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	const char *contact = "";
	uint32_t media = 0;
	int is_rehearsing = 0;
	const struct cli_field fields[] = {
		{"Contact", 's', &contact, NULL},
		{"Media", 'u', &media, NULL},
		{"PolicyIsRehearsed", 'b', &is_rehearsing, NULL},
	};
	int r = cli_bus_get_status(fields, sizeof(fields) / sizeof(fields[0]), &reply);

	if (r < 0)
		return r;
	snprintf(ret->contact, sizeof(ret->contact), "%s", contact);
	ret->has_media = media > 0;
	ret->is_rehearsing = is_rehearsing;
	return 0;
}

struct cli_notice cli_notice_of(const struct cli_device *device)
{
	return (struct cli_notice){
		.outcome = cli_device_outcome(device),
		.class = device->class,
		.state = device->state,
		.code = device->reason.code,
		.is_last_input = device->is_last_input,
		.record = device->record,
	};
}

static bool is_one_of(const char *class, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(class, names[i]) == 0)
			return true;
	return false;
}

static bool is_medium(const char *class)
{
	static const char *const names[] = {"usb-storage", "sd-card", "optical", "floppy", "nvme",
		"sata-external", "firewire", "thunderbolt", "loop"};

	return is_one_of(class, names, sizeof(names) / sizeof(names[0]));
}

static void say(const char *indent, const char *sentence)
{
	printf("%s%s\n", indent, sentence);
}

static void say_refused_medium(const struct cli_site *site, const char *indent)
{
	say(indent, _("This USB stick or other medium cannot be used. Permission is needed."));
	if (site->has_media)
		say(indent, _("It is not registered. Use one with a control-number sticker."));
	else
		say(indent, _("This terminal is set so that no information can be taken out."));
}

/* What happened, and what to do. */
static void say_refused(
	const struct cli_notice *notice, const struct cli_site *site, const char *indent)
{
	if (notice->state && strcmp(notice->state, "slowed") == 0)
		say(indent, _("It was plugged in too often. Pull it out and wait a minute."));
	else if (notice->code == REASON_MALFORMED)
		say(indent, _("This device cannot be read properly. It may be broken."));
	else if (notice->code == REASON_DRIVER || notice->code == REASON_REPORT_DESCRIPTOR)
		say(indent, _("This device is not what it looks like. Pull it out and call."));
	else if (is_medium(notice->class))
		say_refused_medium(site, indent);
	else if (strcmp(notice->class, "phone") == 0)
		say(indent, _("Smartphones and the like cannot be connected."));
	else if (strcmp(notice->class, "keyboard") == 0 || strcmp(notice->class, "pointer") == 0)
		say(indent,
			_("This keyboard or mouse cannot be used. Use the one that was issued."));
	else
		say(indent, _("This device cannot be used. Permission is needed."));
}

static void say_whom_to_ask(uint64_t record, const char *contact, const char *indent)
{
	const char *whom = contact[0] ? contact : _("the people in charge of computers");

	fputs(indent, stdout);
	if (record > 0)
		printf(_("Reference number %" PRIu64 " / Ask: %s"), record, whom);
	else
		printf(_("Ask: %s"), whom);
	putchar('\n');
}

bool cli_notice_print(
	const struct cli_notice *notice, const struct cli_site *site, const char *indent)
{
	if (site->is_rehearsing)
		return false;
	switch (notice->outcome) {
	case OUTCOME_REFUSED: say_refused(notice, site, indent); break;
	case OUTCOME_PARTLY:
		say(indent,
			notice->is_last_input
				? _("It can be used to type, because there is nothing else to type "
				    "with.")
				: _("Only a part of this device can be used."));
		break;
	case OUTCOME_READ_ONLY:
		say(indent, _("Only reading is permitted. Nothing can be written to it."));
		break;
	case OUTCOME_LET_IN:
		if (!notice->is_last_input)
			return false;
		say(indent, _("It can be used to type, because there is nothing else to type "
			      "with."));
		break;
	}
	say_whom_to_ask(notice->record, site->contact, indent);
	return true;
}
