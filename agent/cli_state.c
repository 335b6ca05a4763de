#include "agent/cli_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/cli_bus.h"
#include "agent/cli_json.h"
#include "agent/cli_text.h"

static int read_strings(sd_bus_message *message, void *ret)
{
	return sd_bus_message_read_strv(message, ret);
}

static int read_problems(sd_bus_message *message, void *ret)
{
	struct cli_state *state = ret;
	const char *word, *text;
	int r = sd_bus_message_enter_container(message, 'a', "(ss)");

	if (r < 0)
		return r;
	while ((r = sd_bus_message_read(message, "(ss)", &word, &text)) > 0)
		if (state->n_problems < BUS_PROBLEMS_MAX) {
			state->problems[state->n_problems].word = word;
			state->problems[state->n_problems++].text = text;
		}
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

void cli_state_clear(struct cli_state *state)
{
	for (char **string = state->enforces; string && *string; string++)
		free(*string);
	free(state->enforces);
	state->enforces = NULL;
}

int cli_state_get(sd_bus_message **ret_reply, struct cli_state *ret)
{
	const struct cli_field fields[] = {{"Version", 's', &ret->version, NULL},
		{"Enforces", 0, &ret->enforces, read_strings}, {"Site", 's', &ret->site, NULL},
		{"Tier", 's', &ret->tier, NULL}, {"Terminal", 's', &ret->terminal, NULL},
		{"PolicySerial", 't', &ret->policy_serial, NULL},
		{"PolicySha256", 's', &ret->policy_sha256, NULL},
		{"PolicyNotAfter", 'x', &ret->policy_not_after, NULL},
		{"PolicyIsBuiltin", 'b', &ret->is_builtin, NULL},
		{"PolicyIsOnTrial", 'b', &ret->is_on_trial, NULL},
		{"PolicyIsRehearsed", 'b', &ret->is_rehearsing, NULL},
		{"PolicyRehearsedUntil", 'x', &ret->rehearses_until, NULL},
		{"NextSerial", 't', &ret->next_serial, NULL},
		{"NextSha256", 's', &ret->next_sha256, NULL},
		{"NextNotBefore", 'x', &ret->next_not_before, NULL},
		{"RootNumber", 't', &ret->root_number, NULL},
		{"RootEpoch", 'u', &ret->root_epoch, NULL},
		{"RootNotAfter", 'x', &ret->root_not_after, NULL},
		{"MediaSerial", 't', &ret->media_serial, NULL},
		{"MediaNotAfter", 'x', &ret->media_not_after, NULL},
		{"Media", 'u', &ret->media, NULL}, {"FreshAge", 't', &ret->fresh_age, NULL},
		{"FreshMaxAge", 'u', &ret->fresh_max_age, NULL},
		{"NewestRoot", 't', &ret->newest_root, NULL},
		{"NewestPolicy", 't', &ret->newest_policy, NULL},
		{"NewestMedia", 't', &ret->newest_media, NULL},
		{"LoginMode", 's', &ret->login_mode, NULL},
		{"LoginRules", 't', &ret->login_rules, NULL},
		{"LoginFrom", 'x', &ret->login_from, NULL}, {"Tokens", 'u', &ret->tokens, NULL},
		{"TokensSerial", 't', &ret->tokens_serial, NULL},
		{"TokensNotAfter", 'x', &ret->tokens_not_after, NULL},
		{"TerminalKey", 's', &ret->terminal_key, NULL},
		{"SigningKey", 's', &ret->signing_key, NULL},
		{
			"Operator",
			's',
			&ret->operator,
			NULL },
			{"OperatorSince", 'x', &ret->operator_since, NULL},
			{"Server", 's', &ret->server, NULL},
			{"ServerHeard", 'x', &ret->server_heard, NULL},
			{"Requests", 'u', &ret->requests, NULL},
			{"Exemptions", 'u', &ret->exemptions, NULL},
			{"ReportsDue", 'u', &ret->reports_due, NULL},
			{"Devices", 'u', &ret->devices, NULL},
			{"DevicesRefused", 'u', &ret->devices_refused, NULL},
			{"OtherKeyboards", 'u', &ret->other_keyboards, NULL},
			{"RecordSequence", 't', &ret->record_sequence, NULL},
			{"RecordSha256", 's', &ret->record_sha256, NULL},
			{"RecordsMissing", 't', &ret->records_missing, NULL},
			{"Contact", 's', &ret->contact, NULL},
			{"Problems", 0, ret, read_problems},
	};

	*ret = (struct cli_state){.version = "?",
		.site = "",
		.tier = "",
		.terminal = "",
		.login_mode = "",
		.terminal_key = "",
		.signing_key = "",
		.operator= "",
		.server = "",
		.contact = "",
		.policy_sha256 = "",
		.next_sha256 = "",
		.record_sha256 = ""};
	return cli_bus_get_status(fields, sizeof(fields) / sizeof(fields[0]), ret_reply);
}

/* By the words of sekisho-agent(7). A newer agent may have others. */
static const struct cli_sentence problems[] = {
	{"no-documents-taken", N_("no document can be taken; call the person in charge")},
	{"policy-lost", N_("the policy that was applied here cannot be read any more")},
	{"media-lost", N_("the list of registered media cannot be read any more")},
	{"policy-of-older-epoch",
		N_("the policy is of an older epoch than the root; its blocks stay")},
	{"root-ends", N_("the root ends soon: hand in the next one before")},
	{"root-expired", N_("the root has ended: no document is taken before the next root")},
	{"policy-ends", N_("the policy ends soon: hand in the next one before")},
	{"policy-expired", N_("the policy has ended: its blocks stay")},
	{"media-ends",
		N_("the list of registered media ends soon: no medium counts as registered then")},
	{"media-expired",
		N_("the list of registered media has ended: no medium counts as registered")},
	{"revocations-full",
		N_("more was revoked than this terminal remembers: no exemption counts until a new "
		   "epoch begins")},
	{"revocations-lost",
		N_("what was revoked cannot be read any more: no exemption counts until "
		   "revocations.ini is handed in")},
	{"revocations-unread",
		N_("the last revocations.ini cannot be read: no exemption counts until one is "
		   "handed in that can be")},
	{"tokens-lost",
		N_("the list of tokens cannot be read any more; nobody's token is taken away")},
	{"tokens-of-another-key",
		N_("the tokens are sealed to another key than this terminal's: have them issued "
		   "anew")},
	{"tokens-end", N_("the list of tokens ends soon: have the next one issued before")},
	{"tokens-expired",
		N_("the list of tokens has ended: its tokens still count; have the next one "
		   "issued")},
	{"login-rules-not-stored",
		N_("the rules of logins cannot be stored; those before hold on")},
	{"logins-not-recorded",
		N_("what became of logins cannot be recorded; it is kept until then")},
	{"terminal-copied",
		N_("the disk was copied from another machine: this terminal has to join again")},
	{"machine-unknown", N_("nothing tells which machine this is, so it has no key of its own")},
	{"ticket-bad", N_("/etc/sekisho/join-ticket holds no ticket: was it typed right?")},
	{"join-waits", N_("this terminal cannot ask to join yet")},
	{"server", N_("the server that documents come from is another one than was named, nobody "
		      "named one, or it has not answered for a day")},
	{"server-refuses", N_("the server that documents come from refuses one of them: "
			      "journalctl -u sekisho-fetch says which")},
	{"fresh-ended", N_("nobody has confirmed for too long what the newest documents are: "
			   "exemptions that need the server do not count")},
	{"clock-behind", N_("the clock is behind what documents prove: is its battery flat?")},
	{"records-missing", N_("records could not be written; they are counted")},
};

const char *cli_problem_words(const char *word, const char *text)
{
	return cli_text_of_agent(problems, sizeof(problems) / sizeof(problems[0]), word, text);
}

/* --- for programs --- */

static struct json_object *problems_json(const struct cli_state *state)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < state->n_problems; i++) {
		struct json_object *object = json_object_new_object();

