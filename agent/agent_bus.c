/* What others may ask over the bus: pictures of the state, and one document at a time from root. */
#include <errno.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "agent/agent_internal.h"
#include "agent/record_files.h"

static const char *state_name(enum core_device_state state)
{
	switch (state) {
	case DEVICE_SETTLED: return "settled";
	case DEVICE_BUSY: return "busy";
	case DEVICE_RETRYING: return "retrying";
	case DEVICE_SLOWED: return "slowed";
	}
	return "unknown";
}

static void describe_policy(const struct policy *policy, struct agent_policy *ret)
{
	ret->serial = policy->header.serial;
	ret->not_before = policy->header.not_before;
	ret->not_after = policy->header.not_after;
}

/* word is for programs and translations, text for people. */
static void add_problem(struct agent_status *status, const char *word, const char *text)
{
	if (status->n_problems < BUS_PROBLEMS_MAX)
		status->problems[status->n_problems++] = (struct agent_problem){word, text};
}

/* Whoever signs has a clock of his own: a few minutes are no news. */
#define CLOCK_BEHIND_S 600

static void get_login_problems(const struct agent *agent, struct agent_status *ret)
{
	const struct tokens *tokens = policies_tokens(agent->policies);
	const struct agent_login *login = &agent->login;

	if (policies_is_tokens_lost(agent->policies))
		add_problem(ret, "tokens-lost",
			"the list of tokens cannot be read any more; nobody's token is taken away");
	if (tokens && strcmp(login->key, tokens->key) != 0)
		add_problem(ret, "tokens-of-another-key",
			"the tokens are sealed to another key than this terminal's: have them "
			"issued anew");
	if (login->rules_error)
		add_problem(ret, "login-rules-not-stored",
			"the rules of logins cannot be stored; those before hold on");
	if (login->spool_error)
		add_problem(ret, "logins-not-recorded",
			"what became of logins cannot be recorded; it is kept until then");
}

static void get_exemption_problems(const struct agent *agent, struct agent_status *ret)
{
	if (policies_is_revoked_lost(agent->policies))
		add_problem(ret, "revocations-lost",
			"what was revoked cannot be read any more: no exemption counts until "
			"revocations.ini is handed in");
	if (policies_is_revoked_full(agent->policies))
		add_problem(ret, "revocations-full",
			"more was revoked than this terminal remembers: no exemption counts until "
			"a new epoch begins");
	if (policies_is_revoked_unread(agent->policies))
		add_problem(ret, "revocations-unread",
			"the last revocations.ini cannot be read: no exemption counts until one is "
			"handed in that can be");
}

static void get_terminal_problems(const struct agent *agent, struct agent_status *ret)
{
	if (terminal_identity_came_from(agent->identity))
		add_problem(ret, "terminal-copied",
			"the disk was copied from another machine: this terminal has to join "
			"again");
	if (!terminal_identity_machine(agent->identity)[0])
		add_problem(ret, "machine-unknown",
			"nothing tells which machine this is, so it has no key of its own");
	if (agent->join.is_ticket_bad)
		add_problem(ret, "ticket-bad",
			"/etc/sekisho/join-ticket holds no ticket: was it typed right?");
	if (agent->join.waits_for)
		add_problem(ret, "join-waits", agent->join.waits_for);
}

static void get_problems(struct agent *agent, struct agent_status *ret)
{
	const struct policies_clock clock = agent_clock();
	uint8_t sha256[SHA256_SIZE];
	uint32_t epoch = policies_current(agent->policies, sha256)->header.epoch;

	if (policies_health(agent->policies)[0])
		add_problem(ret, "no-documents-taken", policies_health(agent->policies));
	if (policies_is_lost(agent->policies))
		add_problem(ret, "policy-lost",
			"the policy that was applied here cannot be read any more");
	if (policies_is_media_lost(agent->policies))
		add_problem(
			ret, "media-lost", "the list of registered media cannot be read any more");
	get_login_problems(agent, ret);
	get_terminal_problems(agent, ret);
	get_exemption_problems(agent, ret);
	if (agent_spool_problem(agent))
		add_problem(ret, "server", agent_spool_problem(agent));
	if (agent_spool_is_refused_one(agent))
		add_problem(ret, "server-refuses",
			"the server that documents come from refuses one of them: journalctl -u "
			"sekisho-fetch says which");
	if (agent_news_problem(agent))
		add_problem(ret, "fresh-ended", agent_news_problem(agent));
	if (!ret->is_builtin && ret->root && epoch != ret->root->epoch)
		add_problem(ret, "policy-of-older-epoch",
			"the policy is of an older epoch than the root; its blocks stay");
	agent_ends_add(agent, ret);
	if (policies_floor(agent->policies, &clock) > clock.realtime_s + CLOCK_BEHIND_S)
		add_problem(ret, "clock-behind",
			"the clock is behind what documents prove: is its battery flat?");
	if (ret->records_missing)
		add_problem(
			ret, "records-missing", "records could not be written; they are counted");
}

static void get_documents(const struct agent *agent, struct agent_status *ret)
{
	const struct policies_clock clock = agent_clock();
	const struct fresh *fresh = policies_fresh(agent->policies);
	const struct media *media = policies_media(agent->policies, &clock);
	int64_t age_s;

	ret->root = policies_root(agent->policies);
	ret->media = media || policies_is_media_ended(agent->policies, &clock)
			     ? policies_media_header(agent->policies)
			     : NULL;
	ret->n_media = media ? media_count(media) : 0;
	ret->has_fresh = fresh;
	if (!fresh)
		return;
	age_s = policies_now(agent->policies, &clock) - fresh->header.issued;
	ret->fresh = (struct agent_fresh){
		.age_s = age_s > 0 ? (uint64_t)age_s : 0,
		.root = fresh->root.serial,
		.policy = fresh->policy.serial,
		.media = fresh->media.is_named ? fresh->media.serial : 0,
	};
}

