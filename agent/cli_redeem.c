#include "agent/cli_redeem.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "agent/bus.h"
#include "agent/cli.h"
#include "agent/cli_ask.h"
#include "agent/cli_bus.h"
#include "agent/cli_choose.h"
#include "agent/cli_exemption.h"
#include "agent/cli_fill.h"
#include "agent/cli_refusal.h"
#include "agent/cli_text.h"
#include "agent/cli_typed.h"
#include "agent/cli_wrap.h"
#include "policy/cleanup.h"
#include "policy/code_text.h"
#include "policy/phone_code.h"

#define TYPED_SIZE 128
#define ONCE_MORE  (-1) /* in place of an exit status */

/* What is sent: digits, or symbols. */
struct code {
	char text[CODE_SYMBOLS_SIZE];
};

static void code_clear(struct code *code)
{
	explicit_bzero(code, sizeof(*code));
}

static int tell_mistyped(const char *sentence)
{
	cli_wrap_print(stderr, sentence, 0, 0, cli_screen_width());
	fputc('\n', stderr);
	return ONCE_MORE;
}

/* 0 and *ret, or ONCE_MORE after it told the person. */
static int read_code(const char *typed, enum cli_code_kind kind, struct code *ret)
{
	char symbols[CODE_SYMBOLS_SIZE + 1];
	int status = 0, n;

	switch (phone_code_read(typed, ret->text)) {
	case PHONE_TYPED_WHOLE: return 0;
	case PHONE_TYPED_MISTYPED:
		return tell_mistyped(_("A digit is mistyped: the number does not fit together. "
				       "Compare it, or have it read out again. This did not count "
				       "as a try."));
	case PHONE_TYPED_NOTHING: break;
	}
	n = kind == CODE_OF_PHONE ? -EINVAL : cli_typed_symbols(typed, symbols, sizeof(symbols));
	if (n < 0 || code_text_normalise(symbols, ret->text) != ENVELOPE_CODE_SYMBOLS)
		status = tell_mistyped(
			kind == CODE_OF_PHONE
				? _("Expected: the 10 digits that you were told")
				: _("Expected: 10 digits, or the code that stands in the "
				    "envelope"));
	explicit_bzero(symbols, sizeof(symbols));
	return status;
}

static int tell_phase(const char *id, const char *phase)
{
	struct cli_exemption exemption = {.id = id, .phase = phase};

	switch (cli_phase_from_name(phase)) {
	case PHASE_APPROVED:
		printf(_("%s: the number is right. The medium can be used when it is plugged "
			 "in.\n"),
			id);
		return CLI_DONE;
	case PHASE_ACTIVE:
	case PHASE_WARNED:
		printf(_("%s: the number is right. The medium can be used now.\n"), id);
		return CLI_DONE;
	case PHASE_REQUESTED:
	case PHASE_SEALED:
		printf(_("%s: the number is right. Another one is still missing: that of the other "
			 "desk.\n"),
			id);
		return ONCE_MORE;
	case PHASE_OTHER:
	case PHASE_REFUSED:
	case PHASE_WITHDRAWN:
	case PHASE_ENDING:
	case PHASE_ENDED:
	case PHASE_RETURNED:
	case PHASE_NOT_HERE:
	case PHASE_COUNT: break;
	}
	printf("%s  %s\n", id, cli_phase_words(&exemption));
	return CLI_NO;
}

/* ONCE_MORE where another code may be typed. */
static int send_code(const char *id, const struct code *code)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	CLEANUP(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	const char *phase;
	int r = cli_bus_prepare("RedeemExemption", &bus, &call);

	if (r < 0)
		return CLI_UNKNOWN;
	r = sd_bus_message_sensitive(call);
	if (r >= 0)
		r = sd_bus_message_append(call, "ss", id, code->text);
	if (r >= 0 && (r = cli_bus_try(bus, call, &error, &reply)) < 0) {
		int status = cli_refusal_tell(&error, r, id);

		return sd_bus_error_has_name(&error, BUS_ERROR_WRONG_CODE) &&
				       cli_refusal_number(&error) > 0
			       ? ONCE_MORE
			       : status;
	}
	if (r >= 0)
		r = sd_bus_message_read(reply, "s", &phase);
	if (r < 0) {
		cli_tell_bad_answer(r);
		return CLI_UNKNOWN;
	}
	return tell_phase(id, phase);
}

static int judge(const char *id, const char *typed, enum cli_code_kind kind)
{
	CLEANUP(code_clear) struct code code = {.text = ""};
	int status = read_code(typed, kind, &code);

	return status == 0 ? send_code(id, &code) : status;
}

int cli_redeem_ask(const char *id, enum cli_code_kind kind)
{
	const char *prompt = kind == CODE_OF_PHONE ? _("Permission number (10 digits): ")
						   : _("Code or permission number: ");
	char typed[TYPED_SIZE];
	int status = ONCE_MORE;

	while (status == ONCE_MORE) {
		int r = cli_ask(prompt, false, typed, sizeof(typed));

		if (r == -EMSGSIZE)
			continue;
		status = r < 0 ? CLI_UNKNOWN : judge(id, typed, kind);
		/* What comes from a file would come to an end anyhow. */
		if (status == ONCE_MORE && !cli_fill_may_ask())
			status = CLI_NO;
	}
	explicit_bzero(typed, sizeof(typed));
	if (status == CLI_UNKNOWN)
		fprintf(stderr, _("To type it later: sekisho redeem %s\n"), id);
	return status;
}

/* "E-7K3M9Q2X" is no code: a code has more symbols, or is of digits. */
int cli_redeem(const struct cli_request *request)
{
	char id[CLI_EXEMPTION_ID_SIZE];
	const char *code = NULL;
	int status = 0;

	if (request->n_words > 0 && cli_typed_exemption_id(request->words[0], id) == 0) {
		code = request->n_words > 1 ? request->words[1] : NULL;
	} else if (request->n_words > 1) {
		fprintf(stderr, _("sekisho: %s is no reference number such as E-7K3M9Q2X\n"),
			request->words[0]);
		return CLI_UNKNOWN;
	} else {
		code = request->n_words > 0 ? request->words[0] : NULL;
		status = cli_choose(CHOOSE_TO_REDEEM, id);
	}
	if (status != 0)
		return status;
	if (!code)
		return cli_redeem_ask(id, CODE_OF_ANY);
	status = judge(id, code, CODE_OF_ANY);
	return status == ONCE_MORE ? CLI_NO : status;
}
