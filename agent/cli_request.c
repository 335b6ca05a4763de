/* sekisho request: asks for permission to use a medium, on the spot or by phone. */
#include "agent/cli.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/cli_bus.h"
#include "agent/cli_exemption_words.h"
#include "agent/cli_fill.h"
#include "agent/cli_notice.h"
#include "agent/cli_phone.h"
#include "agent/cli_refusal.h"
#include "agent/cli_request_device.h"
#include "agent/cli_text.h"
#include "agent/cli_time.h"
#include "agent/cli_typed.h"
#include "agent/cli_wrap.h"
#include "policy/cleanup.h"
#include "policy/value.h"

static void print_line(const char *text)
{
	cli_wrap_print(stdout, text, 0, 0, cli_screen_width());
	putchar('\n');
}

/* In one line, so that whoever asks sees what will be permitted. */
static void print_summary(const struct cli_form *form, const struct cli_wanted_medium *medium)
{
	char line[4 * CLI_FORM_VALUE_SIZE], span[CLI_TIME_SIZE], from[CLI_TIME_SIZE];
	uint64_t minutes = 0, from_s = 0;
	const char *begins = "";

	(void)number_parse(form->values[FIELD_DURATION], 0, UINT32_MAX, &minutes);
	if (form->values[FIELD_FROM][0] &&
		number_parse(form->values[FIELD_FROM], 0, INT64_MAX, &from_s) == 0)
		begins = cli_time_words((int64_t)from_s, from);
	snprintf(line, sizeof(line), _("Request: %s, %s, %s%s%s, %s"), medium->words,
		cli_direction_words(form->values[FIELD_DIRECTION]),
		cli_minutes_words(minutes, span), begins[0] ? _(", from ") : "", begins,
		form->values[FIELD_PURPOSE]);
	print_line(line);
}

/* --- what is asked for --- */

static void put_medium(struct cli_form *form, const struct cli_wanted_medium *medium, bool by_phone)
{
	/* On the phone the number on its sticker is read out. */
	bool by_number = medium->number[0] && (by_phone || !medium->device[0]);

	snprintf(form->values[FIELD_DEVICE], CLI_FORM_VALUE_SIZE, "%s",
		by_number ? "" : medium->device);
	snprintf(form->values[FIELD_MEDIUM], CLI_FORM_VALUE_SIZE, "%s",
		by_number ? medium->number : "");
}

/* All answers are there then. 0, or an exit status. */
static int fill(struct cli_form *form, struct cli_wanted_medium *medium, bool by_phone)
{
	bool may_ask = cli_fill_may_ask(), has_asked = false, is_right = true;
	int status;

	status = cli_request_device(form->values[FIELD_DEVICE], may_ask, medium);
	if (status != 0)
		return status;
	if (by_phone && !medium->number[0]) {
		fputs(_("sekisho: by phone only media with a control number can be permitted\n"),
			stderr);
		return CLI_NO;
	}
	if (!may_ask && cli_form_next(form) != FIELD_COUNT)
		return cli_fill_complain(form);
	if (cli_form_next(form) != FIELD_COUNT) {
		print_line(_("You ask for permission to use a medium. Answer these questions."));
		fflush(stdout);
	}
	status = cli_fill_all(form, &has_asked);
	if (status != 0)
		return status;
	put_medium(form, medium, by_phone);
	print_summary(form, medium);
	fflush(stdout);
	if (has_asked)
		status = cli_fill_ask_yes(N_("Send this request (y/n)? "), &is_right);
	if (status == 0 && !is_right) {
		fputs(_("Nothing was sent.\n"), stderr);
		return CLI_NO;
	}
	return status;
}

/* --- and to whom --- */

static int send_request(const struct cli_form *form)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	CLEANUP(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	const char *id;
	int r = cli_bus_prepare("RequestExemption", &bus, &call);

	if (r < 0)
		return CLI_UNKNOWN;
	r = cli_fill_append(call, form, FIELD_OF_REQUEST);
	if (r >= 0 && (r = cli_bus_try(bus, call, &error, &reply)) < 0)
		return cli_refusal_tell(&error, r, NULL);
	if (r >= 0)
		r = sd_bus_message_read(reply, "s", &id);
	if (r < 0) {
		cli_tell_bad_answer(r);
		return CLI_UNKNOWN;
	}
	printf(_("The request was received (reference number %s).\n"), id);
	puts(_("Please wait for the permission of your section head."));
	if (form->values[FIELD_DEVICE][0])
		puts(_("Leave the medium plugged in: it can be used as soon as it is permitted."));
	puts(_("To see what becomes of it: sekisho exemptions --watch"));
	return CLI_DONE;
}

static int ask_on_the_spot(struct cli_form *form)
{
	struct cli_wanted_medium medium;
	int status = fill(form, &medium, false);

	return status != 0 ? status : send_request(form);
}

static int ask_by_phone(struct cli_form *form)
{
	struct cli_wanted_medium medium;
	int status = fill(form, &medium, true);

	if (status == 0)
		status = cli_phone_choose_desk(form);
	return status != 0 ? status : cli_phone_ask(form);
}

int cli_request(const struct cli_request *request)
{
	struct cli_form form = {.values = {""}};
	int status;

	if (request->withdraw)
		return cli_withdraw(request->withdraw);
	status = cli_fill_options(request, &form);
	if (status != 0)
		return status;
	if (request->n_words > 0 && cli_form_take(&form, FIELD_DEVICE, request->words[0], 0) < 0) {
		fprintf(stderr, "sekisho: %s\n", _("this is no name of a device"));
		return CLI_UNKNOWN;
	}
	if (form.values[FIELD_DESK][0] && !request->is_by_phone) {
		fputs(_("sekisho: --desk is for a request by telephone: --phone\n"), stderr);
		return CLI_UNKNOWN;
	}
	return request->is_by_phone ? ask_by_phone(&form) : ask_on_the_spot(&form);
}
