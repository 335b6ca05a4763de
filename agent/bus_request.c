/*
 * RequestExemption, BeginPhone, ReportAfter: forms. Bounded here; what must be in them, and who may
 * hand them in, knows the agent.
 */
#include "agent/bus_internal.h"

#include <errno.h>
#include <string.h>

int bus_not_available(sd_bus_error *ret_error)
{
	return sd_bus_error_set(
		ret_error, BUS_ERROR_NOT_AVAILABLE, "This cannot be done at this terminal");
}

int bus_refusal(int result, const struct agent_refusal *refusal, sd_bus_error *ret_error)
{
	return result == 0 ? sd_bus_error_set(ret_error, refusal->error, refusal->text) : result;
}

static int too_large(sd_bus_error *ret_error)
{
	return sd_bus_error_set(ret_error, BUS_ERROR_TOO_LARGE,
		"A form has at most 32 keys, a key 32 bytes, a value 1024 bytes");
}

/* The form points into the message. 1, 0: it is too large, or a negative errno. */
static int read_form(sd_bus_message *call, struct agent_form *ret)
{
	struct agent_form form = {.n = 0};
	const char *key, *value;
	int r = sd_bus_message_enter_container(call, 'a', "{ss}");

	while (r >= 0 && (r = sd_bus_message_read(call, "{ss}", &key, &value)) > 0) {
		if (form.n == BUS_FORM_KEYS_MAX || strlen(key) > BUS_FORM_KEY_MAX ||
			strlen(value) > BUS_FORM_VALUE_MAX)
			return 0;
		form.entries[form.n].key = key;
		form.entries[form.n++].value = value;
	}
	if (r >= 0)
		r = sd_bus_message_exit_container(call);
	if (r < 0)
		return r;
	*ret = form;
	return 1;
}

/* A call that waits is held in memory, so it must be small. */
static int check_form(struct bus *bus, sd_bus_message *call, const char *before, bus_answer answer,
	sd_bus_error *ret_error)
{
	struct agent_form form;
	int r = before ? sd_bus_message_skip(call, before) : 0;

	if (r >= 0)
		r = read_form(call, &form);
	if (r == 0)
		return too_large(ret_error);
	if (r > 0)
		r = sd_bus_message_rewind(call, true);
	return r < 0 ? r : bus_access_check(bus, call, BUS_SELF, answer, ret_error);
}

static int answer_request(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error)
{
	const struct bus_handlers *handlers = bus->handlers;
	char id[BUS_EXEMPTION_ID_SIZE] = "";
	struct agent_refusal refusal = {.error = BUS_ERROR_TOO_LARGE};
	struct agent_form form;
	int r = read_form(call, &form);

	if (r > 0)
		r = handlers->exemptions.request(
			handlers->userdata, &bus->caller, &form, id, &refusal);
	r = bus_refusal(r, &refusal, ret_error);
	return r < 0 ? r : sd_bus_reply_method_return(call, "s", id);
}

int bus_request_exemption(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	struct bus *bus = userdata;

	if (!bus->handlers->exemptions.request)
		return bus_not_available(ret_error);
	return check_form(bus, call, NULL, answer_request, ret_error);
}

static int answer_phone(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error)
{
	const struct bus_handlers *handlers = bus->handlers;
	char id[BUS_EXEMPTION_ID_SIZE] = "", challenge[BUS_CHALLENGE_SIZE] = "";
	struct agent_refusal refusal = {.error = BUS_ERROR_TOO_LARGE};
	struct agent_form form;
	int r = read_form(call, &form);

	if (r > 0)
		r = handlers->exemptions.begin_phone(
			handlers->userdata, &bus->caller, &form, id, challenge, &refusal);
	r = bus_refusal(r, &refusal, ret_error);
	return r < 0 ? r : sd_bus_reply_method_return(call, "ss", id, challenge);
}

int bus_begin_phone(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	struct bus *bus = userdata;

	if (!bus->handlers->exemptions.begin_phone)
		return bus_not_available(ret_error);
	return check_form(bus, call, NULL, answer_phone, ret_error);
}

static int answer_report(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error)
{
	const struct bus_handlers *handlers = bus->handlers;
	struct agent_refusal refusal = {.error = BUS_ERROR_TOO_LARGE};
	struct agent_form form;
	const char *id;
	int r = sd_bus_message_read(call, "s", &id);

	if (r > 0)
		r = read_form(call, &form);
	if (r > 0)
		r = handlers->exemptions.report_after(
			handlers->userdata, &bus->caller, id, &form, &refusal);
	r = bus_refusal(r, &refusal, ret_error);
	return r < 0 ? r : sd_bus_reply_method_return(call, "");
}

int bus_report_after(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	struct bus *bus = userdata;

	if (!bus->handlers->exemptions.report_after)
		return bus_not_available(ret_error);
	return check_form(bus, call, "s", answer_report, ret_error);
}

static int answer_desks(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error)
{
	const struct bus_handlers *handlers = bus->handlers;
	struct agent_phone_desk desk;
	sd_bus_message *reply = NULL;
	int r = sd_bus_message_new_method_return(call, &reply);

	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "(ssu)");
	for (size_t i = 0; r >= 0 && i < BUS_DESKS_MAX &&
			   handlers->exemptions.desk(handlers->userdata, i, &desk);
		i++)
		r = sd_bus_message_append(
			reply, "(ssu)", desk.name, desk.access, desk.longest_minutes);
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	if (r >= 0)
		r = sd_bus_message_send(reply);
	sd_bus_message_unref(reply);
	return r;
}

int bus_phone_desks(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	struct bus *bus = userdata;

	if (!bus->handlers->exemptions.desk)
		return bus_not_available(ret_error);
	return bus_access_check(bus, call, BUS_SELF, answer_desks, ret_error);
}
