#include "pam/verify_login.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pam/envelopes.h"
#include "pam/membership.h"
#include "pam/rules_file.h"
#include "pam/spool.h"
#include "pam/typed.h"
#include "pam/verify_session.h"
#include "pam/verify_state.h"
#include "policy/characters.h"
#include "policy/login_name.h"
#include "policy/login_places.h"

#define CONSOLE_MAX  63
#define TELL_WAIT_MS 0 /* what cannot be told now is told next time */

/*
 * Only groups that the rules name are asked for: most sites name none. No failure of the name
 * service takes somebody out of a group that needs a code, or into one that needs none.
 */
static void decide(struct login *login)
{
	struct login_rules *rules = &login->rules;
	const char *groups[POLICY_LOGIN_GROUPS_MAX];
	int64_t now_s = login->now_s > login->floor_s ? login->now_s : login->floor_s;
	size_t n = 0;

	for (size_t i = 0; i < rules->n_groups; i++) {
		int r = membership_of(login->request->user, rules->groups[i].name);

		if (r < 0)
			rules->groups[i].mode = SECOND_FACTOR_REQUIRED;
		if (r != 0)
			groups[n++] = rules->groups[i].name;
	}
	login_rules_decide(rules, login->request->service, login->request->user, groups, n, now_s,
		&login->decision);
}

static void login_decide(struct login *login)
{
	login->found = rules_file_read(login->state_fd, &login->rules);
	if (login->found == RULES_NONE)
		login->decision = (struct login_decision){
			.mode = SECOND_FACTOR_OFF, .boxes = LOGIN_TWO_BOXES};
	else
		decide(login);
}

/*
 * Where the code ends that stands behind a password: the token says how long it is. No password was
 * judged yet, so nothing is locked.
 */
static unsigned digits_of(const struct login *login)
{
	const struct verify_request *request = login->request;
	struct user_head head;

	if (request->caller != 0 && !membership_is_account(request->user, request->caller))
		return CODE_DIGITS_MIN;
	if (login->records_fd < 0 || !account_name_is_valid(request->user) ||
		user_file_head(login->records_fd, request->user, &head) < 0)
		return CODE_DIGITS_MIN;
	return head.token.digits;
}

void verify_ask(const char *root, const struct verify_request *request, struct answer_ask *ret)
{
	struct login login;
	bool has_one_box;

	login_open(root, request, &login);
	login_decide(&login);
	has_one_box = login.decision.boxes == LOGIN_ONE_BOX;
	*ret = (struct answer_ask){.digits = CODE_DIGITS_MIN};
	if (login.decision.mode == SECOND_FACTOR_REQUIRED)
		ret->boxes = has_one_box ? 1 : 2;
	if (ret->boxes == 1)
		ret->digits = digits_of(&login);
	login_close(&login);
}

/* Up to now, as sekishod will write it, too. */
static int read_run(
	const struct login *login, const char *boot, uint64_t boottime_ms, struct login_run *ret)
{
	char day[PHONE_DAY_SIZE];
	int r = rules_file_run(login->state_fd, ret);

	if (r < 0)
		return r;
	running_time_count(&ret->run, boot, boottime_ms);
	login_run_day(login->now_s, day);
	login_run_see(ret, day);
	return 0;
}

/* NULL where this boot has no name: then nobody could tell how long the machine has run. */
static const struct phone_place *open_phone(
	const struct login *login, char boot[BOOT_ID_TEXT_SIZE], struct phone_place *ret)
{
	struct timespec now;
	int r;

	if (login_clock_boot(boot) < 0 || clock_gettime(CLOCK_BOOTTIME, &now) < 0)
		return NULL;
	*ret = (struct phone_place){
		.folder_fd = login_open_folder(login, LOGIN_PHONE_FOLDER),
		.secrets_fd = login->secrets_fd,
		.boot = boot,
		.boottime_ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000,
	};
	r = read_run(login, boot, ret->boottime_ms, &ret->run);
	/* Without it nobody could tell, either, and that is said as of the folder itself. */
	if (r < 0) {
		if (ret->folder_fd >= 0)
			close(ret->folder_fd);
		ret->folder_fd = r;
	}
	return ret;
}

static void judge_code(struct login *login, const struct typed *typed)
{
	const struct judge_place place = login_judge_place(login);
	const struct judge_rules judge_rules = login_judge_rules(login);
	char boot[BOOT_ID_TEXT_SIZE] = "";
	struct phone_place phone = {.folder_fd = -1};
	struct judge_request request = {
		.user = login->request->user,
		.typed = typed,
		.is_own = login->request->caller != 0,
		.now_s = login->now_s,
		.lost_clock = login->is_clock_lost ? &login->clock : NULL,
	};
	struct login_event *event = &login->event;
	struct judge_answer answer;

	request.phone = open_phone(login, boot, &phone);
	judge(&place, &judge_rules, &request, &answer);
	event->reason = answer.reason;
	event->error = -answer.error;
	event->wait_s = answer.wait_s;
	event->drift = answer.drift;
	event->number = answer.number;
	login->date_s = answer.date_s;
	login->shown = answer.shown;
	if (phone.folder_fd >= 0)
		close(phone.folder_fd);
	snprintf(event->token, sizeof(event->token), "%s", answer.token);
}

/* A text console of this machine, as a program of root says: "tty1" to "tty63". */
static bool is_console(const struct verify_request *request)
{
	const char *name = request->terminal;
	unsigned number = 0;

	if (strncmp(name, "/dev/", 5) == 0)
		name += 5;
	if (request->caller != 0 || request->host[0] != '\0' || strncmp(name, "tty", 3) != 0)
		return false;
	for (name += 3; is_digit(*name) && number <= CONSOLE_MAX; name++)
		number = number * 10 + (unsigned)(*name - '0');
	return *name == '\0' && number >= 1 && number <= CONSOLE_MAX;
}

