/*
 * Preloaded with kernel_hook.c: where FAKE_SEATS names a folder, what logind says is there. The
 * file "seat0" has the session at the screen and its uid, each other file "session-NAME" the uid of
 * a session, of a person who is not remote and, but for "session-ssh…", at a seat; "pid-session"
 * the session of all programs. What is not there is not there.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <systemd/sd-login.h>
#include <unistd.h>

#define EXPORT     __attribute__((visibility("default")))
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Read at the start: programs empty their environment. */
static const char *folder;

__attribute__((constructor)) static void begin(void)
{
	const char *name = getenv("FAKE_SEATS");

	folder = name ? strdup(name) : NULL;
}

static FILE *open_fake(const char *kind, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s%s", folder, kind, name);
	return fopen(path, "re");
}

EXPORT int sd_seat_get_active(const char *seat, char **session, uid_t *uid)
{
	char name[65];
	unsigned found;
	FILE *file;
	int n;

	if (!folder)
		return NEXT(sd_seat_get_active)(seat, session, uid);
	file = open_fake("", seat);
	n = file ? fscanf(file, "%64s %u", name, &found) : 0;
	if (file)
		fclose(file);
	if (n != 2)
		return -ENXIO;
	if (session && !(*session = strdup(name)))
		return -ENOMEM;
	*uid = found;
	return 0;
}

EXPORT int sd_session_get_uid(const char *session, uid_t *uid)
{
	unsigned found;
	FILE *file;
	int n;

	if (!folder)
		return NEXT(sd_session_get_uid)(session, uid);
	file = open_fake("session-", session);
	n = file ? fscanf(file, "%u", &found) : 0;
	if (file)
		fclose(file);
	if (n != 1)
		return -ENXIO;
	*uid = found;
	return 0;
}

EXPORT int sd_session_get_state(const char *session, char **state)
{
	uid_t uid;

	if (!folder)
		return NEXT(sd_session_get_state)(session, state);
	if (sd_session_get_uid(session, &uid) < 0)
		return -ENXIO;
	*state = strdup("active");
	return *state ? 0 : -ENOMEM;
}

EXPORT int sd_session_get_class(const char *session, char **class)
{
	if (!folder)
		return NEXT(sd_session_get_class)(session, class);
	*class = strdup("user");
	return *class ? 0 : -ENOMEM;
}

EXPORT int sd_session_is_remote(const char *session)
{
	return folder ? 0 : NEXT(sd_session_is_remote)(session);
}

EXPORT int sd_session_get_seat(const char *session, char **seat)
{
	if (!folder)
		return NEXT(sd_session_get_seat)(session, seat);
	if (strncmp(session, "ssh", 3) == 0)
		return -ENODATA;
	*seat = strdup("seat0");
	return *seat ? 0 : -ENOMEM;
}

EXPORT int sd_pid_get_session(pid_t pid, char **session)
{
	char name[65];
	FILE *file;
	int n;

	if (!folder)
		return NEXT(sd_pid_get_session)(pid, session);
	file = open_fake("", "pid-session");
	n = file ? fscanf(file, "%64s", name) : 0;
	if (file)
		fclose(file);
	if (n != 1)
		return -ENODATA;
	*session = strdup(name);
	return *session ? 0 : -ENOMEM;
}

#define SESSION_PREFIX "session-"
#define SESSIONS_MAX   256

EXPORT int sd_get_sessions(char ***sessions)
{
	char **names;
	DIR *opened;
	int n = 0;

	if (!folder)
		return NEXT(sd_get_sessions)(sessions);
	opened = opendir(folder);
	names = calloc(SESSIONS_MAX + 1, sizeof(*names));
	if (!opened || !names)
		return -ENOMEM;
	for (const struct dirent *entry; n < SESSIONS_MAX && (entry = readdir(opened));)
		if (strncmp(entry->d_name, SESSION_PREFIX, strlen(SESSION_PREFIX)) == 0)
			names[n++] = strdup(entry->d_name + strlen(SESSION_PREFIX));
	closedir(opened);
	*sessions = names;
	return n;
}

/* A descriptor, one more than itself, is what it points to. */
EXPORT int sd_login_monitor_new(const char *category, sd_login_monitor **ret)
{
	int fd;

	if (!folder)
		return NEXT(sd_login_monitor_new)(category, ret);
	fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (fd < 0 || inotify_add_watch(fd, folder, IN_MOVED_TO | IN_DELETE) < 0)
		return -errno;
	*ret = (sd_login_monitor *)(intptr_t)(fd + 1);
	return 0;
}

EXPORT int sd_login_monitor_get_fd(sd_login_monitor *monitor)
{
	return folder ? (int)(intptr_t)monitor - 1 : NEXT(sd_login_monitor_get_fd)(monitor);
}

EXPORT int sd_login_monitor_flush(sd_login_monitor *monitor)
{
	char events[4096];

	if (!folder)
		return NEXT(sd_login_monitor_flush)(monitor);
	while (read(sd_login_monitor_get_fd(monitor), events, sizeof(events)) > 0)
		;
	return 0;
}

EXPORT sd_login_monitor *sd_login_monitor_unref(sd_login_monitor *monitor)
{
	if (!folder)
		return NEXT(sd_login_monitor_unref)(monitor);
	if (monitor)
		close(sd_login_monitor_get_fd(monitor));
	return NULL;
}
