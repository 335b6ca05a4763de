/* ListExemptions, and what is wished of one exemption that is there. */
#include "agent/bus_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agent/bus_dictionary.h"

int agent_refuse(struct agent_refusal *ret, const char *error, const char *format, ...)
{
	va_list arguments;

	ret->error = error;
	va_start(arguments, format);
	vsnprintf(ret->text, sizeof(ret->text), format, arguments);
	va_end(arguments);
	return 0;
}

static void put_exemption(struct dictionary *to, const struct agent_exemption *exemption)
{
	dictionary_put(to, sd_bus_message_open_container(to->message, 'a', "{sv}"));
	dictionary_put_string(to, "Id", exemption->id);
	dictionary_put_string(to, "Phase", exemption->phase);
	dictionary_put_string(to, "User", exemption->user);
	dictionary_put_string(to, "Terminal", exemption->terminal);
	dictionary_put_string(to, "Medium", exemption->medium);
	dictionary_put_string(to, "Port", exemption->port);
	dictionary_put_string(to, "Device", exemption->device);
	dictionary_put_string(to, "Direction", exemption->direction);
	dictionary_put_u(to, "Minutes", exemption->minutes);
	dictionary_put_x(to, "Requested", exemption->requested);
	dictionary_put_x(to, "NotBefore", exemption->not_before);
	dictionary_put_x(to, "NotAfter", exemption->not_after);
	dictionary_put_x(to, "Until", exemption->until);
	dictionary_put_string(to, "Approvers", exemption->approvers);
	dictionary_put_string(to, "Method", exemption->method);
	dictionary_put_string(to, "Reason", exemption->reason);
	dictionary_put_string(to, "Text", exemption->text);
	dictionary_put_string(to, "Path", exemption->path);
	dictionary_put_string(to, "Holders", exemption->holders);
	dictionary_put_bool(to, "Clean", exemption->is_clean);
	dictionary_put_bool(to, "Used", exemption->is_used);
	dictionary_put_bool(to, "ReportDue", exemption->is_report_due);
	dictionary_put_string(to, "Purpose", exemption->purpose);
	dictionary_put_t(to, "Record", exemption->record);
	dictionary_put(to, sd_bus_message_close_container(to->message));
}

static int send_list(struct bus *bus, sd_bus_message *call, bool is_all)
{
	const struct bus_handlers *handlers = bus->handlers;
	struct dictionary dictionary = {.result = 0};
	struct agent_exemption exemption;
	sd_bus_message *reply = NULL;
	int r = sd_bus_message_new_method_return(call, &reply);

	if (r < 0)
		return r;
	dictionary.message = reply;
	dictionary_put(&dictionary, sd_bus_message_open_container(reply, 'a', "a{sv}"));
	for (size_t i = 0;
		handlers->exemptions.list(handlers->userdata, &bus->caller, is_all, i, &exemption);
		i++)
		put_exemption(&dictionary, &exemption);
	dictionary_put(&dictionary, sd_bus_message_close_container(reply));
	if (dictionary.result >= 0)
		dictionary_put(&dictionary, sd_bus_message_send(reply));
	sd_bus_message_unref(reply);
	return dictionary.result;
}

static int answer_list(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error)
{
	return send_list(bus, call, bus->caller.uid == 0);
}

static int answer_list_all(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error)
{
	return send_list(bus, call, true);
}

int bus_list_exemptions(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	struct bus *bus = userdata;

	if (!bus->handlers->exemptions.list)
		return bus_not_available(ret_error);
	return bus_access_check(bus, call, BUS_SELF, answer_list, ret_error);
}

int bus_list_all_exemptions(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	struct bus *bus = userdata;

	if (!bus->handlers->exemptions.list)
		return bus_not_available(ret_error);
	return bus_access_check(bus, call, BUS_EXEMPTIONS, answer_list_all, ret_error);
}

/* --- what is wished of one --- */

