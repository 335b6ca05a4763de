/*
 * The list of requests and exemptions for the bus: whose each is, and the words for what the core
 * and the documents know of it.
 */
#include <inttypes.h>
#include <string.h>

#include "agent/agent_internal.h"
#include "policy/medium_text.h"

/* --- whose it is --- */

static bool is_user(const struct exemption *exemption, const char *name)
{
	for (size_t i = 0; name && i < exemption->n_users; i++)
		if (strcmp(exemption->users[i], name) == 0)
			return true;
	return false;
}

bool agent_exemption_is_of(
	const struct agent *agent, const struct core_exemption_view *view, uint32_t uid)
{
	const struct request_entry *entry =
		requests_find(&agent->exemption.requests, view->state->id);
	const struct exemption *exemption = view->exemption ? view->exemption->exemption : NULL;
	const char *name = agent_sessions_user(agent, uid);

	if (view->state->user[0])
		return view->state->uid == uid;
	if (entry)
		return entry->uid == uid;
	/* What is for whoever types its code is nobody's secret: it names nobody. */
	return exemption && (exemption->n_users == 0 || is_user(exemption, name));
}

bool agent_exemption_find(
	const struct agent *agent, const char *id, uint32_t uid, struct core_exemption_view *ret)
{
	struct core_exemption_view view;

	for (size_t i = 0; core_exemption_at(agent->core, i, &view); i++)
		if (strcmp(view.state->id, id) == 0) {
			if (uid != 0 && !agent_exemption_is_of(agent, &view, uid))
				return false;
			*ret = view;
			return true;
		}
	return false;
}

/* --- words --- */

/* It is well signed, but another policy, another day or a revocation keeps it from counting. */
static bool is_faulty(const struct core_exemption_view *view)
{
	return view->exemption && view->exemption->fault != EXEMPTION_FAULT_NONE &&
	       view->exemption->fault != EXEMPTION_FAULT_NOT_YET;
}

const char *agent_exemption_phase(const struct core_exemption_view *view)
{
	switch (view->state->phase) {
	case EXEMPTION_APPROVED:
		if (is_faulty(view))
			return "not-here";
		return view->is_sealed ? "sealed" : "approved";
	case EXEMPTION_ACTIVE:
	case EXEMPTION_WARNED:
	case EXEMPTION_ENDING:
	case EXEMPTION_ENDED:
	case EXEMPTION_RETURNED: return exemption_phase_name(view->state->phase);
	case EXEMPTION_LOST:
	case EXEMPTION_PHASE_COUNT: break;
	}
	return "ended";
}

static const char *reason_of(const struct core_exemption_view *view)
{
	if (view->state->phase == EXEMPTION_LOST)
		return exemption_end_name(EXEMPTION_END_LOST);
	if (view->state->phase == EXEMPTION_APPROVED)
		return is_faulty(view) ? exemption_fault_name(view->exemption->fault) : "";
	return view->state->end == EXEMPTION_END_NONE ? "" : exemption_end_name(view->state->end);
}

static const char *text_of(const struct agent *agent, const struct core_exemption_view *view)
{
	const char *why = policies_revoked(agent->policies, REVOCATION_EXEMPTION, view->state->id);

	if (why && why[0])
		return why;
	return view->state->phase == EXEMPTION_APPROVED && is_faulty(view)
		       ? exemption_fault_sentence(view->exemption->fault)
		       : "";
}

int64_t agent_exemption_until_s(const struct core_exemption_view *view)
{
	int64_t left_ms;

	if (view->until_ms == 0 || view->until_ms > INT64_MAX)
		return 0;
	left_ms = (int64_t)view->until_ms - (int64_t)agent_boottime_ms();
	return (agent_realtime_ms() + left_ms) / 1000;
}

