/*
 * What is wished of one exemption over the bus. Who may, and whether it can be done now, is asked
 * here; the core does what follows.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "agent/agent_internal.h"
#include "agent/exemption_form.h"

static int no_such(struct agent_refusal *ret)
{
	return agent_refuse(
		ret, BUS_ERROR_NO_EXEMPTION, "You have no request and no exemption of this number");
}

/* The core looks at it; what must be on the disk is, or the caller is told. 1, or as the bus's. */
static int command(struct agent *agent, struct core_event *event, struct agent_refusal *ret_refusal)
{
	int r = agent_handle(agent, event);

	if (r >= 0)
		r = agent_pace(agent);
	if (r < 0)
		return r;
	if (!agent_exemptions_are_kept(agent))
		return agent_refuse(ret_refusal, BUS_ERROR_NOT_STORED,
			"It counts now, but cannot be written to the disk");
	return 1;
}

int agent_exemption_withdraw(struct agent *agent, const struct bus_caller *caller, const char *id,
	struct agent_refusal *ret_refusal)
{
	struct request_entry *entry = requests_find(&agent->exemption.requests, id);
	struct core_exemption_view view;
	int r;

	if (!entry || (caller->uid != 0 && entry->uid != caller->uid))
		return agent_exemption_find(agent, id, caller->uid, &view)
			       ? agent_refuse(ret_refusal, BUS_ERROR_NOT_NOW,
					 "It was granted already, so it is no request any more")
			       : no_such(ret_refusal);
	if (entry->phase != REQUEST_OPEN)
		return agent_refuse(ret_refusal, BUS_ERROR_NOT_NOW,
			"It was decided already, so it is no request any more");
	r = agent_request_withdraw(agent, entry);
	if (r >= 0)
		r = agent_pace(agent);
	return r < 0 ? r : 1;
}

static bool is_in_use(const struct core_exemption_view *view)
{
	return view->state->phase == EXEMPTION_ACTIVE || view->state->phase == EXEMPTION_WARNED;
}

int agent_exemption_eject(struct agent *agent, const struct bus_caller *caller, const char *id,
	bool keep, struct agent_refusal *ret_refusal)
{
	struct core_event event = {
		.kind = EVENT_EXEMPTION_COMMAND,
		.command = {.command = EXEMPTION_EJECT, .id = id, .keeps = keep},
	};
	struct core_exemption_view view;

	if (!agent_exemption_find(agent, id, caller->uid, &view))
		return no_such(ret_refusal);
	if (!is_in_use(&view))
		return agent_refuse(ret_refusal, BUS_ERROR_NOT_NOW,
			"Its medium is not in use, so there is nothing to eject");
	return command(agent, &event, ret_refusal);
}

int agent_exemption_return(struct agent *agent, const struct bus_caller *caller, const char *id,
	const char *place, struct agent_refusal *ret_refusal)
{
	char text[FORM_TEXT_MAX + 1];
	struct core_event event = {
		.kind = EVENT_EXEMPTION_COMMAND,
		.command = {.command = EXEMPTION_RETURN, .id = id, .text = text},
	};
	struct core_exemption_view view;

	if (!agent_exemption_find(agent, id, caller->uid, &view))
		return no_such(ret_refusal);
	if (exemption_text_read("place", place, text, ret_refusal) < 0)
		return 0;
	if (view.state->phase == EXEMPTION_RETURNED || view.state->phase == EXEMPTION_LOST)
		return agent_refuse(ret_refusal, BUS_ERROR_NOT_NOW,
			"Its medium was returned already, or nothing is known of it");
	return command(agent, &event, ret_refusal);
}

static void write_report(const struct exemption_report *report, char *buffer, size_t size)
{
	size_t used = (size_t)snprintf(buffer, size, "%s", report->done);

	if (report->has_items && used < size)
		used += (size_t)snprintf(
			buffer + used, size - used, "; items: %" PRIu32, report->items);
	if (report->destination[0] && used < size)
		snprintf(buffer + used, size - used, "; destination: %s", report->destination);
}

int agent_exemption_report(struct agent *agent, const struct bus_caller *caller, const char *id,
	const struct agent_form *form, struct agent_refusal *ret_refusal)
{
	char text[RECORD_TEXT_MAX];
	struct core_event event = {
		.kind = EVENT_EXEMPTION_COMMAND,
		.command = {.command = EXEMPTION_REPORTED, .id = id, .text = text},
	};
	struct exemption_report report;
	struct core_exemption_view view;

	if (!agent_exemption_find(agent, id, caller->uid, &view))
		return no_such(ret_refusal);
	if (!view.state->is_report_due)
		return agent_refuse(
			ret_refusal, BUS_ERROR_NOT_NOW, "No report is due for this exemption");
	if (exemption_report_read(form, &report, ret_refusal) < 0)
		return 0;
	write_report(&report, text, sizeof(text));
	return command(agent, &event, ret_refusal);
}
