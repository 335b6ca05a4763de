/* sekisho policy show: the policy in force, setting by setting. */
#include "agent/cli.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/cli_bus.h"
#include "agent/cli_json.h"
#include "agent/cli_policy.h"
#include "agent/cli_policy_why.h"
#include "agent/cli_state.h"
#include "agent/cli_table.h"
#include "agent/cli_text.h"
#include "agent/cli_time.h"
#include "agent/cli_wanted.h"
#include "policy/cleanup.h"
#include "policy/sha256_text.h"

#define ORIGIN_SIZE 64

int cli_policy_ask(char **ret_text)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	const char *text;
	char *copy;
	int r = cli_bus_prepare("GetPolicy", &bus, &call);

	if (r == 0)
		r = cli_bus_call(bus, call, &reply);
	if (r < 0)
		return r;
	r = sd_bus_message_read(reply, "s", &text);
	copy = r < 0 ? NULL : strdup(text);
	if (!copy) {
		r = r < 0 ? r : -ENOMEM;
		cli_tell_bad_answer(r);
		return r;
	}
	*ret_text = copy;
	return 0;
}

static int ask_settings(char **ret_text, struct cli_settings *ret)
{
	int r = cli_policy_ask(ret_text);

	if (r < 0)
		return r;
	r = cli_settings_read(*ret_text, ret);
	if (r < 0)
		cli_tell_bad_answer(r);
	return r;
}

int cli_policy_ask_settings(struct cli_settings *ret)
{
	CLEANUP(cleanup_free) char *text = NULL;

	return ask_settings(&text, ret);
}

static int hash_text(const char *text, char ret[SHA256_TEXT_SIZE])
{
	uint8_t sha256[SHA256_SIZE];
	int r = document_text_sha256(text, strlen(text), sha256);

	if (r == 0)
		sha256_text(sha256, ret);
	return r;
}

/* The state is that of another policy, if it was changed just now. */
static void print_head(
	const struct policy *policy, const struct cli_state *state, const char *sha256)
{
	const struct document_header *header = &policy->header;
	char from[CLI_TIME_SIZE], until[CLI_TIME_SIZE];

	if (policy->is_builtin) {
		puts(_("The built-in policy is in force: none was applied on this terminal, or it "
		       "cannot be read any more (see sekisho status)."));
		return;
	}
	printf(_("Policy   serial %llu of epoch %lu, for site %s and tier %s\n"),
		(unsigned long long)header->serial, (unsigned long)header->epoch, header->site,
		header->tier);
	printf(_("Valid    from %s to %s\n"), cli_time_words(header->not_before, from),
		cli_time_words(header->not_after, until));
	printf(_("From     a signed document, issued %s\n"), cli_time_words(header->issued, from));
	printf(_("SHA-256  %s\n"), sha256);
	if (strcmp(state->policy_sha256, sha256) != 0)
		return;
	if (state->is_on_trial)
		puts(_("Trial    the agent still looks whether somebody can type under it"));
	if (state->is_rehearsing)
		printf(_("Rehearsal: nothing is refused until %s, only recorded\n"),
			cli_time_words(state->rehearses_until, until));
}

static const char *origin_words(const struct cli_setting *setting, char buffer[ORIGIN_SIZE])
{
	switch (setting->origin) {
	case ORIGIN_DOCUMENT: snprintf(buffer, ORIGIN_SIZE, _("line %u"), setting->line); break;
	case ORIGIN_BUILTIN: return _("built-in");
	case ORIGIN_DEFAULT: return _("default");
	case ORIGIN_NOT_NAMED: return _("not named");
	case ORIGIN_NO_SECTION: return _("no such section");
	case ORIGIN_NOTHING:
	case ORIGIN_COUNT: return _("not said");
	}
	return buffer;
}

static int add_row(struct cli_table *table, const struct cli_setting *setting)
{
	char name[CLI_SETTING_NAME_SIZE], origin[ORIGIN_SIZE];

	return cli_table_add(
		table, (const char *const[]){cli_setting_name(setting, name), setting->value,
			       origin_words(setting, origin), cli_policy_effect(setting)});
}

/* Of a section that is not there one row is enough. */
static bool is_told(const struct cli_settings *settings, size_t i)
{
	const struct cli_setting *items = settings->items;

	return items[i].origin != ORIGIN_NO_SECTION || i == 0 ||
	       strcmp(items[i - 1].section, items[i].section) != 0;
}

static int print_table(const struct cli_settings *settings)
{
	const char *const heading[] = {_("SETTING"), _("VALUE"), _("FROM"), _("THIS VERSION")};
	struct cli_table table = {.n_columns = sizeof(heading) / sizeof(heading[0])};
	int r = cli_table_add(&table, heading);

	for (size_t i = 0; r == 0 && i < settings->n; i++) {
		struct cli_setting setting = settings->items[i];

		if (!is_told(settings, i))
			continue;
		if (setting.origin == ORIGIN_NO_SECTION)
			setting.key = "";
		r = add_row(&table, &setting);
	}
	if (r == 0)
		cli_table_print(&table, true);
	else
		cli_tell_bad_answer(r);
	cli_table_clear(&table);
	return r;
}

