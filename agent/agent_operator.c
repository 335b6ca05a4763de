/*
 * Who works in the session at the screen. Records are stamped by what logind says at that moment,
 * not by what was heard of it: so a session that comes to the screen brings its own operator along,
 * and none carries another's.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

#include "agent/agent_internal.h"
#include "agent/seat.h"
#include "agent/store.h"
#include "policy/cleanup.h"
#include "policy/operator.h"

#define OPERATORS_FILE "operators"
/* Between the clocks of a login and of now: beyond it, it was another boot, or a clock was set. */
#define SAME_BOOT_MS 2000

/* The operator at the screen, or NULL. */
static const struct operator* current(const struct agent *agent)
{
	char session[OPERATOR_SESSION_SIZE];
	uint32_t uid;

	if (agent->operator.operators.n == 0 || seat_active(session, &uid) <= 0)
		return NULL;
	return operators_find(&agent->operator.operators, session, uid);
}

static const char *note_current(struct agent *agent)
{
	const struct operator* operator= current(agent);
	const char *user = operator? operator->user : NULL;

	operator_history_add(&agent->operator.history, agent_boottime_ms(), user);
	return user;
}

/* Of what reached us late: who it was then, if that was in this boot. */
static const char *then(const struct agent *agent, const struct login_event *login)
{
	int64_t boot_ms = login->realtime_ms - (int64_t)login->boottime_ms;
	int64_t now_ms = agent_realtime_ms() - (int64_t)agent_boottime_ms();

	if (boot_ms - now_ms > SAME_BOOT_MS || now_ms - boot_ms > SAME_BOOT_MS)
		return NULL;
	return operator_history_at(&agent->operator.history, login->boottime_ms);
}

const char *agent_operator_of(struct agent *agent, const struct record *record)
{
	const char *user = note_current(agent);

	return record->login && record->event != RECORD_OPERATOR_CHANGED &&
			       record->event != RECORD_OPERATOR_ENDED
		       ? then(agent, record->login)
		       : user;
}

void agent_operator_status(const struct agent *agent, const char **ret_user, int64_t *ret_since_s)
{
	const struct operator* operator= current(agent);

	*ret_user = operator   ? operator->user : NULL;
	*ret_since_s = operator? operator->since_ms / 1000 : 0;
}

/* --- the file --- */

static int store(struct agent *agent)
{
	char text[OPERATORS_FILE_SIZE];

	if (agent->operator.operators.n == 0)
		return store_remove(agent->state_fd, OPERATORS_FILE);
	return store_write(agent->state_fd, OPERATORS_FILE, text,
		operators_encode(&agent->operator.operators, agent->boot_id, text));
}

/* One that cannot be stored would be somebody else again after a restart. */
static int keep(struct agent *agent, const struct operators *before)
{
	int r = store(agent);

	if (r < 0) {
		agent->operator.operators = * before;
		(void)store(agent);
	}
	return r;
}

static void read_file(struct agent *agent)
{
	CLEANUP(cleanup_free) char *text = NULL;
	size_t size;
	int r = store_read(agent->state_fd, OPERATORS_FILE, OPERATORS_FILE_SIZE, &text, &size);

	if (r == 0)
		r = operators_decode(text, size, agent->boot_id, &agent->operator.operators);
	if (r == -ENOENT)
		return;
	if (r < 0)
		(void)store_remove(agent->state_fd, OPERATORS_FILE);
	if (r < 0 && r != -ESTALE)
		fprintf(stderr, SD_WARNING "who works here was lost: %s: %s\n", OPERATORS_FILE,
			strerror(-r));
}

/* --- sessions that end --- */

static int record_end(struct agent *agent, const struct operator* operator, const char * why)
{
	struct login_event login = {
		.reason = LOGIN_OPERATOR_ENDED,
		.realtime_ms = agent_realtime_ms(),
		.boottime_ms = agent_boottime_ms(),
		.service = OPERATOR_SERVICE,
		.caller = operator->uid,
	};
	struct record record = {
		.event = RECORD_OPERATOR_ENDED,
		.realtime_ms = login.realtime_ms,
		.boottime_ms = login.boottime_ms,
		.login = &login,
	};

	memcpy(login.user, operator->user, sizeof(operator->user));
	snprintf(record.text, sizeof(record.text), "%s", why);
	return agent_record(agent, &record);
}

static int forget_ended(struct agent *agent)
{
	struct operators *operators = &agent->operator.operators;
	bool has_ended = false;
	int r = 0;

	for (size_t i = operators->n; i > 0 && r >= 0; i--) {
		const struct operator operator= operators->items[i - 1];

		if (seat_has_session(operator.session, operator.uid))
			continue;
		operators_end(operators, operator.session);
		has_ended = true;
		r = record_end(agent, &operator, "the session ended");
	}
	/* What is stored of an ended session is forgotten with the next that is read. */
	if (has_ended && store(agent) < 0)
		fprintf(stderr, SD_WARNING "%s cannot be stored\n", OPERATORS_FILE);
	return r;
}