static void judge_envelope(struct login *login, const struct typed *typed)
{
	struct login_event *event = &login->event;
	struct envelope_answer answer = {};
	int r = is_console(login->request)
			? envelopes_check(login->state_fd, typed->symbols, login->request->user,
				  login->now_s, LOGIN_WAIT_MS, &answer)
			: -ENOENT;

	event->number = answer.number;
	if (r == -EBADMSG)
		event->reason = LOGIN_DAMAGED;
	else if (r == 0)
		event->reason = answer.verdict == ENVELOPE_RIGHT  ? LOGIN_ENVELOPE_RIGHT
				: answer.verdict == ENVELOPE_USED ? LOGIN_USED
								  : LOGIN_WRONG;
	else
		event->reason = r == -ENOENT      ? LOGIN_WRONG
				: r == -ETIMEDOUT ? LOGIN_BUSY
						  : LOGIN_FAULT;
	event->error = r == -ENOENT ? 0 : -r;
}

static void judge_typed(struct login *login)
{
	struct typed typed;

	typed_read(login->request->typed, &typed);
	if (typed.form == TYPED_ENVELOPE)
		judge_envelope(login, &typed);
	else
		judge_code(login, &typed);
	explicit_bzero(&typed, sizeof(typed));
}

static void judge_required(struct login *login)
{
	const struct verify_request *request = login->request;
	struct login_event *event = &login->event;

	if (request->caller != 0 && !membership_is_account(request->user, request->caller))
		event->reason = LOGIN_NOT_OWN;
	else if (request->typed[0] == '\0')
		event->reason = LOGIN_NOT_ASKED;
	else
		judge_typed(login);
}

/*
 * Nobody comes in with a code without a record of it. Sealed envelopes are for when nothing else
 * works, and whom policy does not ask is let in by the password alone: there the journal has to do.
 */
static bool needs_record(enum login_reason reason)
{
	return reason == LOGIN_RIGHT || reason == LOGIN_RECOVERY_RIGHT ||
	       reason == LOGIN_TICKET_RIGHT || reason == LOGIN_PHONE_RIGHT ||
	       reason == LOGIN_TEMPORARY_RIGHT;
}

static void record(struct login *login)
{
	struct login_event *event = &login->event;
	int r = login->spool_fd < 0 ? login->spool_fd : spool_write(login->spool_fd, event);

	if (event->error != 0)
		login_complain(event, "the record of the token", event->error);
	if (r == 0)
		return;
	login_complain(
		event, "this cannot be recorded in " STATE_FOLDER "/" LOGIN_SPOOL_FOLDER, -r);
	if (needs_record(event->reason)) {
		event->reason = LOGIN_FAULT;
		event->error = -r;
	}
}

static void record_lost_rules(const struct login *login)
{
	struct login_event event = login->event;

	event.reason = LOGIN_RULES_LOST;
	event.reference[0] = '\0';
	if (login->spool_fd >= 0)
		(void)spool_write(login->spool_fd, &event);
}

/* Behind the right password: what the person is told at the next login. */
static bool is_wrong_code(enum login_reason reason)
{
	return reason == LOGIN_WRONG || reason == LOGIN_USED || reason == LOGIN_LOCKED;
}

/* Whether there is anything to record. */
static bool judge_by_mode(struct login *login)
{
	switch (login->decision.mode) {
	case SECOND_FACTOR_REQUIRED: judge_required(login); return true;
	case SECOND_FACTOR_REHEARSE: login->event.reason = LOGIN_REHEARSED; return true;
	case SECOND_FACTOR_OFF: break;
	}
	login->event.reason =
		login->decision.source == LOGIN_BY_EXEMPTION ? LOGIN_EXEMPT : LOGIN_NOT_REQUIRED;
	return login->event.reason == LOGIN_EXEMPT;
}

/* Whoever logs in next, with a code, learns that somebody came in by an envelope. */
static void tell(const struct login *login, struct answer_judge *answer)
{
	struct envelope_news news[ENVELOPE_PLACES];
	size_t n = 0;

	if (!answer->is_let_in || answer->reason == LOGIN_ENVELOPE_RIGHT || login->state_fd < 0 ||
		login->request->caller != 0 ||
		envelopes_untold(login->state_fd, TELL_WAIT_MS, news, &n) < 0)
		return;
	for (size_t i = 0; i < n && i < ANSWER_ENVELOPES_MAX; i++)
		answer->envelopes[answer->n_envelopes++] = (struct answer_envelope){
			.number = news[i].number, .used_s = news[i].spent_s};
}

void verify_judge(const char *root, const struct verify_request *request, struct answer_judge *ret)
{
	struct login login;

	login_open(root, request, &login);
	login_decide(&login);
	login_begin_event(&login);
	if (login.found == RULES_STRICT || login.found == RULES_LAST_GOOD)
		record_lost_rules(&login);
	if (judge_by_mode(&login))
		record(&login);
	if (is_wrong_code(login.event.reason))
		verify_session_count_wrong(login.state_fd, request);
	*ret = (struct answer_judge){
		.is_let_in = login_reason_lets_in(login.event.reason),
		.reason = login.event.reason,
		.wait_s = login.event.wait_s,
		.date_s = login.date_s,
		.shown = login.shown,
	};
	snprintf(ret->reference, sizeof(ret->reference), "%s", login.event.reference);
	tell(&login, ret);
	login_close(&login);
}
