#include "pam/enrol_serve.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <syslog.h>
#include <unistd.h>

#include "pam/code_hash.h"
#include "pam/enrol_record.h"
#include "pam/judge.h"
#include "pam/spool.h"
#include "pam/token_secret.h"
#include "pam/typed.h"
#include "pam/verify_process.h"
#include "policy/recovery_codes.h"

#define SERVICE       "sekisho-enrol"
#define CODES_WANTED  2
#define PERSON_WAIT_S (15 * 60) /* so long somebody may look for the phone */

/* One enrolment. Everything in it that is secret lies here, to be wiped at once. */
struct session {
	struct verify_request request;
	struct login login;
	struct enrol_state state;
	struct code_token token; /* with the secret, while it is needed */
	struct enrol_line line;
	char user[ACCOUNT_NAME_MAX + 1];
	char said[ENROL_LINE_SIZE], typed[ENROL_LINE_SIZE];
	int in_fd, out_fd;
};

static void complain(const char *what, int error)
{
	openlog(SERVICE, LOG_PID, LOG_AUTHPRIV);
	syslog(LOG_ERR, "%s: %s", what, strerrordesc_np(error));
	closelog();
}

static int say(struct session *session)
{
	int size = enrol_line_write(&session->line, session->said), r = size;
	ssize_t n = 0;

	for (ssize_t at = 0; r > 0 && at < size; at += n) {
		n = write(session->out_fd, session->said + at, (size_t)(size - at));
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n <= 0)
			r = -EPIPE;
	}
	explicit_bzero(session->said, sizeof(session->said));
	explicit_bzero(&session->line, sizeof(session->line));
	return r < 0 ? r : 0;
}

static int say_closed(struct session *session, enum enrol_closed why)
{
	session->line = (struct enrol_line){.word = ENROL_CLOSED, .closed = why};
	return say(session);
}

/* Durable before the other end learns anything; 0 or a negative errno. */
static int record(struct session *session, enum login_reason reason)
{
	struct login *login = &session->login;
	int r;

	login_begin_event(login);
	login->event.reason = reason;
	snprintf(login->event.token, sizeof(login->event.token), "%s", session->state.head.serial);
	r = login->spool_fd < 0 ? login->spool_fd : spool_write(login->spool_fd, &login->event);
	if (r < 0)
		complain("an enrolment cannot be recorded", -r);
	return r;
}

static int read_secret(struct session *session)
{
	session->token = session->state.head.token;
	return token_secret_read(session->login.secrets_fd, session->user, &session->token);
}

static int give_secret(struct session *session)
{
	const struct code_token *token = &session->token;
	int r = read_secret(session);

	if (r < 0)
		return say_closed(
			session, r == -ENOENT ? ENROL_CLOSED_NO_SECRET : ENROL_CLOSED_FAULT);
	if (record(session, LOGIN_SECRET_SHOWN) < 0) {
		explicit_bzero(&session->token, sizeof(session->token));
		return say_closed(session, ENROL_CLOSED_FAULT);
	}
	session->line = (struct enrol_line){
		.word = ENROL_SECRET,
		.token = {.type = token->kind,
			.hash = token->hash,
			.digits = token->digits,
			.period_s = token->period_s,
			.count = token->kind == CODE_HOTP ? session->state.next : 0},
	};
	snprintf(session->line.user, sizeof(session->line.user), "%s", session->user);
	base32_encode(token->secret, token->secret_size, session->line.secret);
	explicit_bzero(&session->token, sizeof(session->token));
	return say(session);
}

