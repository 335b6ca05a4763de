#include "tests/usb/people.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/bus.h"
#include "tests/usb/daemon.h"

#define LOGIND      "org.freedesktop.login1"
#define LOGIND_PATH "/org/freedesktop/login1"
#define PREFIX      "session-"

static pid_t bus_process, logind_process;
static char seats[160];
static sd_bus *caller;

static const char *path_in_run(const char *name)
{
	static char path[160];

	snprintf(path, sizeof(path), "%s/%s", daemon_folder("run"), name);
	return path;
}

/* By rename: only that tells whoever waits. */
static void write_seat(const char *name, const char *text)
{
	char path[300], temporary[300];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", seats, name);
	snprintf(temporary, sizeof(temporary), "%s/.new", seats);
	file = fopen(temporary, "we");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(rename(temporary, path), 0);
}

/* --- the bus --- */

static void start_bus(void)
{
	char config[256], text[1024], address[200];
	FILE *file;

	snprintf(config, sizeof(config), "%s", path_in_run("bus.conf"));
	/* Where the daemon of these tests finds none otherwise. */
	snprintf(address, sizeof(address), "unix:path=%s", path_in_run("no-bus"));
	snprintf(text, sizeof(text),
		"<busconfig><listen>%s</listen><auth>EXTERNAL</auth>"
		"<policy context=\"default\"><allow user=\"*\"/><allow own=\"*\"/>"
		"<allow send_type=\"method_call\"/><allow send_type=\"signal\"/>"
		"<allow send_requested_reply=\"true\" send_type=\"method_return\"/>"
		"<allow send_requested_reply=\"true\" send_type=\"error\"/>"
		"<allow receive_type=\"method_call\"/><allow receive_type=\"method_return\"/>"
		"<allow receive_type=\"error\"/><allow receive_type=\"signal\"/>"
		"</policy></busconfig>",
		address);
	file = fopen(config, "we");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	bus_process = fork();
	assert_true(bus_process >= 0);
	if (bus_process == 0) {
		(void)!freopen("/dev/null", "w", stderr); /* it complains of few descriptors */
		snprintf(text, sizeof(text), "--config-file=%s", config);
		execlp("dbus-daemon", "dbus-daemon", text, "--nofork", "--nopidfile", (char *)NULL);
		_exit(127);
	}
	WAIT_FOR(access(path_in_run("no-bus"), F_OK) == 0);
	setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);
}

/* --- logind --- */

static int append_session(sd_bus_message *reply, const char *file_name)
{
	char path[600], name[64];
	unsigned uid;
	FILE *file;
	int n;

	snprintf(path, sizeof(path), "%s/%s", seats, file_name);
	file = fopen(path, "re");
	n = file ? fscanf(file, "%u %63s", &uid, name) : 0;
	if (file)
		fclose(file);
	return n == 2 ? sd_bus_message_append(reply, "(susso)", file_name + strlen(PREFIX), uid,
				name, "seat0", LOGIND_PATH)
		      : 0;
}

static int list_sessions(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	sd_bus_message *reply = NULL;
	DIR *folder = opendir(seats);
	int r = folder ? sd_bus_message_new_method_return(call, &reply) : -errno;

	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "(susso)");
	for (const struct dirent *entry; r >= 0 && (entry = readdir(folder));)
		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) == 0)
			r = append_session(reply, entry->d_name);
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	if (r >= 0)
		r = sd_bus_message_send(reply);
	sd_bus_message_unref(reply);
	if (folder)
		closedir(folder);
	return r;
}

static const sd_bus_vtable logind_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("ListSessions", "", "a(susso)", list_sessions, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END,
};

/* In a process of its own, until it is killed. */
static void be_logind(void)
{
	sd_bus *bus = NULL;
	int r;

	/* Its socket is there before it listens. */
	while ((r = sd_bus_open_system(&bus)) == -ECONNREFUSED)
		daemon_wait_a_moment();
	if (r >= 0)
		r = sd_bus_add_object_vtable(
			bus, NULL, LOGIND_PATH, LOGIND ".Manager", logind_vtable, NULL);
	if (r >= 0)
		r = sd_bus_request_name(bus, LOGIND, 0);
	while (r >= 0 && (r = sd_bus_process(bus, NULL)) >= 0)
		if (r == 0)
			r = sd_bus_wait(bus, UINT64_MAX);
	_exit(1);
}

int people_setup(void)
{
	start_bus();
	snprintf(seats, sizeof(seats), "%s", path_in_run("seats"));
	assert_int_equal(mkdir(seats, 0700), 0);
	setenv("FAKE_SEATS", seats, 1);
	logind_process = fork();
	assert_true(logind_process >= 0);
	if (logind_process == 0)
		be_logind();
	WAIT_FOR(sd_bus_open_system(&caller) >= 0);
	return 0;
}

