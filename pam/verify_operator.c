#include "pam/verify_operator.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pam/operator_budget.h"
#include "pam/spool.h"
#include "pam/typed.h"
#include "pam/user_file.h"
#include "pam/verify_state.h"
#include "policy/login_name.h"
#include "policy/operator.h"

/* The person's own record is asked to charge nothing, and to tell no time of a lost clock. */
static void judge_code(struct login *login, const struct typed *typed)
{
	const struct judge_place place = login_judge_place(login);
	const struct judge_rules rules = login_judge_rules(login);
	struct attempts none = {};
	const struct judge_request request = {
		.user = login->request->user,
		.typed = typed,
		.is_own = true,
		.budget = &none,
		.now_s = login->now_s,
		.lost_clock = login->is_clock_lost ? &login->clock : NULL,
	};
	struct login_event *event = &login->event;
	struct judge_answer answer;

	judge(&place, &rules, &request, &answer);
	event->reason = answer.reason;
	event->error = -answer.error;
	event->drift = answer.drift;
	event->number = answer.number;
	snprintf(event->token, sizeof(event->token), "%s", answer.token);
}

/* Of a token that does not count today, too: as at the login, who was right guessed nothing. */
static bool is_right(enum login_reason reason)
{
	return reason == LOGIN_RIGHT || reason == LOGIN_NOT_YET || reason == LOGIN_EXPIRED;
}

/* Charged before it is judged, and durable: guesses side by side are all counted. */
static int judge_charged(
	struct login *login, const struct typed *typed, struct operator_budget *budget)
{
	const struct attempt_rules rules = login_judge_rules(login).attempts;
	struct login_event *event = &login->event;
	int r;

	(void)attempts_set_right(&budget->attempts, &rules, login->now_s);
	event->wait_s = attempts_wait_s(&budget->attempts, login->now_s);
	if (event->wait_s > 0) {
		event->reason = LOGIN_LOCKED;
		return 0;
	}
	attempts_charge(&budget->attempts, &rules, login->now_s);
	r = operator_budget_write(budget);
	if (r < 0)
		return r;
	judge_code(login, typed);
	if (is_right(event->reason)) {
		attempts_forgive(&budget->attempts);
		r = operator_budget_write(budget);
	}
	event->wait_s = attempts_wait_s(&budget->attempts, login->now_s);
	return r;
}

/* Of somebody who has no token here no file is made: anybody may name anybody. */
static void judge_budgeted(struct login *login, const struct typed *typed)
{
	const struct attempt_rules rules = login_judge_rules(login).attempts;
	struct login_event *event = &login->event;
	int folder_fd = login_open_folder(login, OPERATOR_FOLDER);
	struct operator_budget budget;
	struct user_head head;
	int r = login->records_fd < 0
			? login->records_fd
			: user_file_head(login->records_fd, login->request->user, &head);

	if (r == -ENOENT)
		judge_code(login, typed);
	else if (r == 0)
		r = operator_budget_open(folder_fd, login->request->user, &rules, login->now_s,
			LOGIN_WAIT_MS, &budget);
	if (r == 0) {
		r = judge_charged(login, typed, &budget);
		operator_budget_close(&budget);
	}
	if (r < 0 && r != -ENOENT) {
		event->reason = r == -ETIMEDOUT ? LOGIN_BUSY : LOGIN_FAULT;
		event->error = -r;
	}
	if (folder_fd >= 0)
		close(folder_fd);
}

/*
 * The refusals of whoever sits here go to the spool that is his own, which he may have filled, or
 * have frozen a helper with: then he guesses nothing.
 */
static bool can_record(struct login *login)
{
	int r = login->spool_fd < 0 ? login->spool_fd : spool_check(login->spool_fd, &login->event);

	if (r < 0) {
		login->event.reason = LOGIN_FAULT;
		login->event.error = -r;
	}
	return r == 0;
}

static void judge_offered(struct login *login)
{
	struct typed typed;

	typed_read(login->request->typed, &typed);
	if (!account_name_is_valid(login->request->user))
		login->event.reason = LOGIN_NOT_ENROLLED;
	else if (typed.form != TYPED_CODE)
		login->event.reason = LOGIN_WRONG; /* and no guess at a code */
	else
		judge_budgeted(login, &typed);
	explicit_bzero(&typed, sizeof(typed));
	if (login->event.reason == LOGIN_RIGHT)
		login->event.reason = LOGIN_OPERATOR_RIGHT;
}

void verify_operator(
	const char *root, const struct verify_request *request, struct login_event *ret)
{
	struct login login;
	struct login_event *event = &login.event;

	login_open(root, request, &login);
	login.found = rules_file_read(login.state_fd, &login.rules);
	login_begin_event(&login);
	if (login.found == RULES_NONE || !operator_is_offered(&login.rules))
		event->reason = LOGIN_OPERATOR_OFF;
	else if (can_record(&login))
		judge_offered(&login);
	if (event->reason != LOGIN_OPERATOR_RIGHT) {
		int r = login.spool_fd < 0 ? login.spool_fd : spool_write(login.spool_fd, event);

		if (r < 0)
			login_complain(event, "this cannot be recorded", -r);
	}
	if (event->error != 0)
		login_complain(event, "the record of the token", event->error);
	*ret = *event;
	login_close(&login);
}