		cli_json_add_string(object, "word", state->problems[i].word);
		cli_json_add_string(object, "text", state->problems[i].text);
		cli_json_append(array, object);
	}
	return array;
}

static struct json_object *enforces_json(const struct cli_state *state)
{
	struct json_object *array = json_object_new_array();

	for (char **word = state->enforces; word && *word; word++)
		cli_json_append(array, json_object_new_string(*word));
	return array;
}

static void add_documents(struct json_object *object, const struct cli_state *state)
{
	cli_json_add_unsigned(object, "policy_serial", state->policy_serial);
	cli_json_add_string(object, "policy_sha256", state->policy_sha256);
	cli_json_add_time(object, "policy_not_after", state->policy_not_after);
	cli_json_add_bool(object, "policy_is_builtin", state->is_builtin);
	cli_json_add_bool(object, "policy_is_on_trial", state->is_on_trial);
	cli_json_add_bool(object, "policy_is_rehearsed", state->is_rehearsing);
	cli_json_add_time(object, "policy_rehearsed_until", state->rehearses_until);
	cli_json_add_unsigned(object, "next_serial", state->next_serial);
	cli_json_add_string(object, "next_sha256", state->next_sha256);
	cli_json_add_time(object, "next_not_before", state->next_not_before);
	cli_json_add_unsigned(object, "root_number", state->root_number);
	cli_json_add_unsigned(object, "root_epoch", state->root_epoch);
	cli_json_add_time(object, "root_not_after", state->root_not_after);
	cli_json_add_unsigned(object, "media_serial", state->media_serial);
	cli_json_add_time(object, "media_not_after", state->media_not_after);
	cli_json_add_unsigned(object, "media", state->media);
	cli_json_add_unsigned(object, "fresh_age", state->fresh_age);
	cli_json_add_unsigned(object, "fresh_max_age", state->fresh_max_age);
	cli_json_add_unsigned(object, "newest_root", state->newest_root);
	cli_json_add_unsigned(object, "newest_policy", state->newest_policy);
	cli_json_add_unsigned(object, "newest_media", state->newest_media);
}

