#include "agent/pam_verdict.h"

#include <errno.h>
#include <stdlib.h>

#include "policy/cleanup.h"
#include "policy/names.h"

static const char *const names[PAM_VERDICT_COUNT] = {
	[PAM_VERDICT_UNTOLD] = "untold",
	[PAM_VERDICT_OPEN] = "open",
	[PAM_VERDICT_PASSWORD] = "password",
	[PAM_VERDICT_CODE] = "code",
	[PAM_VERDICT_NOBODY] = "nobody",
	[PAM_VERDICT_HOLDS] = "holds",
};

const char *pam_verdict_name(enum pam_verdict verdict)
{
	return names_get(names, PAM_VERDICT_COUNT, verdict);
}

struct judging {
	const struct pam_stack *stack;
	enum pam_role *roles;
	uint32_t *others; /* what each handler may return, ours and the passwords' left out */
	uint32_t *codes;  /* of the question that is asked now */
	size_t n_passwords, n_judges;
};

static bool is_of(const struct judging *judging, size_t handler, enum pam_role role)
{
	return judging->roles[handler] == role;
}

/* Where there are several, a person is known to one of them, and the others say no. */
static uint32_t password_codes(const struct judging *judging, size_t handler, bool is_right)
{
	const struct pam_handler *line = &judging->stack->handlers[handler];

	if (judging->others[handler] == PAM_CODE_SET(PAM_MODULE_UNKNOWN))
		return judging->others[handler];
	if (!is_right)
		return pam_module_refusals(line);
	return PAM_CODE_SET(PAM_SUCCESS) |
	       (judging->n_passwords > 1 ? pam_module_refusals(line) : 0);
}

/* Does somebody get in when ask and judge may return these codes? */
static int ask_ways(const struct judging *judging, uint32_t judge, uint32_t ask,
	bool is_password_right, struct pam_ways *ret)
{
	for (size_t i = 0; i < judging->stack->n; i++) {
		switch (judging->roles[i]) {
		case PAM_ROLE_ASK: judging->codes[i] = ask; break;
		case PAM_ROLE_JUDGE: judging->codes[i] = judge; break;
		case PAM_ROLE_MISSPELT: judging->codes[i] = PAM_CODE_SET(PAM_AUTH_ERR); break;
		case PAM_ROLE_PASSWORD:
			judging->codes[i] = password_codes(judging, i, is_password_right);
			break;
		case PAM_ROLE_OTHER: judging->codes[i] = judging->others[i]; break;
		}
	}
	return pam_outcome_ways(judging->stack, judging->codes, ret);
}

static int action_of(const struct judging *judging, const struct pam_step *step)
{
	return judging->stack->handlers[step->handler].actions[step->code];
}

/* The judge was asked on this way, and somebody got in all the same. */
static void blame_behind(const struct judging *judging, const struct pam_ways *ways, size_t judge,
	struct pam_judged *ret)
{
	int action = action_of(judging, &ways->steps[judge]);

	ret->leak = PAM_LEAK_PASSED_OVER;
	ret->culprit = ways->steps[judge].handler;
	if (action != PAM_ACTION_BAD && action != PAM_ACTION_DIE)
		return;
	for (size_t i = judge + 1; i < ways->n_steps; i++)
		if (action_of(judging, &ways->steps[i]) == PAM_ACTION_RESET) {
			ret->leak = PAM_LEAK_TAKEN_BACK;
			ret->culprit = ways->steps[i].handler;
		}
}

/* The judge was not asked: some line went on behind it. */
static void blame_before(
	const struct judging *judging, const struct pam_ways *ways, struct pam_judged *ret)
{
	for (size_t i = 0; i < ways->n_steps; i++)
		for (size_t k = ways->steps[i].handler + 1; k < ways->steps[i].next; k++)
			if (is_of(judging, k, PAM_ROLE_JUDGE)) {
				ret->leak = PAM_LEAK_SKIPPED;
				ret->culprit = ways->steps[i].handler;
			}
}

static void blame(
	const struct judging *judging, const struct pam_ways *ways, struct pam_judged *ret)
{
	if (ret->judge == PAM_NO_HANDLER) {
		ret->leak = PAM_LEAK_NO_JUDGE;
		ret->culprit = ret->password;
		return;
	}
	for (size_t i = 0; i < ways->n_steps; i++)
		if (is_of(judging, ways->steps[i].handler, PAM_ROLE_JUDGE)) {
			blame_behind(judging, ways, i, ret);
			return;
		}
	blame_before(judging, ways, ret);
}

/* The line whose word it was that somebody got in. */
static void blame_word(
	const struct judging *judging, const struct pam_ways *ways, struct pam_judged *ret)
{
	for (size_t i = 0; i < ways->n_steps; i++) {
		int action = action_of(judging, &ways->steps[i]);

		if (ways->steps[i].code == PAM_SUCCESS &&
			(action == PAM_ACTION_OK || action == PAM_ACTION_DONE)) {
			ret->leak = PAM_LEAK_BY_ITSELF;
			ret->culprit = ways->steps[i].handler;
		}
	}
}

#define REFUSALS (PAM_ANY_CODE & ~PAM_CODE_SET(PAM_SUCCESS))
#define IGNORED  PAM_CODE_SET(PAM_IGNORE)

/* 1: the verdict is given; 0: it is not; or a negative errno. */
static int without_anything(const struct judging *judging, struct pam_judged *ret)
{
	CLEANUP(pam_ways_clear) struct pam_ways ways = {.steps = NULL};
	int r = ask_ways(judging, REFUSALS, REFUSALS, false, &ways);

	if (r < 0 || !ways.gets_in)
		return r;
	ret->verdict = PAM_VERDICT_OPEN;
	blame_word(judging, &ways, ret);
	return 1;
}