void people_teardown(void)
{
	caller = sd_bus_flush_close_unref(caller);
	kill(logind_process, SIGTERM);
	waitpid(logind_process, NULL, 0);
	kill(bus_process, SIGTERM);
	waitpid(bus_process, NULL, 0);
	unsetenv("FAKE_SEATS");
	unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

/* --- seats --- */

void people_sit_down(const char *session, const char *name)
{
	char file[100], text[200];

	snprintf(file, sizeof(file), PREFIX "%s", session);
	snprintf(text, sizeof(text), "%u %s\n", getuid(), name);
	write_seat(file, text);
	snprintf(text, sizeof(text), "%s %u\n", session, getuid());
	write_seat("seat0", text);
}

void people_switch(const char *session)
{
	char file[100], text[200];

	snprintf(file, sizeof(file), PREFIX "%s", session);
	snprintf(text, sizeof(text), "%u suzuki\n", getuid() + 1);
	write_seat(file, text);
	snprintf(text, sizeof(text), "%s %u\n", session, getuid() + 1);
	write_seat("seat0", text);
}

void people_come_by_ssh(unsigned n)
{
	char file[100], text[200];

	snprintf(text, sizeof(text), "%u tanaka\n", getuid());
	for (unsigned i = 0; i < n; i++) {
		snprintf(file, sizeof(file), PREFIX "ssh%u", i);
		write_seat(file, text);
	}
}

void people_log_out(const char *session)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/" PREFIX "%s", seats, session);
	assert_int_equal(unlink(path), 0);
}

void people_call_from(const char *session)
{
	char path[300];

	if (session) {
		write_seat("pid-session", session);
		return;
	}
	snprintf(path, sizeof(path), "%s/pid-session", seats);
	(void)unlink(path);
}

/* --- calls --- */

static const char *last_part(const char *name)
{
	const char *dot = name ? strrchr(name, '.') : NULL;

	return dot ? dot + 1 : "";
}

/* Sends it, and keeps the texts of the answer. */
static const char *send(sd_bus_message *call, const char **ret_text)
{
	static char error_name[64], text[1024];
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *reply = NULL;
	const char *first = "";

	error_name[0] = '\0';
	if (sd_bus_call(caller, call, 0, &error, &reply) < 0) {
		snprintf(error_name, sizeof(error_name), "%s", last_part(error.name));
		first = error.message;
	} else if (!sd_bus_message_is_empty(reply)) {
		(void)sd_bus_message_read(reply, "s", &first);
	}
	snprintf(text, sizeof(text), "%s", first);
	if (ret_text)
		*ret_text = text;
	sd_bus_message_unref(reply);
	sd_bus_message_unref(call);
	sd_bus_error_free(&error);
	return error_name;
}

static sd_bus_message *new_call(const char *method)
{
	sd_bus_message *call = NULL;

	assert_true(sd_bus_message_new_method_call(
			    caller, &call, BUS_NAME, BUS_PATH, BUS_INTERFACE, method) >= 0);
	return call;
}

const char *people_ask(const char *method, const char *const form[][2], const char **ret_text)
{
	sd_bus_message *call = new_call(method);

	assert_true(sd_bus_message_open_container(call, 'a', "{ss}") >= 0);
	for (size_t i = 0; form[i][0]; i++)
		assert_true(sd_bus_message_append(call, "{ss}", form[i][0], form[i][1]) >= 0);
	assert_true(sd_bus_message_close_container(call) >= 0);
	return send(call, ret_text);
}

const char *people_wish(const char *method, const char *const *texts, const char **ret_text)
{
	sd_bus_message *call = new_call(method);

	for (size_t i = 0; texts[i]; i++)
		assert_true(sd_bus_message_append(call, "s", texts[i]) >= 0);
	return send(call, ret_text);
}

const char *people_eject(const char *id, bool keep)
{
	sd_bus_message *call = new_call("EjectMedium");

	assert_true(sd_bus_message_append(call, "sb", id, keep) >= 0);
	return send(call, NULL);
}

static void read_member(sd_bus_message *reply, const char *id, const char *member, bool *is_row,
	char *value, size_t size)
{
	const char *key, *text;

	assert_true(sd_bus_message_read(reply, "s", &key) > 0);
	if (sd_bus_message_read(reply, "v", "s", &text) <= 0) {
		assert_true(sd_bus_message_skip(reply, "v") >= 0);
		return;
	}
	if (strcmp(key, "Id") == 0)
		*is_row = strcmp(text, id) == 0;
	if (*is_row && strcmp(key, member) == 0)
		snprintf(value, size, "%s", text);
}

const char *people_list(const char *id, const char *member)
{
	static char value[1024];
	sd_bus_message *reply = NULL;
	bool is_row = false;

	value[0] = '\0';
	if (sd_bus_call_method(caller, BUS_NAME, BUS_PATH, BUS_INTERFACE, "ListExemptions", NULL,
		    &reply, NULL) < 0)
		return value;
	assert_true(sd_bus_message_enter_container(reply, 'a', "a{sv}") >= 0);
	while (sd_bus_message_enter_container(reply, 'a', "{sv}") > 0) {
		while (sd_bus_message_enter_container(reply, 'e', "sv") > 0) {
			read_member(reply, id, member, &is_row, value, sizeof(value));
			assert_true(sd_bus_message_exit_container(reply) >= 0);
		}
		assert_true(sd_bus_message_exit_container(reply) >= 0);
		is_row = false;
	}
	sd_bus_message_unref(reply);
	return value;
}
