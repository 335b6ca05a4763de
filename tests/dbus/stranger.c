/*
 * Any program on the PC, for the tests. "listen" prints every signal of the agent that it hears;
 * "bare MEMBER" calls a method as D-Bus also allows it, without naming an interface; "hoard N" asks
 * for records N times, a hundred times a second, and reads no answer until it is killed.
 *
 * usage: stranger listen | stranger bare MEMBER | stranger hoard N
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "agent/bus.h"

static int on_signal(sd_bus_message *signal, void *userdata, sd_bus_error *ret_error)
{
	printf("heard %s\n", sd_bus_message_get_member(signal));
	return sd_bus_message_dump(signal, stdout, SD_BUS_MESSAGE_DUMP_SUBTREE_ONLY);
}

static int listen_on(sd_bus *bus)
{
	int r = sd_bus_add_match(bus, NULL, "type='signal',sender='" BUS_NAME "'", on_signal, NULL);

	puts("ready");
	while (r >= 0 && (r = sd_bus_process(bus, NULL)) >= 0)
		if (r == 0)
			r = sd_bus_wait(bus, UINT64_MAX);
	return r;
}

static int call_bare(sd_bus *bus, const char *member)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *call = NULL;
	int r = sd_bus_message_new_method_call(bus, &call, BUS_NAME, BUS_PATH, NULL, member);

	if (r >= 0 && (r = sd_bus_call(bus, call, 0, &error, NULL)) < 0)
		fprintf(stderr, "error-name=%s %s\n", error.name, error.message);
	sd_bus_message_unref(call);
	sd_bus_error_free(&error);
	return r;
}

static int hoard(sd_bus *bus, unsigned long n)
{
	uint64_t cookie;
	int r = sd_bus_flush(bus); /* until the bus knows us */

	for (unsigned long i = 0; r >= 0 && i < n; i++) {
		sd_bus_message *call = NULL;

		r = sd_bus_message_new_method_call(
			bus, &call, BUS_NAME, BUS_PATH, BUS_INTERFACE, "OpenRecords");
		if (r >= 0 && (r = sd_bus_message_append(call, "t", (uint64_t)0)) >= 0)
			r = sd_bus_send(bus, call, &cookie);
		sd_bus_message_unref(call);
		usleep(10000);
	}
	puts("ready");
	return r < 0 ? r : pause();
}

int main(int argc, char **argv)
{
	sd_bus *bus = NULL;
	int r = sd_bus_open_system(&bus);

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (r >= 0 && argc == 2 && strcmp(argv[1], "listen") == 0)
		r = listen_on(bus);
	else if (r >= 0 && argc == 3 && strcmp(argv[1], "bare") == 0)
		r = call_bare(bus, argv[2]);
	else if (r >= 0 && argc == 3 && strcmp(argv[1], "hoard") == 0)
		r = hoard(bus, strtoul(argv[2], NULL, 10));
	sd_bus_flush_close_unref(bus);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