/* A line without its LF in session->typed. 0; -EPIPE: the other end is gone, or says nonsense. */
static int hear(struct session *session)
{
	size_t size = 0;
	ssize_t n;

	(void)alarm(PERSON_WAIT_S);
	do {
		n = read(session->in_fd, session->typed + size, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -EPIPE;
		size++;
	} while (session->typed[size - 1] != '\n' && size < sizeof(session->typed));
	verify_process_wake();
	if (session->typed[size - 1] != '\n')
		return -EPIPE;
	session->typed[size - 1] = '\0';
	return 0;
}

/* By the rules of every login. A code from paper is none of the token's. */
static void judge_typed(struct session *session, struct judge_answer *ret)
{
	struct login *login = &session->login;
	const struct judge_place place = login_judge_place(login);
	const struct judge_rules rules = login_judge_rules(login);
	struct typed typed;
	const struct judge_request request = {
		.user = session->user,
		.typed = &typed,
		.is_own = true, /* root's, too: no guess here keeps a login waiting */
		.now_s = login->now_s,
		.lost_clock = login->is_clock_lost ? &login->clock : NULL,
	};

	typed_read(session->typed, &typed);
	explicit_bzero(session->typed, sizeof(session->typed));
	if (typed.form == TYPED_CODE)
		judge(&place, &rules, &request, ret);
	else
		*ret = (struct judge_answer){.reason = LOGIN_WRONG};
	explicit_bzero(&typed, sizeof(typed));
}

/* Time passes while people type. */
static void open_anew(struct session *session, const char *root)
{
	login_close(&session->login);
	login_open(root, &session->request, &session->login);
	if (rules_file_read(session->login.state_fd, &session->login.rules) == RULES_NONE)
		login_rules_strict(&session->login.rules);
}

static int take_codes(struct session *session, const char *root)
{
	unsigned n_right = 0;
	int r = 0;

	while (r == 0 && n_right < CODES_WANTED) {
		struct judge_answer answer;

		r = hear(session);
		if (r < 0)
			return r;
		open_anew(session, root);
		judge_typed(session, &answer);
		n_right += answer.reason == LOGIN_RIGHT;
		/* Guesses are seen wherever they are made, and a lock has its reason. */
		if (answer.reason != LOGIN_RIGHT)
			(void)record(session, answer.reason);
		session->line = (struct enrol_line){
			.word = ENROL_JUDGED, .reason = answer.reason, .wait_s = answer.wait_s};
		r = say(session);
	}
	return r;
}

/* A list that was not made by the desk's ticket may have other codes: those are not given. */
static size_t derive(struct session *session)
{
	const struct user_head *head = &session->state.head;
	size_t n = 0;

	for (unsigned i = 1; i <= RECOVERY_CODES_MAX; i++) {
		char *code = session->line.recovery[n];

		if (recovery_code_derive(session->token.secret, session->token.secret_size,
			    session->user, head->serial, i, code) == 0 &&
			code_hash_find(code, head->recovery, head->n_recovery) >= 0)
			n++;
	}
	return n;
}

static int give_recovery(struct session *session)
{
	int r = read_secret(session);

	if (r == 0)
		r = enrol_state_end(&session->login);
	if (r < 0) {
		explicit_bzero(&session->token, sizeof(session->token));
		complain("an enrolment cannot be ended", -r);
		return say_closed(session, r == -EALREADY ? ENROL_CLOSED_DONE
					   : r == -ENOENT ? ENROL_CLOSED_NO_SECRET
							  : ENROL_CLOSED_FAULT);
	}
	(void)record(session, LOGIN_ENROLLED);
	session->line = (struct enrol_line){.word = ENROL_RECOVERY};
	session->line.n_recovery = derive(session);
	explicit_bzero(&session->token, sizeof(session->token));
	return say(session);
}

/* The account whose process this is, and no other that is named. */
static int find_account(struct session *session, uid_t caller)
{
	const struct passwd *account = getpwuid(caller);

	if (!account || !account_name_is_valid(account->pw_name))
		return -ENOENT;
	snprintf(session->user, sizeof(session->user), "%s", account->pw_name);
	session->request = (struct verify_request){.service = SERVICE,
		.user = session->user,
		.typed = "",
		.terminal = "",
		.host = "",
		.caller = caller};
	return 0;
}

static int serve(struct session *session, const char *root)
{
	int r = -EINVAL;

	switch (session->state.enrolment) {
	case ENROLMENT_NONE:
	case ENROLMENT_UNUSED:
	case ENROLMENT_OVER:
	case ENROLMENT_DONE: return say_closed(session, session->state.why);
	case ENROLMENT_CODES:
		session->line = (struct enrol_line){.word = ENROL_CODES};
		r = say(session);
		break;
	case ENROLMENT_SECRET: r = give_secret(session); break;
	}
	if (r == 0)
		r = take_codes(session, root);
	return r < 0 ? r : give_recovery(session);
}

static int begin(struct session *session, const char *root, uid_t caller)
{
	int r = find_account(session, caller);

	if (r < 0)
		return r;
	open_anew(session, root);
	enrol_state_read(&session->login, &session->state);
	return 0;
}

static void end(struct session *session)
{
	login_close(&session->login);
	explicit_bzero(session, sizeof(*session));
}

int enrol_serve(const char *root, uid_t caller, int in_fd, int out_fd)
{
	static struct session session;
	int r;

	(void)mlock(&session, sizeof(session));
	session = (struct session){.in_fd = in_fd,
		.out_fd = out_fd,
		.login = {.state_fd = -1, .secrets_fd = -1, .records_fd = -1, .spool_fd = -1}};
	r = begin(&session, root, caller);
	r = r < 0 ? say_closed(&session, ENROL_CLOSED_NO_TICKET) : serve(&session, root);
	end(&session);
	return r;
}

int enrol_due(const char *root, uid_t caller, int out_fd)
{
	static struct session session;
	int r;

	session = (struct session){.out_fd = out_fd,
		.login = {.state_fd = -1, .secrets_fd = -1, .records_fd = -1, .spool_fd = -1}};
	r = begin(&session, root, caller);
	if (r == 0 && session.state.enrolment >= ENROLMENT_CODES) {
		session.line = (struct enrol_line){.word = ENROL_CODES};
		r = say(&session);
	} else {
		r = say_closed(&session, r < 0 ? ENROL_CLOSED_NO_TICKET : session.state.why);
	}
	end(&session);
	return r;
}