static const char *mode_name(enum second_factor mode)
{
	switch (mode) {
	case SECOND_FACTOR_REQUIRED: break;
	case SECOND_FACTOR_REHEARSE: return "rehearse";
	case SECOND_FACTOR_OFF: return "off";
	}
	return "required";
}

/* What the default is now: a rehearsal of the whole policy requires nothing. */
static enum second_factor mode_of(const struct login_rules *rules, int64_t now_s)
{
	if (rules->mode == SECOND_FACTOR_REQUIRED && now_s < rules->rehearse_until_s)
		return SECOND_FACTOR_REHEARSE;
	return rules->mode;
}

static void get_login(const struct agent *agent, struct agent_login_status *ret)
{
	const struct agent_login *login = &agent->login;
	const struct tokens *tokens = policies_tokens(agent->policies);
	int64_t now_s = agent_trusted_ms(agent) / 1000;

	if (login->has_rules) {
		ret->mode = mode_name(mode_of(&login->rules, now_s));
		ret->serial = login->rules.policy_serial;
		ret->from = login->rules.from_s > now_s ? login->rules.from_s : 0;
	}
	if (tokens) {
		ret->tokens = &tokens->header;
		ret->n_tokens = tokens->n_entries;
	}
	ret->key = login->key[0] ? login->key : NULL;
}

static void get_status(void *userdata, struct agent_status *ret)
{
	struct agent *agent = userdata;
	const struct policy *next = policies_next(agent->policies);
	const struct policy *policy = policies_current(agent->policies, ret->policy.sha256);
	struct core_device_view view;

	describe_policy(policy, &ret->policy);
	ret->is_builtin = policy->is_builtin;
	get_documents(agent, ret);
	get_login(agent, &ret->login);
	agent_spool_status(agent, ret);
	ret->signing_key = terminal_identity_key(agent->identity);
	agent_operator_status(agent, &ret->operator, & ret->operator_since);
	ret->fresh.max_age_s = policy->max_age_s;
	ret->contact = policy->contact;
	ret->is_on_trial = policies_is_on_trial(agent->policies);
	ret->is_rehearsing = core_is_rehearsing(agent->core);
	ret->rehearses_until = policy->until;
	policies_site(agent->policies, &ret->site, &ret->tier);
	ret->terminal = policies_terminal(agent->policies);
	ret->has_next = next;
	if (next)
		describe_policy(next, &ret->next);
	policies_next_text_sha256(agent->policies, ret->next.sha256);
	for (size_t i = 0; core_device_at(agent->core, i, &view); i++) {
		ret->devices++;
		ret->devices_refused += view.decision->verdict == VERDICT_BLOCK;
	}
	agent_exemption_status(agent, ret);
	ret->other_keyboards = agent->other_keyboards;
	record_log_head(agent->log, &ret->record_sequence, ret->record_sha256);
	ret->records_missing = record_log_missing(agent->log);
	get_problems(agent, ret);
}

static bool get_device(void *userdata, size_t index, struct agent_device *ret)
{
	const struct agent *agent = userdata;
	const struct registered *entry;
	struct core_device_view view;

	if (!core_device_at(agent->core, index, &view))
		return false;
	entry = registry_find_id(agent->registry, view.id);
	*ret = (struct agent_device){
		.name = view.observation->name,
		.vendor = view.facts->vendor,
		.product = view.facts->product,
		.bus = view.observation->bus,
		.number = view.observation->number,
		.manufacturer = view.observation->manufacturer,
		.model = view.observation->model,
		.serial = view.observation->serial,
		.medium = view.medium,
		.decision = view.decision,
		.state = state_name(view.state),
		.is_last_input = view.is_last_input,
		.record = entry ? entry->record : 0,
	};
	return true;
}

static int take_documents(void *userdata, const struct agent_document *documents, size_t n,
	agent_tell tell, void *context)
{
	return agent_documents_take(userdata, documents, n, tell, context);
}

static int open_record(void *userdata, uint64_t after, uint64_t *ret_number, int *ret_fd)
{
	const struct agent *agent = userdata;
	uint64_t number;
	int r = record_files_next(agent->logs_fd, after, &number);
	int fd;

	if (r < 0 || number == 0)
		return r;
	fd = record_file_open_to_read(agent->logs_fd, number);
	if (fd < 0)
		return fd;
	*ret_number = number;
	*ret_fd = fd;
	return 1;
}

static int get_policy(void *userdata, char **ret_text)
{
	const struct agent *agent = userdata;

	return policies_read_text(agent->policies, ret_text);
}

static int change_operator(void *userdata, uint32_t caller, const char *line)
{
	return agent_operator_change(userdata, caller, line);
}

static int end_operator(void *userdata, uint32_t caller, char ret_user[ACCOUNT_NAME_MAX + 1])
{
	return agent_operator_end(userdata, caller, ret_user);
}

static void warn(void *userdata, const char *text)
{
	fprintf(stderr, SD_WARNING "%s\n", text);
}

int agent_bus_start(struct agent *agent)
{
	agent->bus_handlers = (struct bus_handlers){
		.userdata = agent,
		.get_status = get_status,
		.get_device = get_device,
		.open_record = open_record,
		.get_policy = get_policy,
		.take_documents = take_documents,
		.change_operator = change_operator,
		.end_operator = end_operator,
		.exemptions = agent_exemption_handlers,
		.connected = agent_bus_connected,
		.sessions = agent_bus_sessions,
		.warn = warn,
	};
	return bus_open(agent->event, &agent->bus_handlers, &agent->bus);
}
