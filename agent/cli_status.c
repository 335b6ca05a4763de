/* sekisho status: is everything as it should be? */
#include "agent/cli.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/cli_bus.h"
#include "agent/cli_json.h"
#include "agent/cli_page.h"
#include "agent/cli_state.h"
#include "agent/cli_text.h"
#include "agent/cli_time.h"
#include "policy/cleanup.h"

#define LINE_SIZE 512

static void say_policy(struct cli_page *page, const struct cli_state *state)
{
	char time[CLI_TIME_SIZE];

	if (state->is_builtin) {
		cli_page_say(page, _("Policy"), "%s", _("the built-in one"));
	} else {
		cli_time_words(state->policy_not_after, time);
		cli_page_say(page, _("Policy"),
			state->is_on_trial ? _("serial %" PRIu64 ", valid until %s, on trial")
					   : _("serial %" PRIu64 ", valid until %s"),
			state->policy_serial, time);
		cli_page_say(page, "", "SHA-256 %s", state->policy_sha256);
	}
	if (state->is_rehearsing)
		cli_page_say(page, _("Rehearsal"), _("nothing is refused until %s, only recorded"),
			cli_time_words(state->rehearses_until, time));
	if (state->next_serial) {
		cli_page_say(page, _("Next"), _("serial %" PRIu64 ", from %s"), state->next_serial,
			cli_time_words(state->next_not_before, time));
		cli_page_say(page, "", "SHA-256 %s", state->next_sha256);
	}
}

/* What there is and this terminal does not have. */
static void say_newer(struct cli_page *page, const struct cli_state *state)
{
	uint64_t policy = state->next_serial > state->policy_serial ? state->next_serial
								    : state->policy_serial;

	if (state->newest_root > state->root_number)
		cli_page_say(page, "",
			_("a newer root (%" PRIu64 ") exists than the one here (%" PRIu64 ")"),
			state->newest_root, state->root_number);
	if (state->newest_policy > policy)
		cli_page_say(page, "",
			_("a newer policy (%" PRIu64 ") exists than the one here (%" PRIu64 ")"),
			state->newest_policy, policy);
	if (state->newest_media > state->media_serial)
		cli_page_say(page, "",
			_("a newer list of media (%" PRIu64 ") exists than the one here (%" PRIu64
			  ")"),
			state->newest_media, state->media_serial);
}

static void say_newest(struct cli_page *page, const struct cli_state *state)
{
	char age[CLI_TIME_SIZE], limit[CLI_TIME_SIZE];

	if (!state->newest_policy)
		return;
	cli_span_words(state->fresh_age, age);
	if (state->fresh_max_age && state->fresh_age > state->fresh_max_age)
		cli_page_say(page, _("Newest"),
			_("the newest documents were confirmed %s ago, more than the %s that the "
			  "policy sets"),
			age, cli_span_words(state->fresh_max_age, limit));
	else
		cli_page_say(
			page, _("Newest"), _("the newest documents were confirmed %s ago"), age);
	say_newer(page, state);
}

static void say_documents(struct cli_page *page, const struct cli_state *state)
{
	char time[CLI_TIME_SIZE];

	if (state->root_number)
		cli_page_say(page, _("Root"),
			_("number %" PRIu64 ", epoch %" PRIu32 ", valid until %s"),
			state->root_number, state->root_epoch,
			cli_time_words(state->root_not_after, time));
	if (state->media_serial)
		cli_page_say(page, _("Media"),
			_("%" PRIu32 " registered, serial %" PRIu64 ", valid until %s"),
			state->media, state->media_serial,
			cli_time_words(state->media_not_after, time));
	say_newest(page, state);
}

/* Services, groups and accounts may differ from it. */
static void say_login_mode(struct cli_page *page, const struct cli_state *state)
{
	if (!state->login_mode[0])
		cli_page_say(page, _("Login"), "%s",
			_("as before installation: no policy was ever here"));
	else if (strcmp(state->login_mode, "off") == 0)
		cli_page_say(page, _("Login"),
			_("with the password alone, by the policy with serial %" PRIu64),
			state->login_rules);
	else if (strcmp(state->login_mode, "rehearse") == 0)
		cli_page_say(page, _("Login"),
			_("with the password alone, but recorded: rehearsed by the policy with "
			  "serial %" PRIu64),
			state->login_rules);
	else if (state->login_rules == 0)
		cli_page_say(page, _("Login"), "%s",
			_("with password and code, everybody: the policy was lost"));
	else
		cli_page_say(page, _("Login"),
			_("with password and code, by the policy with serial %" PRIu64),
			state->login_rules);
}

static void say_login(struct cli_page *page, const struct cli_state *state)
{
	char time[CLI_TIME_SIZE];

	say_login_mode(page, state);
	if (state->login_from)
		cli_page_say(page, "", _("from %s; until then with the password alone"),
			cli_time_words(state->login_from, time));
	if (state->tokens_serial)
		cli_page_say(page, _("Tokens"),
			ngettext("of %" PRIu32 " person, serial %" PRIu64 ", valid until %s",
				"of %" PRIu32 " people, serial %" PRIu64 ", valid until %s",
				state->tokens),
			state->tokens, state->tokens_serial,
			cli_time_words(state->tokens_not_after, time));
	if (state->terminal_key[0])
		cli_page_say(page, _("Key"), "%s", state->terminal_key);
	if (state->signing_key[0])
		cli_page_say(page, _("Signs with"), "%s", state->signing_key);
}