static int with_password_alone(const struct judging *judging, struct pam_judged *ret)
{
	uint32_t passes = 0;

	for (int code = PAM_SUCCESS + 1; code < PAM_CODES; code++) {
		CLEANUP(pam_ways_clear) struct pam_ways ways = {.steps = NULL};
		uint32_t set = PAM_CODE_SET(code);
		int r = ask_ways(judging, set, set | IGNORED, true, &ways);

		if (r < 0)
			return r;
		if (!ways.gets_in)
			continue;
		if (!passes)
			blame(judging, &ways, ret);
		passes |= set;
	}
	ret->passes = passes;
	if (passes)
		ret->verdict = PAM_VERDICT_PASSWORD;
	return passes != 0;
}

static int with_code_alone(const struct judging *judging, struct pam_judged *ret)
{
	CLEANUP(pam_ways_clear) struct pam_ways ways = {.steps = NULL};
	int r = ask_ways(judging, PAM_CODE_SET(PAM_SUCCESS), IGNORED, false, &ways);

	if (r < 0)
		return r;
	for (size_t i = 0; i < judging->stack->n; i++)
		ret->is_charged |= is_of(judging, i, PAM_ROLE_JUDGE) && ways.reached[i];
	if (!ways.gets_in)
		return 0;
	ret->verdict = PAM_VERDICT_CODE;
	ret->leak = PAM_LEAK_BY_ITSELF;
	ret->culprit = ret->judge;
	return 1;
}

static int with_both(const struct judging *judging, struct pam_judged *ret)
{
	CLEANUP(pam_ways_clear) struct pam_ways ways = {.steps = NULL};
	int r = ask_ways(judging, PAM_CODE_SET(PAM_SUCCESS), IGNORED, true, &ways);

	if (r < 0)
		return r;
	ret->verdict = ways.gets_in ? PAM_VERDICT_HOLDS : PAM_VERDICT_NOBODY;
	return 0;
}

/* The worst is told. A lighter question is asked all the same for what it finds out. */
static int ask_all(const struct judging *judging, struct pam_judged *ret)
{
	struct pam_judged lighter = *ret;
	int open = without_anything(judging, ret), password, code;

	if (open < 0)
		return open;
	password = with_password_alone(judging, open ? &lighter : ret);
	if (password < 0)
		return password;
	if (open)
		ret->passes = lighter.passes;
	code = with_code_alone(judging, open || password ? &lighter : ret);
	if (code < 0)
		return code;
	ret->is_charged |= lighter.is_charged;
	return open || password || code ? 0 : with_both(judging, ret);
}

static void first(size_t *ret, size_t handler)
{
	if (*ret == PAM_NO_HANDLER)
		*ret = handler;
}

static void look_at(struct judging *judging, size_t i, struct pam_judged *ret)
{
	switch (judging->roles[i]) {
	case PAM_ROLE_ASK:
		ret->asks_late |= ret->password != PAM_NO_HANDLER;
		first(&ret->ask, i);
		break;
	case PAM_ROLE_JUDGE:
		judging->n_judges++;
		first(&ret->judge, i);
		break;
	case PAM_ROLE_PASSWORD:
		judging->n_passwords++;
		ret->judges_early |= ret->judge != PAM_NO_HANDLER;
		first(&ret->password, i);
		break;
	case PAM_ROLE_MISSPELT: first(&ret->misspelt, i); break;
	case PAM_ROLE_OTHER: break;
	}
}

static void look_at_lines(
	struct judging *judging, const struct pam_facts *facts, struct pam_judged *ret)
{
	const struct pam_stack *stack = judging->stack;

	for (size_t i = 0; i < stack->n; i++) {
		judging->roles[i] = pam_module_role(&stack->handlers[i]);
		judging->others[i] = pam_module_codes(&stack->handlers[i], facts);
		look_at(judging, i, ret);
		ret->is_missing |=
			(is_of(judging, i, PAM_ROLE_ASK) || is_of(judging, i, PAM_ROLE_JUDGE)) &&
			judging->others[i] == PAM_CODE_SET(PAM_MODULE_UNKNOWN);
	}
	ret->judges_twice = judging->n_judges > 1;
}

int pam_stack_judge(
	const struct pam_stack *stack, const struct pam_facts *facts, struct pam_judged *ret)
{
	CLEANUP(cleanup_free) enum pam_role *roles = calloc(stack->n + 1, sizeof(*roles));
	CLEANUP(cleanup_free) uint32_t *others = calloc(stack->n + 1, sizeof(*others));
	CLEANUP(cleanup_free) uint32_t *codes = calloc(stack->n + 1, sizeof(*codes));
	struct judging judging = {.stack = stack, .roles = roles, .others = others, .codes = codes};
	struct pam_judged judged = {.culprit = PAM_NO_HANDLER,
		.ask = PAM_NO_HANDLER,
		.judge = PAM_NO_HANDLER,
		.password = PAM_NO_HANDLER,
		.misspelt = PAM_NO_HANDLER};
	int r = 0;

	if (!roles || !others || !codes)
		return -ENOMEM;
	look_at_lines(&judging, facts, &judged);
	if (stack->fault == PAM_STACK_WHOLE)
		r = ask_all(&judging, &judged);
	else if (stack->fault == PAM_STACK_ABORTED)
		judged.verdict = PAM_VERDICT_NOBODY;
	if (r == -E2BIG) {
		judged.verdict = PAM_VERDICT_UNTOLD;
		r = 0;
	}
	if (r == 0)
		*ret = judged;
	return r;
}
