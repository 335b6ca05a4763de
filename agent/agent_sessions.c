/*
 * Who has a session here, and who of them sits at the screen: logind's files say which, its answer
 * over the bus says the name. Without logind there are no sessions, so no exemption is used.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#include "agent/agent_internal.h"
#include "agent/seat.h"
#include "agent/session_list.h"
#include "policy/cleanup.h"

/* systemd makes it before us, logind its own folder in it after us. */
#define LOGIND_PARENT "/run/systemd"
#define LOGIND_FOLDER "sessions"

static void free_names(char ***names)
{
	for (char **name = *names; name && *name; name++)
		free(*name);
	free(*names);
}

/* The name of whoever has that session, or empty: logind was not asked yet. */
static const char *find_name(const struct agent_sessions *own, const char *id, uint32_t uid)
{
	for (size_t i = 0; i < own->n_named; i++)
		if (own->named[i].uid == uid && strcmp(own->named[i].id, id) == 0)
			return own->named[i].user;
	return "";
}

/* A person's, and not a greeter's or a service's. */
static bool is_persons(const char *id)
{
	CLEANUP(cleanup_free) char *class = NULL;

	return sd_session_get_class(id, &class) >= 0 && strncmp(class, "user", 4) == 0;
}

static bool read_session(const struct agent_sessions *own, const char *id, const char *active,
	struct core_session *ret)
{
	uid_t uid;

	if (strlen(id) >= sizeof(ret->id) || sd_session_get_uid(id, &uid) < 0 ||
		!seat_has_session(id, uid) || !is_persons(id))
		return false;
	*ret = (struct core_session){.uid = uid};
	memcpy(ret->id, id, strlen(id));
	snprintf(ret->user, sizeof(ret->user), "%s", find_name(own, id, uid));
	ret->is_active = strcmp(id, active) == 0 && sd_session_is_remote(id) == 0;
	return true;
}

static bool is_seated(const char *id)
{
	CLEANUP(cleanup_free) char *seat = NULL;

	return sd_session_get_seat(id, &seat) >= 0;
}

static enum session_rank rank_of(const struct agent *agent, const struct core_session *session)
{
	if (session->is_active)
		return SESSION_ACTIVE;
	if (session_is_bound(agent->core, session))
		return SESSION_BOUND;
	return is_seated(session->id) ? SESSION_SEATED : SESSION_ELSEWHERE;
}

static void read_sessions(const struct agent *agent, struct session_list *list)
{
	CLEANUP(free_names) char **ids = NULL;
	char active[OPERATOR_SESSION_SIZE] = "";
	struct core_session session;
	uint32_t uid;

	if (sd_get_sessions(&ids) <= 0)
		return;
	(void)seat_active(active, &uid);
	for (char **id = ids; *id; id++)
		if (read_session(&agent->exemption.sessions, *id, active, &session))
			session_list_add(list, &session, rank_of(agent, &session));
}

static bool has_nameless(const struct core_session *items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!items[i].user[0])
			return true;
	return false;
}

static int look(struct agent *agent, bool may_ask)
{
	struct agent_sessions *own = &agent->exemption.sessions;
	struct session_list list = {};
	struct core_event event = {.kind = EVENT_SESSIONS};
	bool has_come;
	int r;

	read_sessions(agent, &list);
	if (may_ask && has_nameless(list.items, list.n))
		(void)bus_ask_sessions(agent->bus);
	if (own->is_told && list.n == own->n &&
		memcmp(list.items, own->items, list.n * sizeof(*list.items)) == 0)
		return 0;
	has_come = own->is_told && list.n > own->n;
	memcpy(own->items, list.items, sizeof(list.items));
	own->n = list.n;
	own->is_told = true;
	event.sessions.items = own->items;
	event.sessions.count = own->n;
	r = agent_handle(agent, &event);
	return r >= 0 && has_come ? agent_pace_event(agent) : r;
}

int agent_sessions_look(struct agent *agent)
{
	return look(agent, true);
}

/* Of those only that the core was told of: their names are asked for, and no other has room. */
static bool is_told_of(const struct agent_sessions *own, const struct bus_session *item)
{
	for (size_t i = 0; i < own->n; i++)
		if (own->items[i].uid == item->uid && strcmp(own->items[i].id, item->id) == 0)
			return true;
	return false;
}