static void write_device(const struct exemption_medium *medium, char *buffer, size_t size)
{
	char serial[MEDIUM_SERIAL_ENCODED_MAX + 1];

	buffer[0] = '\0';
	if (medium->kind == EXEMPTION_MEDIUM_CLASS)
		snprintf(buffer, size, "%s", device_class_name(medium->device_class));
	else if (medium->identity.serial[0] &&
		 medium_serial_encode(medium->identity.serial, serial) == 0)
		snprintf(buffer, size, "%04" PRIx16 ":%04" PRIx16 " %s", medium->identity.vendor,
			medium->identity.product, serial);
}

static void write_users(const struct exemption *exemption, char *buffer, size_t size)
{
	size_t used = 0;

	snprintf(buffer, size, "%s", exemption->n_users == 0 ? "any" : "");
	for (size_t i = 0; i < exemption->n_users && used < size; i++)
		used += (size_t)snprintf(
			buffer + used, size - used, "%s%s", i > 0 ? " " : "", exemption->users[i]);
}

/* --- rows --- */

static uint64_t record_of(const struct agent_exemptions *own, const char *id)
{
	const struct request_entry *entry = requests_find(&own->requests, id);

	for (size_t i = 0; i < own->n_recorded; i++)
		if (strcmp(own->recorded[i].id, id) == 0)
			return own->recorded[i].sequence;
	return entry ? entry->record : 0;
}

/* What form and document share. */
static void fill_use(const struct exemption_use *use, const struct exemption_form *form,
	const struct exemption_medium *medium, struct agent_exemption_row *row,
	struct agent_exemption *ret)
{
	write_device(medium, row->device, sizeof(row->device));
	ret->device = row->device;
	ret->medium = medium->number;
	ret->direction = exemption_direction_name(use->access);
	ret->minutes = (use->duration_s + 59) / 60;
	ret->purpose = form->purpose;
}

static void fill_request(
	struct agent *agent, const struct request_entry *entry, struct agent_exemption *ret)
{
	const struct exemption_request *request = &entry->request;

	*ret = (struct agent_exemption){
		.id = request->id,
		.phase = request_phase_name(entry->phase),
		.user = request->requester,
		.terminal = request->terminal,
		.requested = entry->asked_s,
		.not_before = request->from,
		.method = exemption_method_name(entry->method),
		.text = entry->text,
		.record = entry->record,
	};
	fill_use(&request->use, &request->form, &request->medium, &agent->exemption.row, ret);
}

static void fill_document(
	struct agent *agent, const struct core_exemption *known, struct agent_exemption *ret)
{
	struct agent_exemption_row *row = &agent->exemption.row;
	const struct exemption *exemption = known->exemption;

	write_users(exemption, row->users, sizeof(row->users));
	ret->user = row->users;
	ret->terminal = exemption->terminal;
	ret->requested = exemption->requested;
	ret->not_before = exemption->header.not_before;
	ret->not_after = exemption->header.not_after;
	ret->approvers = known->approvers;
	ret->method = exemption_method_name(known->method);
	fill_use(&exemption->use, &exemption->form, &exemption->medium, row, ret);
}

static void fill_exemption(
	struct agent *agent, const struct core_exemption_view *view, struct agent_exemption *ret)
{
	const struct registered *port =
		view->device_id ? registry_find_id(agent->registry, view->device_id) : NULL;

	*ret = (struct agent_exemption){.not_after = view->state->not_after};
	if (view->exemption)
		fill_document(agent, view->exemption, ret);
	ret->id = view->state->id;
	ret->phase = agent_exemption_phase(view);
	if (view->state->user[0])
		ret->user = view->state->user;
	ret->port = port ? port->name : NULL;
	ret->until = agent_exemption_until_s(view);
	ret->reason = reason_of(view);
	ret->text = text_of(agent, view);
	ret->path = view->path;
	ret->holders = view->holders;
	ret->is_clean = view->state->is_clean;
	ret->is_report_due = view->state->is_report_due;
	ret->record = record_of(&agent->exemption, view->state->id);
}

/* Once there is an exemption of its number, that says more. */
static bool is_shown(const struct agent *agent, const struct request_entry *entry)
{
	struct core_exemption_view view;

	return entry->phase != REQUEST_GRANTED &&
	       !agent_exemption_find(agent, entry->request.id, 0, &view);
}

