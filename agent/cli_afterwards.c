/*
 * What a person does about one of his own by its number: sekisho return and sekisho report-after
 * when a medium was used, sekisho request --withdraw before.
 */
#include "agent/cli.h"

#include <stdio.h>
#include <string.h>

#include "agent/cli_bus.h"
#include "agent/cli_choose.h"
#include "agent/cli_fill.h"
#include "agent/cli_refusal.h"
#include "agent/cli_text.h"
#include "policy/cleanup.h"

/* Asks for the one field that has to be there. 0, or an exit status. */
static int need(struct cli_form *form, enum cli_form_field field)
{
	if (form->values[field][0])
		return 0;
	if (cli_fill_may_ask())
		return cli_fill_ask(form, field);
	fprintf(stderr,
		_("sekisho: without a terminal nobody can be asked; this is missing: --%s\n"),
		cli_form_option(field));
	return CLI_UNKNOWN;
}

/* The call with its number, and what append() adds of the form. The exit status. */
static int hand_in(const char *method, const char *id, const struct cli_form *form,
	int (*append)(sd_bus_message *call, const struct cli_form *form))
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	CLEANUP(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	int r = cli_bus_prepare(method, &bus, &call);

	if (r < 0)
		return CLI_UNKNOWN;
	r = sd_bus_message_append(call, "s", id);
	if (r >= 0)
		r = append(call, form);
	if (r >= 0 && (r = cli_bus_try(bus, call, &error, &reply)) < 0)
		return cli_refusal_tell(&error, r, id);
	if (r < 0)
		cli_tell_bad_answer(r);
	return r < 0 ? CLI_UNKNOWN : CLI_DONE;
}

static int append_place(sd_bus_message *call, const struct cli_form *form)
{
	return sd_bus_message_append(call, "s", form->values[FIELD_PLACE]);
}

static int append_report(sd_bus_message *call, const struct cli_form *form)
{
	return cli_fill_append(call, form, FIELD_OF_REPORT);
}

static int append_nothing(sd_bus_message *call, const struct cli_form *form)
{
	return 0;
}

int cli_withdraw(const char *typed)
{
	const struct cli_form form = {.values = {""}};
	char id[CLI_EXEMPTION_ID_SIZE];
	int status;

	if (cli_typed_exemption_id(typed, id) < 0) {
		fprintf(stderr, _("sekisho: %s is no reference number such as E-7K3M9Q2X\n"),
			typed);
		return CLI_UNKNOWN;
	}
	status = hand_in("WithdrawRequest", id, &form, append_nothing);
	if (status == CLI_DONE)
		printf(_("%s: the request was withdrawn.\n"), id);
	return status;
}

int cli_return(const struct cli_request *request)
{
	struct cli_form form = {.values = {""}};
	char id[CLI_EXEMPTION_ID_SIZE];
	int status = cli_fill_options(request, &form);

	if (status == 0)
		status = cli_choose_of_word(request->n_words, request->words, CHOOSE_TO_RETURN, id);
	if (status == 0)
		status = need(&form, FIELD_PLACE);
	if (status == 0)
		status = hand_in("ReturnMedium", id, &form, append_place);
	if (status == CLI_DONE)
		printf(_("%s: the return was written down. Thank you.\n"), id);
	return status;
}

int cli_report_after(const struct cli_request *request)
{
	struct cli_form form = {.values = {""}};
	char id[CLI_EXEMPTION_ID_SIZE];
	int status = cli_fill_options(request, &form);

	if (status == 0)
		status = cli_choose_of_word(request->n_words, request->words, CHOOSE_TO_REPORT, id);
	if (status == 0)
		status = need(&form, FIELD_DONE);
	if (status == 0)
		status = hand_in("ReportAfter", id, &form, append_report);
	if (status == CLI_DONE)
		printf(_("%s: the report was filed. Thank you.\n"), id);
	return status;
}