int agent_sessions_named(struct agent *agent, const struct bus_session *items, size_t n)
{
	struct agent_sessions *own = &agent->exemption.sessions;

	own->n_named = 0;
	for (size_t i = 0; i < n && own->n_named < CORE_SESSIONS_MAX; i++) {
		struct core_session *named = &own->named[own->n_named];

		if (!is_told_of(own, &items[i]) || !account_name_is_valid(items[i].user))
			continue;
		*named = (struct core_session){.uid = items[i].uid};
		memcpy(named->id, items[i].id, strlen(items[i].id));
		memcpy(named->user, items[i].user, strlen(items[i].user));
		own->n_named++;
	}
	/* What has no name now has none that is valid: asking at once would never end. */
	return look(agent, false);
}

const char *agent_sessions_user(const struct agent *agent, uint32_t uid)
{
	const struct agent_sessions *own = &agent->exemption.sessions;

	for (size_t i = 0; i < own->n; i++)
		if (own->items[i].uid == uid && own->items[i].user[0])
			return own->items[i].user;
	return NULL;
}

/* Whether the caller may be in that session: a program of it, or of the user's own services, that
 * belong to none. */
static bool is_of_session(const struct bus_caller *caller, const char *id)
{
	CLEANUP(cleanup_free) char *session = NULL;

	return caller->pid == 0 || sd_pid_get_session((pid_t)caller->pid, &session) < 0 ||
	       strcmp(session, id) == 0;
}

const struct core_session *agent_sessions_seated(
	struct agent *agent, const struct bus_caller *caller)
{
	const struct agent_sessions *own = &agent->exemption.sessions;

	for (size_t i = 0; i < own->n; i++)
		if (own->items[i].is_active && own->items[i].uid == caller->uid &&
			is_of_session(caller, own->items[i].id))
			return &own->items[i];
	return NULL;
}

/* --- logind comes after us, and may come anew --- */

static int on_change(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct agent *agent = userdata;

	(void)sd_login_monitor_flush(agent->exemption.sessions.monitor);
	return agent_sessions_look(agent);
}

/* 0: logind's folder is not there yet. */
static int watch_logind(struct agent *agent)
{
	struct agent_sessions *own = &agent->exemption.sessions;
	int r;

	if (own->monitor)
		return 1;
	if (sd_login_monitor_new("session", &own->monitor) < 0)
		return 0;
	r = sd_event_add_io(agent->event, &own->monitor_source,
		sd_login_monitor_get_fd(own->monitor), EPOLLIN, on_change, agent);
	if (r < 0)
		return r;
	own->folder_source = sd_event_source_disable_unref(own->folder_source);
	r = sd_event_source_set_exit_on_failure(own->monitor_source, true);
	return r < 0 ? r : 1;
}

static int on_folder(sd_event_source *source, const struct inotify_event *event, void *userdata)
{
	struct agent *agent = userdata;
	int r;

	if (event->len > 0 && strcmp(event->name, LOGIND_FOLDER) != 0)
		return 0;
	r = watch_logind(agent);
	return r < 0 ? r : agent_sessions_look(agent);
}

int agent_sessions_start(struct agent *agent)
{
	struct agent_sessions *own = &agent->exemption.sessions;
	int r = watch_logind(agent);

	/* Without the parent there is no systemd, and the minute looks whether there is one. */
	if (r == 0 && sd_event_add_inotify(agent->event, &own->folder_source, LOGIND_PARENT,
			      IN_CREATE | IN_MOVED_TO | IN_ONLYDIR, on_folder, agent) >= 0)
		r = watch_logind(agent);
	return r < 0 ? r : agent_sessions_look(agent);
}

int agent_sessions_minute(struct agent *agent)
{
	int r = watch_logind(agent);

	return r < 0 ? r : agent_sessions_look(agent);
}

void agent_sessions_free(struct agent *agent)
{
	struct agent_sessions *own = &agent->exemption.sessions;

	sd_event_source_disable_unref(own->folder_source);
	sd_event_source_disable_unref(own->monitor_source);
	sd_login_monitor_unref(own->monitor);
}