bool agent_exemption_list(struct agent *agent, const struct bus_caller *caller, bool is_all,
	size_t index, struct agent_exemption *ret)
{
	const struct requests *requests = &agent->exemption.requests;
	struct core_exemption_view view;

	for (size_t i = 0; i < requests->n; i++) {
		const struct request_entry *entry = &requests->items[i];

		if (!is_shown(agent, entry) || (!is_all && entry->uid != caller->uid))
			continue;
		if (index-- > 0)
			continue;
		fill_request(agent, entry, ret);
		return true;
	}
	if (agent_telephone_row(agent, caller, is_all, ret) && index-- == 0)
		return true;
	for (size_t i = 0; core_exemption_at(agent->core, i, &view); i++) {
		if (!is_all && !agent_exemption_is_of(agent, &view, caller->uid))
			continue;
		if (index-- > 0)
			continue;
		fill_exemption(agent, &view, ret);
		return true;
	}
	return false;
}

/* --- for the status --- */

bool agent_exemption_is_open(const struct core_exemption_view *view)
{
	switch (view->state->phase) {
	case EXEMPTION_APPROVED: return !is_faulty(view) && view->exemption;
	case EXEMPTION_ACTIVE:
	case EXEMPTION_WARNED:
	case EXEMPTION_ENDING: return true;
	case EXEMPTION_LOST:
	case EXEMPTION_ENDED:
	case EXEMPTION_RETURNED:
	case EXEMPTION_PHASE_COUNT: break;
	}
	return false;
}

void agent_exemption_status(const struct agent *agent, struct agent_status *ret)
{
	struct core_exemption_view view;

	ret->requests = requests_open(&agent->exemption.requests);
	for (size_t i = 0; core_exemption_at(agent->core, i, &view); i++) {
		ret->exemptions += agent_exemption_is_open(&view);
		ret->reports_due += view.state->is_report_due;
	}
}

/* --- what was recorded of them --- */

static const char *phase_of_record(enum record_event event)
{
	if (event == RECORD_EXEMPTION_REQUESTED)
		return request_phase_name(REQUEST_OPEN);
	if (event == RECORD_EXEMPTION_REQUEST_REFUSED)
		return request_phase_name(REQUEST_REFUSED);
	if (event == RECORD_EXEMPTION_REQUEST_WITHDRAWN)
		return request_phase_name(REQUEST_WITHDRAWN);
	if (event == RECORD_EXEMPTION_REFUSED)
		return "not-here";
	return NULL;
}

static void note_sequence(struct agent_exemptions *own, const char *id, uint64_t sequence)
{
	size_t i = 0;

	while (i < own->n_recorded && strcmp(own->recorded[i].id, id) != 0)
		i++;
	/* The oldest gives way: a list that long is nobody's. */
	if (i == EXEMPTION_STATES_MAX) {
		memmove(own->recorded, own->recorded + 1,
			(EXEMPTION_STATES_MAX - 1) * sizeof(own->recorded[0]));
		i--;
	} else if (i == own->n_recorded) {
		own->n_recorded++;
	}
	memcpy(own->recorded[i].id, id, EXEMPTION_ID_SIZE);
	own->recorded[i].sequence = sequence;
}

void agent_exemption_recorded(struct agent *agent, const struct record *record, uint64_t sequence)
{
	struct core_exemption_view view;
	const char *id = record->exemption ? record->exemption->id : "", *phase;
	bool is_known = id[0] && agent->core && agent_exemption_find(agent, id, 0, &view);

	if (!id[0])
		return;
	note_sequence(&agent->exemption, id, sequence);
	phase = phase_of_record(record->event);
	if (!phase && is_known)
		phase = agent_exemption_phase(&view);
	if (phase)
		bus_announce_exemption(agent->bus, id, phase, record->exemption->reason,
			is_known ? agent_exemption_until_s(&view) : 0, sequence);
}
