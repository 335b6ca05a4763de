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

int cli_watch_owner_read(sd_bus_message *signal, bool *ret_is_there)
{
	const char *name, *before, *now;
	int r = sd_bus_message_read(signal, "sss", &name, &before, &now);

	if (r < 0 || strcmp(name, BUS_NAME) != 0)
		return r < 0 ? r : 0;
	*ret_is_there = now[0] != '\0';
	return 1;
}

void cli_watch_owner_print(bool is_there)
{
	cli_watch_begin_line();
	puts(is_there ? _("the agent runs again")
		      : _("the agent does not run; what was refused stays refused"));
}

const char *cli_watch_owner_event(bool is_there)
{
	return is_there ? "agent-back" : "agent-away";
}