/* A call that waits is held in memory, so it must be small. */
static int check_small(
	struct bus *bus, sd_bus_message *call, bus_answer answer, sd_bus_error *ret_error)
{
	const char *types = sd_bus_message_get_signature(call, true), *text;
	int r = 0;

	for (; r >= 0 && types[0] == 's'; types++) {
		r = sd_bus_message_read(call, "s", &text);
		if (r > 0 && strlen(text) > BUS_FORM_VALUE_MAX)
			return sd_bus_error_set(
				ret_error, BUS_ERROR_TOO_LARGE, "A text has at most 1024 bytes");
	}
	if (r >= 0)
		r = sd_bus_message_rewind(call, true);
	return r < 0 ? r : bus_access_check(bus, call, BUS_SELF, answer, ret_error);
}

static int answer_withdraw(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error)
{
	const struct bus_handlers *handlers = bus->handlers;
	struct agent_refusal refusal = {.error = BUS_ERROR_TOO_LARGE};
	const char *id;
	int r = sd_bus_message_read(call, "s", &id);

	if (r > 0)
		r = handlers->exemptions.withdraw(handlers->userdata, &bus->caller, id, &refusal);
	r = bus_refusal(r, &refusal, ret_error);
	return r < 0 ? r : sd_bus_reply_method_return(call, "");
}

int bus_withdraw_request(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	struct bus *bus = userdata;

	if (!bus->handlers->exemptions.withdraw)
		return bus_not_available(ret_error);
	return check_small(bus, call, answer_withdraw, ret_error);
}

static int answer_redeem(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error)
{
	const struct bus_handlers *handlers = bus->handlers;
	const char *id, *code, *phase = "";
	struct agent_refusal refusal = {.error = BUS_ERROR_TOO_LARGE};
	int r = sd_bus_message_read(call, "ss", &id, &code);

	if (r > 0)
		r = handlers->exemptions.redeem(
			handlers->userdata, &bus->caller, id, code, &phase, &refusal);
	r = bus_refusal(r, &refusal, ret_error);
	return r < 0 ? r : sd_bus_reply_method_return(call, "s", phase);
}

int bus_redeem_exemption(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	struct bus *bus = userdata;
	int r;

	if (!bus->handlers->exemptions.redeem)
		return bus_not_available(ret_error);
	r = sd_bus_message_sensitive(call); /* the code is wiped with the message */
	return r < 0 ? r : check_small(bus, call, answer_redeem, ret_error);
}

static int answer_eject(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error)
{
	const struct bus_handlers *handlers = bus->handlers;
	struct agent_refusal refusal = {.error = BUS_ERROR_TOO_LARGE};
	const char *id;
	int keep = 0;
	int r = sd_bus_message_read(call, "sb", &id, &keep);

	if (r > 0)
		r = handlers->exemptions.eject(
			handlers->userdata, &bus->caller, id, keep, &refusal);
	r = bus_refusal(r, &refusal, ret_error);
	return r < 0 ? r : sd_bus_reply_method_return(call, "");
}

int bus_eject_medium(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	struct bus *bus = userdata;

	if (!bus->handlers->exemptions.eject)
		return bus_not_available(ret_error);
	return check_small(bus, call, answer_eject, ret_error);
}

static int answer_return(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error)
{
	const struct bus_handlers *handlers = bus->handlers;
	struct agent_refusal refusal = {.error = BUS_ERROR_TOO_LARGE};
	const char *id, *place;
	int r = sd_bus_message_read(call, "ss", &id, &place);

	if (r > 0)
		r = handlers->exemptions.give_back(
			handlers->userdata, &bus->caller, id, place, &refusal);
	r = bus_refusal(r, &refusal, ret_error);
	return r < 0 ? r : sd_bus_reply_method_return(call, "");
}

int bus_return_medium(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	struct bus *bus = userdata;

	if (!bus->handlers->exemptions.give_back)
		return bus_not_available(ret_error);
	return check_small(bus, call, answer_return, ret_error);
}
