#include "agent/cli_notice.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/cli_bus.h"
#include "agent/cli_may_request.h"
#include "agent/cli_text.h"
#include "policy/cleanup.h"
#include "policy/device_class.h"

int cli_site_get(struct cli_site *ret)
{
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	const char *contact = "";
	uint32_t media = 0;
	int is_rehearsing = 0;
	int64_t not_after = 0;
	const struct cli_field fields[] = {
		{"Contact", 's', &contact, NULL},
		{"Media", 'u', &media, NULL},
		{"PolicyIsRehearsed", 'b', &is_rehearsing, NULL},
		{"PolicyNotAfter", 'x', &not_after, NULL},
	};
	int r = cli_bus_get_status(fields, sizeof(fields) / sizeof(fields[0]), &reply);

	if (r < 0)
		return r;
	snprintf(ret->contact, sizeof(ret->contact), "%s", contact);
	ret->has_media = media > 0;
	ret->policy_not_after = not_after;
	ret->knows_exemptions = false;
	ret->is_rehearsing = is_rehearsing;
	return 0;
}

void cli_site_learn(struct cli_site *site)
{
	bool is_over = site->policy_not_after != 0 && site->policy_not_after <= time(NULL);

	site->knows_exemptions = !site->is_rehearsing && !is_over && cli_may_request();
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
		.is_registered = device->medium[0],
		.may_be_asked = cli_device_may_be_asked(device),
	};
}

/* A sentence on a line of its own, behind the indent. */
struct page {
	FILE *out;
	const char *indent;
};

static void say(const struct page *page, const char *sentence)
{
	fprintf(page->out, "%s%s\n", page->indent, sentence);
}

/* Of a class by name, which a newer agent may have more of. */
static void say_class(
	const struct page *page, const struct cli_notice *notice, const struct cli_site *site)
{
	enum device_class class = CLASS_UNKNOWN;

	(void)device_class_from_name(notice->class, &class);
	switch (device_class_group(class)) {
	case CLASS_GROUP_STORAGE:
		say(page,
			_("This USB stick or other medium cannot be used. Permission is needed."));
		if (site->has_media && !notice->is_registered)
			say(page,
				_("It is not registered. Use one with a control-number sticker."));
		else
			say(page,
				_("This terminal is set so that no information can be taken out."));
		return;
	case CLASS_GROUP_PHONE:
		say(page, _("Smartphones and the like cannot be connected."));
		return;
	case CLASS_GROUP_NETWORK:
		say(page, _("Network devices cannot be connected to this terminal."));
		return;
	case CLASS_GROUP_INPUT:
		say(page, _("This keyboard or mouse cannot be used. Use the one that was issued."));
		return;
	case CLASS_GROUP_PLAIN: break;
	}
	say(page, _("This device cannot be used. Permission is needed."));
}

/* Where an exemption is there, and does not open it: what happened, and what to do. NULL: none. */
static const char *exemption_words(enum reason_code code)
{
	static const char *const sentences[REASON_COUNT] = {
		[REASON_EXEMPTION_ENDED] =
			N_("The permission is over. To go on, a new permission is needed."),
		[REASON_EXEMPTION_NOT_YET] = N_("The time of the permission has not begun."),
		[REASON_EXEMPTION_OFFLINE] =
			N_("The office cannot be reached now. Without it, it cannot be used."),
		[REASON_EXEMPTION_ANOTHER_MEDIUM] =
			N_("This is not the medium that was permitted. Use that one."),
		[REASON_EXEMPTION_FAILED] = N_("The files on it cannot be read. It may be broken."),
		[REASON_EXEMPTION_DETACHED] =
			N_("It was taken out. To use it again, pull it out and plug it in."),
		[REASON_EXEMPTION_AMBIGUOUS] =
			N_("Two media that look the same are connected. Pull one of them out."),
		[REASON_EXEMPTION_OTHER_USER] =
			N_("It is permitted to somebody else, who is not at the screen."),
	};

	return code < REASON_COUNT ? sentences[code] : NULL;
}

static void say_redeem(const struct page *page)
{
	fputs(page->indent, page->out);
	fprintf(page->out, _("It is permitted once its code was typed: %s"), "sekisho redeem");
	fputc('\n', page->out);
}

/* What happened, and what to do. */
static void say_refused(
	const struct page *page, const struct cli_notice *notice, const struct cli_site *site)
{
	if (notice->state && strcmp(notice->state, "slowed") == 0)
		say(page, _("It was plugged in too often. Pull it out and wait a minute."));
	else if (notice->code == REASON_EXEMPTION_NOT_REDEEMED)
		say_redeem(page);
	else if (exemption_words(notice->code))
		say(page, _(exemption_words(notice->code)));
	else if (notice->code == REASON_MALFORMED || notice->code == REASON_NO_INTERFACE)
		say(page, _("This device cannot be read properly. It may be broken."));
	else if (notice->code == REASON_DRIVER || notice->code == REASON_REPORT_DESCRIPTOR)
		say(page, _("This device is not what it looks like. Pull it out and call."));
	else
		say_class(page, notice, site);
}

/* Only where it can be opened: who asks for a keyboard would wait in vain. */
static void say_how_to_ask(
	const struct page *page, const struct cli_notice *notice, const struct cli_site *site)
{
	bool is_permitted =
		notice->code == REASON_EXEMPTION_NOT_REDEEMED ||
		(exemption_words(notice->code) && notice->code != REASON_EXEMPTION_ENDED);

	if (!site->knows_exemptions || !notice->may_be_asked || is_permitted)
		return;
	fputs(page->indent, page->out);
	fprintf(page->out, _("To ask for permission, type: %s"), "sekisho request");
	fputc('\n', page->out);
}

static void say_whom_to_ask(const struct page *page, uint64_t record, const char *contact)
{
	const char *whom = contact[0] ? contact : _("the people in charge of computers");

	fputs(page->indent, page->out);
	if (record > 0)
		fprintf(page->out, _("Reference number %" PRIu64 " / Ask: %s"), record, whom);
	else
		fprintf(page->out, _("Ask: %s"), whom);
	fputc('\n', page->out);
}

bool cli_notice_print(
	FILE *out, const struct cli_notice *notice, const struct cli_site *site, const char *indent)
{
	const struct page page = {out, indent};

	if (site->is_rehearsing || (notice->outcome == OUTCOME_LET_IN && !notice->is_last_input))
		return false;
	if (notice->outcome == OUTCOME_REFUSED)
		say_refused(&page, notice, site);
	else if (notice->is_last_input)
		say(&page,
			_("It can be used to type, because there is nothing else to type with."));
	else if (notice->outcome == OUTCOME_READ_ONLY)
		say(&page, _("Only reading is permitted. Nothing can be written to it."));
	else
		say(&page, _("Only a part of this device can be used."));
	say_how_to_ask(&page, notice, site);
	say_whom_to_ask(&page, notice->record, site->contact);
	return true;
}
