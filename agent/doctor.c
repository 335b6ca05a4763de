#include "agent/doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/names.h"

static const char *const words[DOCTOR_WORD_COUNT] = {
	[DOCTOR_NONE] = "none",
	[DOCTOR_OPEN] = "open",
	[DOCTOR_NO_JUDGE] = "no-judge",
	[DOCTOR_PASSED_OVER] = "passed-over",
	[DOCTOR_SKIPPED] = "skipped",
	[DOCTOR_TAKEN_BACK] = "taken-back",
	[DOCTOR_CODE_ALONE] = "code-alone",
	[DOCTOR_NOBODY] = "nobody",
	[DOCTOR_BROKEN_STACK] = "broken-stack",
	[DOCTOR_MODULE_MISSING] = "module-missing",
	[DOCTOR_MISSPELT] = "misspelt",
	[DOCTOR_NO_ASK] = "no-ask",
	[DOCTOR_ASKS_LATE] = "asks-late",
	[DOCTOR_JUDGES_EARLY] = "judges-early",
	[DOCTOR_JUDGES_TWICE] = "judges-twice",
	[DOCTOR_CHARGED] = "charged",
	[DOCTOR_ONE_BOX] = "one-box",
	[DOCTOR_TOO_LARGE] = "too-large",
	[DOCTOR_NO_SERVICES] = "no-services",
	[DOCTOR_AUTOLOGIN] = "autologin",
	[DOCTOR_NOPASSWD] = "nopasswd",
	[DOCTOR_SSH_KEYS] = "ssh-keys",
	[DOCTOR_SSH_EMPTY] = "ssh-empty",
	[DOCTOR_SSH_NO_PAM] = "ssh-no-pam",
	[DOCTOR_SSH_MATCH] = "ssh-match",
	[DOCTOR_EXEMPT] = "exempt",
	[DOCTOR_CLOCK_BEHIND] = "clock-behind",
	[DOCTOR_NO_FLOOR] = "no-floor",
	[DOCTOR_RULES_LOST] = "rules-lost",
	[DOCTOR_RULES_OLD] = "rules-old",
	[DOCTOR_POLICY_ENDED] = "policy-ended",
	[DOCTOR_POLICY_ENDS] = "policy-ends",
	[DOCTOR_TOKENS_ENDED] = "tokens-ended",
	[DOCTOR_NO_TOKENS] = "no-tokens",
	[DOCTOR_KEY_MISSING] = "key-missing",
	[DOCTOR_KEY_NO_TPM] = "key-no-tpm",
	[DOCTOR_NOT_OPENED] = "not-opened",
	[DOCTOR_NOT_READ] = "not-read",
};

static const char *const weights[] = {
	[DOCTOR_UNSEEN] = "unseen", [DOCTOR_WRONG] = "wrong", [DOCTOR_REMARK] = "remark"};

const char *doctor_word_name(enum doctor_word word)
{
	return names_get(words, DOCTOR_WORD_COUNT, word);
}

const char *doctor_weight_name(enum doctor_weight weight)
{
	return names_get(weights, sizeof(weights) / sizeof(weights[0]), weight);
}

/* Of a file that anybody may have written: nothing in it moves the cursor of who reads this. */
static void make_plain(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || (unsigned char)*text >= 0x7f)
			*text = '?';
}

static bool is_same(const struct doctor_finding *a, const struct doctor_finding *b)
{
	return a->word == b->word && a->weight == b->weight && a->line == b->line &&
	       strcmp(a->service, b->service) == 0 && strcmp(a->file, b->file) == 0 &&
	       strcmp(a->detail, b->detail) == 0;
}

static void add(struct doctor *doctor, const struct doctor_finding *finding)
{
	struct doctor_finding *more;

	for (size_t i = 0; i < doctor->n_findings; i++)
		if (is_same(&doctor->findings[i], finding))
			return;
	more = reallocarray(doctor->findings, doctor->n_findings + 1, sizeof(*more));
	if (!more) {
		doctor->is_out_of_memory = true;
		return;
	}
	doctor->findings = more;
	more[doctor->n_findings++] = *finding;
}

void doctor_find(struct doctor *doctor, enum doctor_word word, enum doctor_weight weight,
	const struct doctor_place *place, const char *format, ...)
{
	struct doctor_finding finding = {.word = word, .weight = weight, .line = place->line};
	va_list arguments;

	snprintf(finding.service, sizeof(finding.service), "%s",
		place->service ? place->service : "");
	snprintf(finding.file, sizeof(finding.file), "%s", place->file ? place->file : "");
	va_start(arguments, format);
	vsnprintf(finding.detail, sizeof(finding.detail), format, arguments);
	va_end(arguments);
	make_plain(finding.service);
	make_plain(finding.file);
	make_plain(finding.detail);
	add(doctor, &finding);
}

void doctor_find_unread(struct doctor *doctor, const char *file, int error)
{
	const struct doctor_place place = {.file = file};

	doctor_find(doctor, DOCTOR_NOT_READ, DOCTOR_UNSEEN, &place, "%s", strerrordesc_np(-error));
}

void doctor_decide(const struct doctor *doctor, const char *service, struct login_decision *ret,
	bool *ret_is_wanted)
{
	const struct login_rules *rules = &doctor->rules;
	int64_t now_s = doctor->floor_s > doctor->now_s ? doctor->floor_s : doctor->now_s;
	struct login_decision decision;

	login_rules_decide(rules, service, "", NULL, 0, now_s, ret);
	*ret_is_wanted = ret->mode == SECOND_FACTOR_REQUIRED;
	for (size_t i = 0; i < rules->n_groups; i++) {
		const char *const group[] = {rules->groups[i].name};

		login_rules_decide(rules, service, "", group, 1, now_s, &decision);
		*ret_is_wanted |= decision.mode == SECOND_FACTOR_REQUIRED;
	}
	if (doctor->rules_found == DOCTOR_RULES_NEVER)
		*ret_is_wanted = false;
}

void doctor_clear(struct doctor *doctor)
{
	free(doctor->findings);
	free(doctor->services);
	doctor->findings = NULL;
	doctor->services = NULL;
}
