#include "agent/cli_refusal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/bus.h"
#include "agent/cli.h"
#include "agent/cli_bus.h"
#include "agent/cli_form.h"
#include "agent/cli_text.h"
#include "policy/value.h"

#define MINUTE_S 60

/* Bytes of what stands before the colon; 0: no such word. */
static int word_size(const sd_bus_error *error)
{
	const char *colon = error->message ? strstr(error->message, ": ") : NULL;

	return colon && colon - error->message < 64 ? (int)(colon - error->message) : 0;
}

long cli_refusal_number(const sd_bus_error *error)
{
	char word[64];
	uint64_t number;

	snprintf(word, sizeof(word), "%.*s", word_size(error), error->message);
	return number_parse(word, 0, INT32_MAX, &number) < 0 ? -1 : (long)number;
}

static int tell_invalid(const sd_bus_error *error)
{
	int size = word_size(error);
	enum cli_form_field field = cli_form_field_of_key(error->message, size);

	if (size == 0 || field == FIELD_COUNT) {
		cli_bus_tell(error, 0);
		return CLI_NO;
	}
	if (field == FIELD_MEDIUM)
		fputs(_("sekisho: no medium is registered here under this control number\n"),
			stderr);
	else if (field == FIELD_DEVICE)
		fputs(_("sekisho: this medium cannot be permitted. Use one with a control-number "
			"sticker.\n"),
			stderr);
	else
		fprintf(stderr, _("sekisho: this answer is not accepted: --%s. Expected: %s\n"),
			cli_form_option(field), _(cli_form_expected(field)));
	fprintf(stderr, "  %s\n", error->message + size + 2);
	return CLI_NO;
}

static int tell_wrong_code(const sd_bus_error *error)
{
	long tries = cli_refusal_number(error);

	fputs(_("This is not the right number. Please compare it once more."), stderr);
	fputc(' ', stderr);
	if (tries == 0)
		fputs(_("No try is left."), stderr);
	else if (tries > 0)
		fprintf(stderr,
			ngettext("%ld try is left.", "%ld tries are left.", (unsigned long)tries),
			tries);
	fputc('\n', stderr);
	return CLI_NO;
}

static int tell_locked(const sd_bus_error *error)
{
	long seconds = cli_refusal_number(error);

	if (seconds > 0)
		fprintf(stderr,
			_("Too many wrong numbers were typed. Wait %ld min., then ask anew.\n"),
			(seconds + MINUTE_S - 1) / MINUTE_S);
	else
		fputs(_("Too many wrong numbers were typed. Ask the IT staff.\n"), stderr);
	return CLI_NO;
}

static int tell_of(const char *id, const char *sentence)
{
	fprintf(stderr, "sekisho: %s%s%s\n", id ? id : "", id ? ": " : "", sentence);
	return CLI_NO;
}

int cli_refusal_tell(const sd_bus_error *error, int r, const char *id)
{
	static const struct {
		const char *name, *sentence;
	} rows[] = {
		{BUS_ERROR_NOT_SEATED,
			N_("This is for the session at the screen of this terminal, and yours is "
			   "not.")},
		{BUS_ERROR_NOT_REFUSED,
			N_("This medium can be used already. No permission is needed.")},
		{BUS_ERROR_NO_EXEMPTION, N_("You have no such request or permission.")},
		{BUS_ERROR_NOT_NOW,
			N_("This cannot be done at present. To see why: sekisho exemptions")},
		{BUS_ERROR_NOT_AVAILABLE,
			N_("On this terminal permission cannot be asked for in this way. Ask the "
			   "IT staff.")},
		{BUS_ERROR_BUSY,
			N_("Too many requests are open. Wait for an answer to them first.")},
		{BUS_ERROR_TOO_OFTEN,
			N_("You have asked ten times within an hour. Wait for a while, then ask "
			   "again.")},
		{BUS_ERROR_NO_SUCH_DEVICE, N_("No such medium is connected.")},
		{BUS_ERROR_NOT_STORED,
			N_("The terminal could not write it down. Nothing was sent. Ask the IT "
			   "staff.")},
	};

	if (sd_bus_error_has_name(error, BUS_ERROR_INVALID))
		return tell_invalid(error);
	if (sd_bus_error_has_name(error, BUS_ERROR_WRONG_CODE))
		return tell_wrong_code(error);
	if (sd_bus_error_has_name(error, BUS_ERROR_LOCKED))
		return tell_locked(error);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (sd_bus_error_has_name(error, rows[i].name))
			return tell_of(id, _(rows[i].sentence));
	cli_bus_tell(error, r);
	return CLI_UNKNOWN;
}
