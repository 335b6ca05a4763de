#include "agent/cli_watch_bus.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/bus.h"
#include "agent/cli_text.h"
#include "agent/cli_time.h"

static void tell_unreachable(int error)
{
	fprintf(stderr, _("sekisho: the system bus cannot be reached: %s\n"), strerror(-error));
}

int cli_watch_open(
	const char *member, sd_bus_message_handler_t handler, void *userdata, sd_bus **ret)
{
	int r = sd_bus_open_system(ret);

	if (r >= 0)
		r = sd_bus_match_signal(
			*ret, NULL, BUS_NAME, BUS_PATH, BUS_INTERFACE, member, handler, userdata);
	if (r >= 0)
		r = sd_bus_match_signal(*ret, NULL, "org.freedesktop.DBus", "/org/freedesktop/DBus",
			"org.freedesktop.DBus", "NameOwnerChanged", handler, userdata);
	if (r < 0)
		tell_unreachable(r);
	return r < 0 ? r : 0;
}

void cli_watch_go_on(sd_bus *bus)
{
	while (!ferror(stdout)) {
		int r = sd_bus_process(bus, NULL);

		if (r == 0)
			r = sd_bus_wait(bus, UINT64_MAX);
		if (r >= 0 || r == -EINTR)
			continue;
		if (r != -EIO)
			tell_unreachable(r);
		return;
	}
}

void cli_watch_begin_line(void)
{
	char text[CLI_TIME_SIZE];

	printf("%s  ", cli_clock_digits(time(NULL), text));
}

int cli_watch_tell_owner(sd_bus_message *signal, void (*tell_json)(const char *event))
{
	const char *name, *before, *now;
	int r = sd_bus_message_read(signal, "sss", &name, &before, &now);

	if (r < 0 || strcmp(name, BUS_NAME) != 0)
		return r < 0 ? r : 0;
	if (tell_json) {
		tell_json(now[0] ? "agent-back" : "agent-away");
		return 0;
	}
	cli_watch_begin_line();
	puts(now[0] ? _("the agent runs again")
		    : _("the agent does not run; what was refused stays refused"));
	return 0;
}