static void say_operator(struct cli_page *page, const struct cli_state *state)
{
	char time[CLI_TIME_SIZE];

	if (state->operator[0])
		cli_page_say(page, _("Operator"), _("%s, since %s"), state->operator,
			cli_time_words(state->operator_since, time));
}

/* By the words of fetch_server.h; of a newer agent's the word itself. */
static const struct cli_sentence servers[] = {
	{"ok", N_("it answers")},
	{"no-answer", N_("it does not answer")},
	{"certificate", N_("it is another one than was named, or its certificate has ended")},
	{"refused", N_("it refuses")},
	{"partly",
		N_("it answers, but refuses a document: journalctl -u sekisho-fetch says which")},
	{"proxy", N_("the proxy does not let through to it")},
	{"not-configured", N_("nobody named one: server-ca.pem is not there")},
};

static void say_server(struct cli_page *page, const struct cli_state *state)
{
	const char *words = state->server;
	char time[CLI_TIME_SIZE];

	if (!words[0])
		return;
	for (size_t i = 0; i < sizeof(servers) / sizeof(servers[0]); i++)
		if (strcmp(servers[i].word, words) == 0)
			words = _(servers[i].message);
	cli_page_say(page, _("Server"), "%s", words);
	if (strcmp(state->server, "ok") != 0 && state->server_heard)
		cli_page_say(page, "", _("it answered last %s"),
			cli_time_words(state->server_heard, time));
}

static void say_exemptions(struct cli_page *page, const struct cli_state *state)
{
	if (state->requests)
		cli_page_say(page, _("Requests"),
			ngettext("%" PRIu32 " waits for an approval",
				"%" PRIu32 " wait for an approval", state->requests),
			state->requests);
	if (state->exemptions)
		cli_page_say(page, _("Exempted"),
			ngettext("%" PRIu32 " exemption that can be used or is",
				"%" PRIu32 " exemptions that can be used or are",
				state->exemptions),
			state->exemptions);
	if (state->reports_due)
		cli_page_say(page, _("Reports"),
			ngettext("%" PRIu32 " is due after an exemption by telephone",
				"%" PRIu32 " are due after exemptions by telephone",
				state->reports_due),
			state->reports_due);
}

static void say_enforced(struct cli_page *page, const struct cli_state *state)
{
	char words[LINE_SIZE] = "";
	size_t length = 0;

	for (char **word = state->enforces; word && *word && length < sizeof(words); word++)
		length += (size_t)snprintf(
			words + length, sizeof(words) - length, "%s%s", length ? " " : "", *word);
	cli_page_say(page, _("Enforces"), "%s", words);
}

static void say_counts(struct cli_page *page, const struct cli_state *state)
{
	cli_page_say(page, _("Devices"),
		state->is_rehearsing ? _("%" PRIu32 " on USB, %" PRIu32 " would be refused")
				     : _("%" PRIu32 " on USB, %" PRIu32 " refused"),
		state->devices, state->devices_refused);
	cli_page_say(page, _("Keyboards"),
		ngettext("%" PRIu32 " that is not on USB", "%" PRIu32 " that are not on USB",
			state->other_keyboards),
		state->other_keyboards);
	cli_page_say(page, _("Records"), "%" PRIu64, state->record_sequence);
	cli_page_say(page, "", _("SHA-256 of the last %s"), state->record_sha256);
	if (state->records_missing)
		cli_page_say(
			page, "", _("%" PRIu64 " could not be written"), state->records_missing);
}

static void say_problems(struct cli_page *page, const struct cli_state *state)
{
	if (state->n_problems == 0)
		cli_page_say(page, _("Problems"), "%s", _("none"));
	for (size_t i = 0; i < state->n_problems; i++)
		cli_page_say(page, i == 0 ? _("Problems") : "", "%s",
			cli_problem_words(state->problems[i].word, state->problems[i].text));
}

/* 0 or -ENOMEM. */
static int print(const struct cli_state *state)
{
	struct cli_page page = {.table = {.n_columns = 2}};

	cli_page_say(&page, _("Agent"), _("version %s"), state->version);
	if (state->site[0] || state->tier[0])
		cli_page_say(&page, _("Terminal"), _("site %s, tier %s"), state->site, state->tier);
	say_policy(&page, state);
	say_documents(&page, state);
	say_login(&page, state);
	say_operator(&page, state);
	say_server(&page, state);
	say_exemptions(&page, state);
	say_enforced(&page, state);
	say_counts(&page, state);
	if (state->contact[0])
		cli_page_say(&page, _("Ask"), "%s", state->contact);
	say_problems(&page, state);
	if (page.result == 0)
		cli_table_print(&page.table, false);
	cli_table_clear(&page.table);
	return page.result;
}

int cli_status(const struct cli_request *request)
{
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	struct cli_state state;
	int r = cli_state_get(&reply, &state);

	if (r == 0 && request->is_json)
		cli_json_print(cli_state_json(&state));
	else if (r == 0 && (r = print(&state)) < 0)
		cli_tell_bad_answer(r);
	cli_state_clear(&state);
	return r < 0 ? CLI_UNKNOWN : state.n_problems > 0 ? CLI_NO : CLI_DONE;
}
