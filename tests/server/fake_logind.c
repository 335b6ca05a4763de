/*
 * A logind for tests, on the bus of $DBUS_SYSTEM_BUS_ADDRESS: tells the sessions that the files
 * "session-NAME" of a folder hold, as fake_seat.c reads them. And a polkit that lets everybody do
 * everything, for tests that are not root. Until it is killed. Usage: fake_logind FOLDER
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-bus.h>

#define NAME   "org.freedesktop.login1"
#define PATH   "/org/freedesktop/login1"
#define PREFIX "session-"

#define POLKIT      "org.freedesktop.PolicyKit1"
#define POLKIT_PATH "/org/freedesktop/PolicyKit1/Authority"

static const char *folder_path;

static int append_session(sd_bus_message *reply, const char *file_name)
{
	char path[600], name[64];
	unsigned uid;
	FILE *file;
	int n;

	snprintf(path, sizeof(path), "%s/%s", folder_path, file_name);
	file = fopen(path, "re");
	n = file ? fscanf(file, "%u %63s", &uid, name) : 0;
	if (file)
		fclose(file);
	return n == 2 ? sd_bus_message_append(reply, "(susso)", file_name + strlen(PREFIX), uid,
				name, "seat0", PATH)
		      : 0;
}

static int list_sessions(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	sd_bus_message *reply = NULL;
	DIR *folder = opendir(folder_path);
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

static int say_yes(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	return sd_bus_reply_method_return(call, "(bba{ss})", 1, 0, 0);
}

static const sd_bus_vtable polkit[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("CheckAuthorization", "(sa{sv})sa{ss}us", "(bba{ss})", say_yes,
		SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END,
};

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("ListSessions", "", "a(susso)", list_sessions, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END,
};

int main(int argc, char **argv)
{
	sd_bus *bus = NULL;
	int r;

	if (argc != 2) {
		fputs("usage: fake_logind FOLDER\n", stderr);
		return 2;
	}
	folder_path = argv[1];
	r = sd_bus_open_system(&bus);
	if (r >= 0)
		r = sd_bus_add_object_vtable(bus, NULL, PATH, NAME ".Manager", vtable, NULL);
	if (r >= 0)
		r = sd_bus_add_object_vtable(
			bus, NULL, POLKIT_PATH, POLKIT ".Authority", polkit, NULL);
	if (r >= 0)
		r = sd_bus_request_name(bus, POLKIT, 0);
	if (r >= 0)
		r = sd_bus_request_name(bus, NAME, 0);
	if (r >= 0)
		puts("ready");
	fflush(stdout);
	while (r >= 0 && (r = sd_bus_process(bus, NULL)) >= 0)
		if (r == 0)
			r = sd_bus_wait(bus, UINT64_MAX);
	fprintf(stderr, "fake_logind: %s\n", strerror(-r));
	return 1;
}