static struct json_object *setting_value(const struct cli_setting *setting)
{
	struct json_object *object = json_object_new_object();

	cli_json_add_string(object, "section", setting->section);
	if (setting->name)
		cli_json_add_string(object, "name", setting->name);
	cli_json_add_string(object, "key", setting->key);
	if (setting->origin != ORIGIN_NO_SECTION && setting->origin != ORIGIN_NOTHING)
		cli_json_add_string(object, "value", setting->value);
	cli_json_add_string(object, "origin", cli_origin_name(setting->origin));
	if (setting->line > 0)
		cli_json_add_unsigned(object, "line", setting->line);
	cli_json_add_string(object, "effect",
		setting->is_blocked_instead ? "blocked-instead" : key_effect_name(setting->effect));
	return object;
}

/* All settings, or those that are wanted. */
static void print_json(const struct cli_settings *settings, const struct cli_wanted *wanted,
	const struct cli_state *state, const char *sha256)
{
	const struct document_header *header = &settings->policy->header;
	struct json_object *object = json_object_new_object(), *list = json_object_new_array();
	bool is_same = strcmp(state->policy_sha256, sha256) == 0;

	cli_json_add_bool(object, "is_builtin", settings->policy->is_builtin);
	if (!settings->policy->is_builtin) {
		cli_json_add_unsigned(object, "serial", header->serial);
		cli_json_add_unsigned(object, "epoch", header->epoch);
		cli_json_add_string(object, "site", header->site);
		cli_json_add_string(object, "tier", header->tier);
		cli_json_add_string(object, "sha256", sha256);
		cli_json_add_time(object, "issued", header->issued);
		cli_json_add_time(object, "not_before", header->not_before);
		cli_json_add_time(object, "not_after", header->not_after);
		cli_json_add_bool(object, "is_on_trial", is_same && state->is_on_trial);
		cli_json_add_bool(object, "is_rehearsed", is_same && state->is_rehearsing);
	}
	for (size_t i = 0; i < settings->n; i++)
		if (!wanted || cli_wanted_fits(wanted, &settings->items[i]))
			cli_json_append(list, setting_value(&settings->items[i]));
	cli_json_add(object, "settings", list);
	cli_json_print(object);
}

/* Whether anything is so called; tells the person where not. */
static bool is_known(
	const struct cli_settings *settings, const struct cli_wanted *wanted, const char *typed)
{
	const char *nearest;

	for (size_t i = 0; i < settings->n; i++)
		if (cli_wanted_fits(wanted, &settings->items[i]))
			return true;
	nearest = cli_wanted_nearest(wanted, settings);
	if (nearest)
		fprintf(stderr, _("sekisho: a policy has no setting %s; did you mean %s?\n"), typed,
			nearest);
	else
		fprintf(stderr,
			_("sekisho: a policy has no setting %s, and no rule here is so "
			  "called\n"),
			typed);
	return false;
}

static void print_why(const struct cli_settings *settings, const struct cli_wanted *wanted)
{
	bool is_first = true;

	for (size_t i = 0; i < settings->n; i++) {
		if (!cli_wanted_fits(wanted, &settings->items[i]))
			continue;
		if (!is_first)
			putchar('\n');
		is_first = false;
		cli_policy_print_why(settings, &settings->items[i]);
	}
}

int cli_policy_show(const struct cli_request *request)
{
	CLEANUP(cli_settings_clear) struct cli_settings settings = {.items = NULL};
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	CLEANUP(cli_state_clear) struct cli_state state = {.enforces = NULL};
	CLEANUP(cleanup_free) char *text = NULL;
	char sha256[SHA256_TEXT_SIZE] = "";
	struct cli_wanted wanted;

	if (request->why && cli_wanted_read(request->why, &wanted) < 0) {
		fprintf(stderr,
			_("sekisho: --why needs a word such as usb-storage or \"[policy] "
			  "max-age\", not %s\n"),
			request->why);
		return CLI_UNKNOWN;
	}
	if (ask_settings(&text, &settings) < 0 || cli_state_get(&reply, &state) < 0 ||
		hash_text(text, sha256) < 0 ||
		(request->why && !is_known(&settings, &wanted, request->why)))
		return CLI_UNKNOWN;
	if (request->is_json) {
		print_json(&settings, request->why ? &wanted : NULL, &state, sha256);
		return CLI_DONE;
	}
	if (request->why) {
		print_why(&settings, &wanted);
		return CLI_DONE;
	}
	print_head(settings.policy, &state, sha256);
	putchar('\n');
	return print_table(&settings) < 0 ? CLI_UNKNOWN : CLI_DONE;
}