static void add_login(struct json_object *object, const struct cli_state *state)
{
	cli_json_add_string(object, "login_mode", state->login_mode);
	cli_json_add_unsigned(object, "login_rules", state->login_rules);
	cli_json_add_time(object, "login_from", state->login_from);
	cli_json_add_unsigned(object, "tokens", state->tokens);
	cli_json_add_unsigned(object, "tokens_serial", state->tokens_serial);
	cli_json_add_time(object, "tokens_not_after", state->tokens_not_after);
	cli_json_add_string(object, "terminal_key", state->terminal_key);
	cli_json_add_string(object, "signing_key", state->signing_key);
	cli_json_add_string(object, "operator", state->operator);
	cli_json_add_time(object, "operator_since", state->operator_since);
}

struct json_object *cli_state_json(const struct cli_state *state)
{
	struct json_object *object = json_object_new_object();

	cli_json_add_string(object, "version", state->version);
	cli_json_add_string(object, "site", state->site);
	cli_json_add_string(object, "tier", state->tier);
	cli_json_add_string(object, "terminal", state->terminal);
	cli_json_add(object, "enforces", enforces_json(state));
	add_documents(object, state);
	add_login(object, state);
	cli_json_add_string(object, "server", state->server);
	cli_json_add_time(object, "server_heard", state->server_heard);
	cli_json_add_unsigned(object, "requests", state->requests);
	cli_json_add_unsigned(object, "exemptions", state->exemptions);
	cli_json_add_unsigned(object, "reports_due", state->reports_due);
	cli_json_add_unsigned(object, "devices", state->devices);
	cli_json_add_unsigned(object, "devices_refused", state->devices_refused);
	cli_json_add_unsigned(object, "other_keyboards", state->other_keyboards);
	cli_json_add_unsigned(object, "record_sequence", state->record_sequence);
	cli_json_add_string(object, "record_sha256", state->record_sha256);
	cli_json_add_unsigned(object, "records_missing", state->records_missing);
	cli_json_add_string(object, "contact", state->contact);
	cli_json_add(object, "problems", problems_json(state));
	return object;
}