static int on_sessions(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct agent *agent = userdata;
	int r;

	(void)sd_login_monitor_flush(agent->operator.sessions);
	r = forget_ended(agent);
	(void)note_current(agent);
	bus_touch(agent->bus);
	return r;
}

/* logind comes after us, and its folders with it: whoever can be an operator has a session of it.
 */
static void watch_sessions(struct agent *agent)
{
	struct agent_operator *own = &agent->operator;

	if (own->sessions || own->operators.n == 0 ||
		sd_login_monitor_new("session", &own->sessions) < 0)
		return;
	if (sd_event_add_io(agent->event, &own->sessions_source,
		    sd_login_monitor_get_fd(own->sessions), EPOLLIN, on_sessions, agent) < 0)
		own->sessions = sd_login_monitor_unref(own->sessions);
}

int agent_operator_minute(struct agent *agent)
{
	watch_sessions(agent);
	return forget_ended(agent);
}

/* --- a change --- */

/* The account that owns the spool of logins is the helper's, and none but root's could make it. */
static bool is_helper(const struct agent *agent, uint32_t uid)
{
	struct stat facts;

	return uid == 0 ||
	       (fstatat(agent->state_fd, LOGIN_SPOOL_FOLDER, &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
		       S_ISDIR(facts.st_mode) && facts.st_uid == uid);
}

static bool is_fresh(const struct login_event *login)
{
	uint64_t now_ms = agent_boottime_ms();

	return login->boottime_ms <= now_ms && now_ms - login->boottime_ms <= OPERATOR_FRESH_MS;
}

static int record_change(struct agent *agent, const struct login_event *login)
{
	struct record record = {
		.event = RECORD_OPERATOR_CHANGED,
		.realtime_ms = login->realtime_ms,
		.boottime_ms = agent_boottime_ms(),
		.login = login,
	};
	bool is_written = false;
	int r = agent_record_if_possible(agent, &record, &is_written);

	return r < 0 ? r : is_written ? 0 : -EIO;
}

static int change(
	struct agent *agent, const struct operator* operator, const struct login_event * login)
{
	const struct operators before = agent->operator.operators;
	int r = operators_set(&agent->operator.operators, operator);

	if (r == 0)
		r = keep(agent, &before);
	if (r == 0)
		r = record_change(agent, login);
	if (r < 0) {
		agent->operator.operators = before;
		(void)store(agent);
	}
	return r;
}

int agent_operator_change(struct agent *agent, uint32_t caller, const char *line)
{
	struct login_event login;
	struct operator operator= {.since_ms = agent_realtime_ms()};
	int r;

	if (!is_helper(agent, caller))
		return -EPERM;
	if (login_event_decode(line, strlen(line), &login) < 0 ||
		login.reason != LOGIN_OPERATOR_RIGHT || strlen(login.user) >= sizeof(operator.user))
		return -EBADMSG;
	if (!is_fresh(&login))
		return -ESTALE;
	r = seat_active(operator.session, &operator.uid);
	if (r < 0)
		return r;
	if (r == 0 || operator.uid != login.caller)
		return -ENXIO;
	memcpy(operator.user, login.user, strlen(login.user) + 1);
	r = forget_ended(agent);
	if (r == 0)
		r = change(agent, &operator, & login);
	watch_sessions(agent);
	bus_touch(agent->bus);
	return r;
}

int agent_operator_end(struct agent *agent, uint32_t caller, char ret_user[ACCOUNT_NAME_MAX + 1])
{
	const struct operators before = agent->operator.operators;
	const struct operator* found = current(agent);
	struct operator operator;
	int r;

	if (!found)
		return -ENOENT;
	if (caller != 0 && caller != found->uid)
		return -EPERM;
	operator= * found;
	operators_end(&agent->operator.operators, operator.session);
	r = keep(agent, &before);
	if (r == 0)
		r = record_end(agent, &operator, "as was asked for");
	bus_touch(agent->bus);
	if (r == 0)
		memcpy(ret_user, operator.user, sizeof(operator.user));
	return r;
}

/* --- all of it --- */

int agent_operator_load(struct agent *agent)
{
	read_file(agent);
	return 0;
}

int agent_operator_start(struct agent *agent)
{
	int r = forget_ended(agent);

	watch_sessions(agent);
	(void)note_current(agent);
	return r;
}

void agent_operator_free(struct agent *agent)
{
	sd_event_source_disable_unref(agent->operator.sessions_source);
	sd_login_monitor_unref(agent->operator.sessions);
}
