/*
 * A polkit for the tests: always gives the one answer that it is told to give, and says on standard
 * output what it was asked.
 *
 * usage: fake_polkit yes | no | challenge | error | garbage | never
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#define NAME "org.freedesktop.PolicyKit1"

static int print_question(sd_bus_message *call)
{
	const char *kind, *key, *sender, *action, *cancellation;
	uint32_t flags;
	int r;

	if ((r = sd_bus_message_enter_container(call, 'r', "sa{sv}")) < 0 ||
		(r = sd_bus_message_read(call, "s", &kind)) < 0 ||
		(r = sd_bus_message_read(call, "a{sv}", 1, &key, "s", &sender)) < 0 ||
		(r = sd_bus_message_exit_container(call)) < 0 ||
		(r = sd_bus_message_read(call, "s", &action)) < 0 ||
		(r = sd_bus_message_skip(call, "a{ss}")) < 0 ||
		(r = sd_bus_message_read(call, "us", &flags, &cancellation)) < 0)
		return r;
	printf("asked %s %s %s %s flags %u cancellation %s\n", kind, key, sender, action, flags,
		cancellation);
	return 0;
}

static int check_authorization(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	const char *answer = userdata;
	int r = print_question(call);

	if (r < 0)
		return r;
	if (strcmp(answer, "never") == 0)
		return 1;
	if (strcmp(answer, "error") == 0)
		return sd_bus_error_set(
			ret_error, "org.freedesktop.PolicyKit1.Error.Failed", "no idea");
	if (strcmp(answer, "garbage") == 0)
		return sd_bus_reply_method_return(call, "s", "yes");
	return sd_bus_reply_method_return(
		call, "(bba{ss})", strcmp(answer, "yes") == 0, strcmp(answer, "challenge") == 0, 0);
}

static int cancel(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	const char *cancellation;
	int r = sd_bus_message_read(call, "s", &cancellation);

	if (r < 0)
		return r;
	printf("cancelled %s\n", cancellation);
	return sd_bus_reply_method_return(call, "");
}

/* sd-bus lets no reply out that is of another type than declared here. */
#define VTABLE(result) \
	{ \
		SD_BUS_VTABLE_START(0), \
			SD_BUS_METHOD("CheckAuthorization", "(sa{sv})sa{ss}us", result, \
				check_authorization, SD_BUS_VTABLE_UNPRIVILEGED), \
			SD_BUS_METHOD("CancelCheckAuthorization", "s", "", cancel, \
				SD_BUS_VTABLE_UNPRIVILEGED), \
			SD_BUS_VTABLE_END, \
	}

static const sd_bus_vtable honest[] = VTABLE("(bba{ss})");
static const sd_bus_vtable garbled[] = VTABLE("s");

int main(int argc, char **argv)
{
	sd_event *event = NULL;
	sd_bus *bus = NULL;
	int r;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 2)
		return EXIT_FAILURE;
	if ((r = sd_event_new(&event)) < 0 ||
		(r = sd_event_add_signal(
			 event, NULL, SIGTERM | SD_EVENT_SIGNAL_PROCMASK, NULL, NULL)) < 0 ||
		(r = sd_bus_open_system(&bus)) < 0 ||
		(r = sd_bus_add_object_vtable(bus, NULL, "/org/freedesktop/PolicyKit1/Authority",
			 NAME ".Authority", strcmp(argv[1], "garbage") == 0 ? garbled : honest,
			 argv[1])) < 0 ||
		(r = sd_bus_request_name(bus, NAME, 0)) < 0 ||
		(r = sd_bus_attach_event(bus, event, 0)) < 0) {
		fprintf(stderr, "fake_polkit: %s\n", strerror(-r));
		return EXIT_FAILURE;
	}
	puts("ready");
	sd_event_loop(event);
	sd_bus_flush_close_unref(bus);
	sd_event_unref(event);
	return EXIT_SUCCESS;
}
