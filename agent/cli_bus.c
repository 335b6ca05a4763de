#include "agent/cli_bus.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "agent/bus.h"
#include "agent/cli_text.h"
#include "policy/cleanup.h"

void cli_bus_cleanup(sd_bus **bus)
{
	sd_bus_flush_close_unref(*bus);
}

void cli_message_cleanup(sd_bus_message **message)
{
	sd_bus_message_unref(*message);
}

void cli_tell_bad_answer(int error)
{
	fprintf(stderr, _("sekisho: the agent's answer cannot be read: %s\n"), strerror(-error));
}

/* What the agent itself gives a person who types a password, and a little more. */
#define INTERACTIVE_TIMEOUT_US 120000000ULL

static int prepare(
	const char *interface, const char *method, sd_bus **ret_bus, sd_bus_message **ret_call)
{
	sd_bus *bus = NULL;
	sd_bus_message *call = NULL;
	int r = sd_bus_open_system(&bus);

	if (r < 0) {
		fprintf(stderr, _("sekisho: the system bus cannot be reached: %s\n"), strerror(-r));
		return r;
	}
	r = sd_bus_message_new_method_call(bus, &call, BUS_NAME, BUS_PATH, interface, method);
	if (r < 0) {
		fprintf(stderr, "sekisho: %s\n", strerror(-r));
		sd_bus_flush_close_unref(bus);
		return r;
	}
	*ret_bus = bus;
	*ret_call = call;
	return 0;
}

int cli_bus_prepare(const char *method, sd_bus **ret_bus, sd_bus_message **ret_call)
{
	int r = prepare(BUS_INTERFACE, method, ret_bus, ret_call);

	if (r == 0)
		(void)sd_bus_message_set_allow_interactive_authorization(*ret_call, true);
	return r;
}

static int prepare_status(sd_bus **ret_bus, sd_bus_message **ret_call)
{
	int r = prepare("org.freedesktop.DBus.Properties", "GetAll", ret_bus, ret_call);

	/* A constant always fits: what can fail is memory, and then the call fails as well. */
	if (r == 0)
		(void)sd_bus_message_append(*ret_call, "s", BUS_INTERFACE);
	return r;
}

/* The gist of what the agent says. */
static const char *error_words(const sd_bus_error *error)
{
	static const struct cli_sentence rows[] = {
		{BUS_ERROR_NOT_PERMITTED, N_("you are not permitted to do this")},
		{BUS_ERROR_NO_SUCH_DEVICE, N_("no such USB device is connected")},
		{BUS_ERROR_TOO_LARGE, N_("these are too many documents, or too large ones")},
		{BUS_ERROR_NOT_STORED, N_("the policy in force cannot be read any more")},
		{BUS_ERROR_NO_OPERATOR, N_("nobody has said who works in this session")},
		{BUS_ERROR_BUSY, N_("too many ask at once; try again")},
	};

	return cli_text_of_agent(rows, sizeof(rows) / sizeof(rows[0]), error->name, error->message);
}

void cli_bus_tell(const sd_bus_error *error, int r)
{
	if (sd_bus_error_has_names(
		    error, SD_BUS_ERROR_SERVICE_UNKNOWN, SD_BUS_ERROR_NAME_HAS_NO_OWNER))
		fputs(_("sekisho: the agent does not run. What it refused stays refused.\n"
			"To see why: systemctl status sekishod\n"),
			stderr);
	else if (sd_bus_error_has_names(error, SD_BUS_ERROR_NO_REPLY, SD_BUS_ERROR_TIMEOUT))
		fputs(_("sekisho: the agent does not answer\n"), stderr);
	else if (sd_bus_error_has_name(error, SD_BUS_ERROR_ACCESS_DENIED))
		fputs(_("sekisho: only root may do this\n"), stderr); /* says the bus itself */
	else
		fprintf(stderr, "sekisho: %s\n",
			error->message ? error_words(error) : strerror(-r));
}

int cli_bus_try(sd_bus *bus, sd_bus_message *call, sd_bus_error *error, sd_bus_message **ret_reply)
{
	bool may_ask = sd_bus_message_get_allow_interactive_authorization(call) > 0;
	int r = sd_bus_call(bus, call, may_ask ? INTERACTIVE_TIMEOUT_US : 0, error, ret_reply);

	return r < 0 ? r : 0;
}

int cli_bus_call(sd_bus *bus, sd_bus_message *call, sd_bus_message **ret_reply)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int r = cli_bus_try(bus, call, &error, ret_reply);

	if (r < 0)
		cli_bus_tell(&error, r);
	sd_bus_error_free(&error);
	return r;
}

static const struct cli_field *find_field(
	const struct cli_field *fields, size_t n_fields, const char *key)
{
	for (size_t i = 0; i < n_fields; i++)
		if (strcmp(fields[i].key, key) == 0)
			return &fields[i];
	return NULL;
}

/* Reads the variant of one member, or skips it. */
static int read_value(sd_bus_message *message, const struct cli_field *field)
{
	const char *contents;
	int r = sd_bus_message_peek_type(message, NULL, &contents);

	if (r < 0)
		return r;
	if (!field || (field->type && (contents[0] != field->type || contents[1])))
		return sd_bus_message_skip(message, "v");
	r = sd_bus_message_enter_container(message, 'v', contents);
	if (r < 0)
		return r;
	r = field->type ? sd_bus_message_read_basic(message, field->type, field->ret)
			: field->read(message, field->ret);
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

int cli_read_dictionary(sd_bus_message *message, const struct cli_field *fields, size_t n_fields)
{
	int r = sd_bus_message_enter_container(message, 'a', "{sv}");

	if (r <= 0)
		return r;
	while ((r = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
		const char *key;

		if ((r = sd_bus_message_read(message, "s", &key)) < 0 ||
			(r = read_value(message, find_field(fields, n_fields, key))) < 0 ||
			(r = sd_bus_message_exit_container(message)) < 0)
			return r;
	}
	if (r < 0)
		return r;
	r = sd_bus_message_exit_container(message);
	return r < 0 ? r : 1;
}

int cli_bus_get_status(const struct cli_field *fields, size_t n_fields, sd_bus_message **ret_reply)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	int r = prepare_status(&bus, &call);

	if (r == 0)
		r = cli_bus_call(bus, call, &reply);
	if (r < 0)
		return r;
	r = cli_read_dictionary(reply, fields, n_fields);
	if (r < 0) {
		cli_tell_bad_answer(r);
		return r;
	}
	*ret_reply = TAKE(reply);
	return 0;
}
