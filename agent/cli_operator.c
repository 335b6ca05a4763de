/* sekisho operator: who works at this counter PC now, by code, inside of one session. */
#include "agent/cli.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/cli_ask.h"
#include "agent/cli_bus.h"
#include "agent/cli_state.h"
#include "agent/cli_text.h"
#include "agent/cli_time.h"
#include "agent/operator_ask.h"
#include "policy/characters.h"
#include "policy/cleanup.h"

#define MINUTE_S 60

/* --- what is there --- */

static int show(void)
{
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	CLEANUP(cli_state_clear) struct cli_state state = {.enforces = NULL};
	char since[CLI_TIME_SIZE];

	if (cli_state_get(&reply, &state) < 0)
		return CLI_UNKNOWN;
	if (!state.operator[0]) {
		puts(_("Nobody has said who works in the session at the screen."));
		return CLI_NO;
	}
	printf(_("%s works in the session at the screen, since %s.\n"), state.operator,
		cli_time_words(state.operator_since, since));
	return CLI_DONE;
}

static int end(void)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	const char *user;
	int r = cli_bus_prepare("EndOperator", &bus, &call);

	if (r < 0 || cli_bus_call(bus, call, &reply) < 0)
		return CLI_UNKNOWN;
	r = sd_bus_message_read(reply, "s", &user);
	if (r < 0) {
		cli_tell_bad_answer(r);
		return CLI_UNKNOWN;
	}
	printf(_("%s does not work in this session any more.\n"), user);
	return CLI_DONE;
}

/* --- a change --- */

static const char *reference_of(const struct operator_answer *answer)
{
	return answer->reference[0] ? answer->reference : "-";
}

/* As the login says it. */
static void tell_refused(const struct operator_answer *answer)
{
	const char *hint = _("Check the staff number and the one-time code.");

	if (answer->reason == LOGIN_LOCKED) {
		fprintf(stderr, _("After several wrong codes you have to wait: %" PRId64 " min.\n"),
			(answer->wait_s + MINUTE_S - 1) / MINUTE_S);
		hint = _("Your own logins are not locked by this.");
	} else if (answer->reason == LOGIN_OPERATOR_OFF) {
		hint = _("The policy of this terminal has no change of operator.");
	} else if (answer->reason == LOGIN_USED) {
		hint = _("This code was used already. Wait for the next one (30 seconds at most).");
	} else if (answer->reason == LOGIN_FAR) {
		hint = _("Once more, with the next code.");
	} else if (answer->reason == LOGIN_NOT_YET || answer->reason == LOGIN_EXPIRED) {
		hint = _("Your token does not count today. Call the IT staff.");
	} else if (answer->reason == LOGIN_FAULT || answer->reason == LOGIN_BUSY ||
		   answer->reason == LOGIN_DAMAGED || answer->reason == LOGIN_NO_SECRET) {
		hint = _("One-time codes cannot be checked on this terminal now. Call the IT "
			 "staff.");
	}
	fprintf(stderr, "%s\n", hint);
	fprintf(stderr, _("The operator was not changed. Reference: %s\n"), reference_of(answer));
}

static int tell(const struct operator_answer *answer, const char *user)
{
	switch (answer->outcome) {
	case OPERATOR_CHANGED:
		printf(_("%s works in this session from now on.\n"), user);
		return CLI_DONE;
	case OPERATOR_REFUSED: tell_refused(answer); return CLI_NO;
	case OPERATOR_NOT_SEATED:
		fputs(_("sekisho: this is for the session at the screen of this terminal, and "
			"yours is not.\nThe operator was not changed.\n"),
			stderr);
		return CLI_NO;
	case OPERATOR_NO_AGENT:
		fputs(_("sekisho: the agent does not run.\nThe operator was not changed, and your "
			"code was not used.\n"),
			stderr);
		return CLI_UNKNOWN;
	case OPERATOR_NOT_TAKEN:
		fprintf(stderr,
			_("sekisho: the agent could not keep it. The operator was not "
			  "changed.\nCall the IT staff. Reference: %s\n"),
			reference_of(answer));
		return CLI_UNKNOWN;
	case OPERATOR_NO_ANSWER:
	case OPERATOR_OUTCOME_COUNT: break;
	}
	fputs(_("sekisho: the agent gave no answer.\nSee who the operator is: sekisho operator "
		"--show\n"),
		stderr);
	return CLI_UNKNOWN;
}

/* An input method may be on: what it made of the keys is taken for what they are. */
static void narrow(char *text)
{
	size_t size = strlen(text), used = 0;

	for (size_t at = 0; at < size;) {
		uint32_t character;
		size_t length = utf8_decode(text + at, size - at, &character);
		char ascii = length > 1 ? character_narrow(character) : '\0';

		if (length == 0)
			length = 1;
		if (ascii)
			text[used++] = to_lower(ascii);
		for (size_t i = 0; i < length && !ascii; i++)
			text[used++] = to_lower(text[at + i]);
		at += length;
	}
	text[used] = '\0';
}

static int complain_of_input(int error)
{
	if (error == -EMSGSIZE)
		fputs(_("sekisho: this is too long\n"), stderr);
	else if (error != -EINTR)
		fputs(_("sekisho: nothing was typed. The operator was not changed.\n"), stderr);
	return CLI_UNKNOWN;
}

static int ask_agent(const char *root, const char *user, const char *code)
{
	const struct operator_request request = {.user = user, .code = code};
	struct operator_answer answer;
	int r = operator_ask(root, &request, &answer);

	if (r == 0)
		return tell(&answer, user);
	if (r == -ENOENT || r == -ECONNREFUSED)
		fputs(_("sekisho: sekisho-operator.socket does not run on this terminal.\nThe "
			"operator was not changed.\n"),
			stderr);
	else if (r == -EMSGSIZE)
		complain_of_input(r);
	else
		fprintf(stderr,
			_("sekisho: no answer (%s).\nSee who the operator is: sekisho operator "
			  "--show\n"),
			strerror(-r));
	return CLI_UNKNOWN;
}

static int change(const struct cli_request *request)
{
	char user[OPERATOR_TYPED_MAX + 1], code[OPERATOR_TYPED_MAX + 1];
	int r;

	if (request->n_words > 0)
		r = snprintf(user, sizeof(user), "%s", request->words[0]) < (int)sizeof(user)
			    ? 1
			    : -EMSGSIZE;
	else
		r = cli_ask(_("Staff number: "), false, user, sizeof(user));
	if (r <= 0)
		return complain_of_input(r);
	narrow(user);
	r = cli_ask(_("One-time code: "), true, code, sizeof(code));
	r = r <= 0 ? complain_of_input(r)
		   : ask_agent(request->root ? request->root : "", user, code);
	explicit_bzero(code, sizeof(code));
	return r;
}

int cli_operator(const struct cli_request *request)
{
	if (request->shows)
		return show();
	return request->ends ? end() : change(request);
}
