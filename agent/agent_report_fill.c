/* How this terminal is, as a report says it. */
#include <string.h>

#include "agent/agent_internal.h"
#include "policy/value.h"

static void copy_word(char ret[REPORT_WORD_MAX + 1], const char *word)
{
	size_t size = strnlen(word, REPORT_WORD_MAX);

	memcpy(ret, word, size);
	ret[size] = '\0';
}

/* --- documents --- */

static enum report_mode mode_of(const struct agent *agent, const struct agent_status *status)
{
	if (policies_is_lost(agent->policies))
		return REPORT_STRICT;
	if (status->is_builtin)
		return REPORT_BUILT_IN;
	return status->is_rehearsing ? REPORT_REHEARSE : REPORT_ENFORCE;
}

static void fill_applied(
	const struct agent *agent, const struct agent_status *status, struct report *ret)
{
	const struct fresh *fresh = policies_fresh(agent->policies);

	ret->mode = mode_of(agent, status);
	if (status->root) {
		ret->root.is_named = true;
		ret->root.serial = status->root->serial;
		policies_root_text_sha256(agent->policies, ret->root.text_sha256);
	}
	if (!status->is_builtin) {
		ret->policy.is_named = true;
		ret->policy.serial = status->policy.serial;
		memcpy(ret->policy.text_sha256, status->policy.sha256, SHA256_SIZE);
	}
	ret->next = status->has_next ? status->next.serial : 0;
	ret->media = status->media ? status->media->serial : 0;
	ret->fresh = fresh ? fresh->header.issued : 0;
	ret->tokens = status->login.tokens ? status->login.tokens->serial : 0;
}

/* --- the second factor --- */

static bool has_exempt(const struct login_rules *rules, int64_t now_s)
{
	for (size_t i = 0; i < rules->n_exempt; i++)
		if (now_s < rules->exempt[i].until_s)
			return true;
	return false;
}

/* Whether any service, or group whose day has come, has that mode. */
static bool has_mode(const struct login_rules *rules, enum second_factor mode, int64_t now_s)
{
	for (size_t i = 0; i < rules->n_services; i++)
		if (rules->services[i].has_mode && rules->services[i].mode == mode)
			return true;
	for (size_t i = 0; i < rules->n_groups; i++)
		if (rules->groups[i].mode == mode && now_s >= rules->groups[i].from_s)
			return true;
	return false;
}

enum report_factor agent_report_factor(const struct login_rules *rules, int64_t now_s)
{
	bool is_rehearsed = now_s < rules->rehearse_until_s;

	if (now_s < rules->from_s)
		return REPORT_FACTOR_OFF;
	if (rules->mode != SECOND_FACTOR_REQUIRED &&
		has_mode(rules, SECOND_FACTOR_REQUIRED, now_s) && !is_rehearsed)
		return REPORT_FACTOR_PARTIAL;
	if (rules->mode == SECOND_FACTOR_OFF)
		return REPORT_FACTOR_OFF;
	if (rules->mode == SECOND_FACTOR_REHEARSE || is_rehearsed)
		return REPORT_FACTOR_REHEARSE;
	return has_exempt(rules, now_s) || has_mode(rules, SECOND_FACTOR_OFF, now_s) ||
			       has_mode(rules, SECOND_FACTOR_REHEARSE, now_s)
		       ? REPORT_FACTOR_PARTIAL
		       : REPORT_FACTOR_ON;
}

/* --- health --- */

static void add_problem(struct report *report, const char *word)
{
	if (report->n_problems < REPORT_PROBLEMS_MAX)
		copy_word(report->problems[report->n_problems++], word);
}

static void fill_health(
	const struct agent *agent, const struct agent_status *status, struct report *ret)
{
	const struct agent_login *login = &agent->login;
	struct core_device_view view;
	bool is_input_kept = false;

	if (login->has_rules)
		ret->factor = agent_report_factor(&login->rules, ret->issued);
	for (size_t i = 0; i < status->n_problems; i++)
		add_problem(ret, status->problems[i].word);
	for (size_t i = 0; core_device_at(agent->core, i, &view); i++)
		is_input_kept |= view.is_last_input;
	if (is_input_kept)
		add_problem(ret, "last-input-kept");
}

/* --- exemptions --- */

static void fill_open(struct agent *agent, struct report *ret)
{
	struct core_exemption_view view;

	for (size_t i = 0; core_exemption_at(agent->core, i, &view); i++) {
		const struct exemption *document =
			view.exemption ? view.exemption->exemption : NULL;
		const char *user = view.state->user;
		struct report_open *open = &ret->open[ret->n_open];

		if (!agent_exemption_is_open(&view))
			continue;
		ret->n_exemptions++;
		if (ret->n_open == REPORT_OPEN_MAX)
			continue;
		if (!user[0] && document && document->n_users > 0)
			user = document->users[0];
		memcpy(open->id, view.state->id, sizeof(open->id));
		memcpy(open->user, user, strlen(user) + 1);
		copy_word(open->phase, agent_exemption_phase(&view));
		open->until = agent_exemption_until_s(&view);
		ret->n_open++;
	}
}

void agent_report_fill(struct agent *agent, struct report *ret)
{
	const struct report_state *state = &agent->report.state;
	struct agent_status status = {};

	*ret = (struct report){.issued = agent_trusted_ms(agent) / 1000};
	agent->bus_handlers.get_status(agent, &status);
	snprintf(ret->site, sizeof(ret->site), "%s", status.site ? status.site : "");
	snprintf(ret->tier, sizeof(ret->tier), "%s", status.tier ? status.tier : "");
	snprintf(
		ret->terminal, sizeof(ret->terminal), "%s", status.terminal ? status.terminal : "");
	snprintf(ret->agent, sizeof(ret->agent), "%s", SEKISHO_VERSION);
	snprintf(ret->boot, sizeof(ret->boot), "%.36s", agent->boot_id);
	ret->reason = agent->report.reason;
	fill_applied(agent, &status, ret);
	fill_health(agent, &status, ret);
	fill_open(agent, ret);
	ret->since = state->since;
	ret->blocked = state->blocked;
	memcpy(ret->alerts, state->alerts, sizeof(ret->alerts));
	ret->n_alerts = state->n_alerts;
	ret->sequence = agent->report.head_sequence;
	memcpy(ret->head, agent->report.head_sha256, SHA256_SIZE);
	ret->lost = status.records_missing;
}
