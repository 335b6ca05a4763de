#include "pam/verify_login.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "pam/envelopes.h"
#include "pam/judge.h"
#include "pam/login_clock.h"
#include "pam/membership.h"
#include "pam/rules_file.h"
#include "pam/spool.h"
#include "pam/typed.h"
#include "pam/verify_session.h"
#include "policy/characters.h"
#include "policy/code_text.h"
#include "policy/login_name.h"
#include "policy/login_places.h"

#define WAIT_MS      5000
#define CONSOLE_MAX  63
#define TELL_WAIT_MS 0 /* what cannot be told now is told next time */

struct login {
	const struct verify_request *request;
	int state_fd, secrets_fd, records_fd, spool_fd; /* or a negative errno */
	struct login_rules rules;
	enum rules_found found;
	struct login_decision decision;
	int64_t now_s, floor_s;
	bool is_clock_lost;
	struct judge_lost_clock clock;
	int64_t date_s; /* of the token, where it refuses */
	char boot[BOOT_ID_TEXT_SIZE];
	struct login_event event;
};

static int open_folder(int at_fd, const char *path)
{
	int fd = at_fd < 0 && at_fd != AT_FDCWD
			 ? at_fd
			 : openat(at_fd, path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 && at_fd != fd ? -errno : fd;
}

static int open_below(const char *root, const char *path)
{
	char whole[512];
	int size = snprintf(whole, sizeof(whole), "%s%s", root, path);

	return size < 0 || (size_t)size >= sizeof(whole) ? -ENAMETOOLONG
							 : open_folder(AT_FDCWD, whole);
}

/*
 * The clock is believed unless it is before what is proven; then what two codes in a row taught
 * since the machine was started, or that floor.
 */
static void read_clocks(struct login *login)
{
	struct learned_clock learned = {};
	struct timespec boot = {};
	enum login_time found;

	login->now_s = time(NULL);
	login->floor_s = rules_file_floor_s(login->state_fd);
	login->is_clock_lost = login->now_s < login->floor_s;
	if (!login->is_clock_lost)
		return;
	(void)clock_gettime(CLOCK_BOOTTIME, &boot);
	(void)login_clock_boot(login->boot);
	(void)login_clock_read(login->state_fd, &learned);
	found = learned_clock_now(
		&learned, login->boot, boot.tv_sec, login->now_s, login->floor_s, &login->now_s);
	login->clock = (struct judge_lost_clock){
		.floor_s = login->floor_s,
		.is_learned = found == LOGIN_TIME_LEARNED,
		.boottime_s = boot.tv_sec,
		.boot = login->boot,
	};
}

static void login_open(const char *root, const struct verify_request *request, struct login *ret)
{
	*ret = (struct login){.request = request};
	ret->state_fd = open_below(root, STATE_FOLDER);
	ret->secrets_fd = open_below(root, SECRETS_FOLDER);
	ret->records_fd = open_folder(ret->state_fd, RECORDS_FOLDER);
	ret->spool_fd = open_folder(ret->state_fd, LOGIN_SPOOL_FOLDER);
	read_clocks(ret);
}

static void login_close(struct login *login)
{
	const int fds[] = {login->state_fd, login->secrets_fd, login->records_fd, login->spool_fd};

	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

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

/* What the desk looks the record up by. */
static void make_reference(char ret[LOGIN_REFERENCE_SIZE])
{
	uint8_t random[LOGIN_REFERENCE_SIZE - 1];
	char symbols[CODE_SYMBOLS_SIZE];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return;
	code_text_make(random, sizeof(random), symbols);
	memcpy(ret, symbols, LOGIN_REFERENCE_SIZE);
}

static void begin_event(struct login *login)
{
	const struct verify_request *request = login->request;
	struct login_event *event = &login->event;

	*event = (struct login_event){.caller = request->caller};
	spool_stamp(event);
	snprintf(event->user, sizeof(event->user), "%s", request->user);
	snprintf(event->service, sizeof(event->service), "%s", request->service);
	snprintf(event->terminal, sizeof(event->terminal), "%s", request->terminal);
	snprintf(event->host, sizeof(event->host), "%s", request->host);
	make_reference(event->reference);
}

static void judge_code(struct login *login, const struct typed *typed)
{
	const struct login_rules *rules = &login->rules;
	const struct judge_place place = {
		.state_fd = login->state_fd,
		.records_fd = login->records_fd,
		.secrets_fd = login->secrets_fd,
	};
	const struct judge_rules judge_rules = {
		.attempts = {.lock_after = rules->lock_after, .lock_for_s = rules->lock_for_s},
		.steps = {.behind = rules->window,
			.ahead = rules->window,
			.drift_max = rules->drift},
		.counts = {.ahead = rules->look_ahead, .search = rules->search},
		.methods = rules->methods,
		.wait_ms = WAIT_MS,
	};
	const struct judge_request request = {
		.user = login->request->user,
		.typed = typed,
		.is_own = login->request->caller != 0,
		.now_s = login->now_s,
		.lost_clock = login->is_clock_lost ? &login->clock : NULL,
	};
	struct login_event *event = &login->event;
	struct judge_answer answer;

	judge(&place, &judge_rules, &request, &answer);
	event->reason = answer.reason;
	event->error = -answer.error;
	event->wait_s = answer.wait_s;
	event->drift = answer.drift;
	event->number = answer.number;
	login->date_s = answer.date_s;
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
				  login->now_s, WAIT_MS, &answer)
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

static void complain(const struct login_event *event, const char *what, int error)
{
	openlog("sekisho-verify", LOG_PID, LOG_AUTHPRIV);
	syslog(LOG_ERR, "reference %s: login %s (%s): %s: %s", event->reference,
		login_reason_lets_in(event->reason) ? "let in" : "refused",
		login_reason_name(event->reason), what, strerrordesc_np(error));
	closelog();
}

/*
 * Nobody comes in with a code without a record of it. Sealed envelopes are for when nothing else
 * works, and whom policy does not ask is let in by the password alone: there the journal has to do.
 */
static bool needs_record(enum login_reason reason)
{
	return reason == LOGIN_RIGHT || reason == LOGIN_RECOVERY_RIGHT;
}

static void record(struct login *login)
{
	struct login_event *event = &login->event;
	int r = login->spool_fd < 0 ? login->spool_fd : spool_write(login->spool_fd, event);

	if (event->error != 0)
		complain(event, "the record of the token", event->error);
	if (r == 0)
		return;
	complain(event, "this cannot be recorded in " STATE_FOLDER "/" LOGIN_SPOOL_FOLDER, -r);
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
	begin_event(&login);
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
	};
	snprintf(ret->reference, sizeof(ret->reference), "%s", login.event.reference);
	tell(&login, ret);
	login_close(&login);
}
