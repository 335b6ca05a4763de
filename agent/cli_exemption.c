#include "agent/cli_exemption.h"

#include <string.h>

#include "agent/bus.h"
#include "agent/cli_bus.h"
#include "agent/cli_json.h"
#include "agent/cli_refusal.h"
#include "agent/cli_text.h"
#include "policy/cleanup.h"
#include "policy/names.h"

static const char *const names[PHASE_COUNT] = {
	[PHASE_OTHER] = "",
	[PHASE_REQUESTED] = "requested",
	[PHASE_REFUSED] = "refused",
	[PHASE_WITHDRAWN] = "withdrawn",
	[PHASE_APPROVED] = "approved",
	[PHASE_SEALED] = "sealed",
	[PHASE_ACTIVE] = "active",
	[PHASE_WARNED] = "warned",
	[PHASE_ENDING] = "ending",
	[PHASE_ENDED] = "ended",
	[PHASE_RETURNED] = "returned",
	[PHASE_NOT_HERE] = "not-here",
};

enum cli_phase cli_phase_from_name(const char *name)
{
	int found = names_find(names, PHASE_COUNT, name);

	return found < 0 ? PHASE_OTHER : (enum cli_phase)found;
}

const char *cli_phase_words(const struct cli_exemption *exemption)
{
	switch (cli_phase_from_name(exemption->phase)) {
	case PHASE_REQUESTED: return _("waiting for permission");
	case PHASE_REFUSED: return _("not permitted");
	case PHASE_WITHDRAWN: return _("withdrawn");
	case PHASE_APPROVED: return _("permitted");
	case PHASE_SEALED: return _("waiting for the code");
	case PHASE_ACTIVE: return _("in use");
	case PHASE_WARNED: return _("in use, ends soon");
	case PHASE_ENDING: return _("being ended");
	case PHASE_ENDED: return _("ended");
	case PHASE_RETURNED: return _("returned");
	case PHASE_NOT_HERE: return _("does not count here");
	case PHASE_OTHER:
	case PHASE_COUNT: break;
	}
	return exemption->phase;
}

int cli_exemption_read(sd_bus_message *message, struct cli_exemption *ret)
{
	const struct cli_field fields[] = {
		{"Id", 's', &ret->id, NULL},
		{"Phase", 's', &ret->phase, NULL},
		{"User", 's', &ret->user, NULL},
		{"Terminal", 's', &ret->terminal, NULL},
		{"Medium", 's', &ret->medium, NULL},
		{"Device", 's', &ret->device, NULL},
		{"Port", 's', &ret->port, NULL},
		{"Direction", 's', &ret->direction, NULL},
		{"Minutes", 'u', &ret->minutes, NULL},
		{"Requested", 'x', &ret->requested, NULL},
		{"NotBefore", 'x', &ret->not_before, NULL},
		{"NotAfter", 'x', &ret->not_after, NULL},
		{"Until", 'x', &ret->until, NULL},
		{"Approvers", 's', &ret->approvers, NULL},
		{"Method", 's', &ret->method, NULL},
		{"Reason", 's', &ret->reason, NULL},
		{"Text", 's', &ret->text, NULL},
		{"Path", 's', &ret->path, NULL},
		{"Holders", 's', &ret->holders, NULL},
		{"Clean", 'b', &ret->is_clean, NULL},
		{"Used", 'b', &ret->is_used, NULL},
		{"ReportDue", 'b', &ret->is_report_due, NULL},
		{"Purpose", 's', &ret->purpose, NULL},
		{"Record", 't', &ret->record, NULL},
	};

	*ret = (struct cli_exemption){
		.id = "?",
		.phase = "?",
		.user = "",
		.terminal = "",
		.medium = "",
		.device = "",
		.port = "",
		.direction = "",
		.approvers = "",
		.method = "",
		.reason = "",
		.text = "",
		.path = "",
		.holders = "",
		.purpose = "",
	};
	return cli_read_dictionary(message, fields, sizeof(fields) / sizeof(fields[0]));
}

struct json_object *cli_exemption_json(const struct cli_exemption *exemption)
{
	struct json_object *object = json_object_new_object();

	cli_json_add_string(object, "id", exemption->id);
	cli_json_add_string(object, "phase", exemption->phase);
	cli_json_add_string(object, "user", exemption->user);
	cli_json_add_string(object, "terminal", exemption->terminal);
	cli_json_add_string(object, "medium", exemption->medium);
	cli_json_add_string(object, "device", exemption->device);
	cli_json_add_string(object, "port", exemption->port);
	cli_json_add_string(object, "direction", exemption->direction);
	cli_json_add_unsigned(object, "minutes", exemption->minutes);
	cli_json_add_time(object, "requested", exemption->requested);
	cli_json_add_time(object, "not_before", exemption->not_before);
	cli_json_add_time(object, "not_after", exemption->not_after);
	cli_json_add_time(object, "until", exemption->until);
	cli_json_add_string(object, "approvers", exemption->approvers);
	cli_json_add_string(object, "method", exemption->method);
	cli_json_add_string(object, "reason", exemption->reason);
	cli_json_add_string(object, "text", exemption->text);
	cli_json_add_string(object, "path", exemption->path);
	cli_json_add_string(object, "holders", exemption->holders);
	cli_json_add_bool(object, "is_clean", exemption->is_clean);
	cli_json_add_bool(object, "is_used", exemption->is_used);
	cli_json_add_bool(object, "is_report_due", exemption->is_report_due);
	cli_json_add_string(object, "purpose", exemption->purpose);
	cli_json_add_unsigned(object, "record", exemption->record);
	return object;
}

int cli_exemptions_ask(sd_bus_message **ret_reply)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	CLEANUP(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	int r = cli_bus_prepare("ListExemptions", &bus, &call);

	if (r < 0)
		return r;
	r = cli_bus_try(bus, call, &error, &reply);
	if (r < 0) {
		(void)cli_refusal_tell(&error, r, NULL);
		return r;
	}
	r = sd_bus_message_enter_container(reply, 'a', "a{sv}");
	if (r < 0) {
		cli_tell_bad_answer(r);
		return r;
	}
	*ret_reply = TAKE(reply);
	return 0;
}
