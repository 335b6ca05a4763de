#include "agent/bus_polkit.h"

#define POLKIT_NAME      "org.freedesktop.PolicyKit1"
#define POLKIT_PATH      "/org/freedesktop/PolicyKit1/Authority"
#define POLKIT_INTERFACE "org.freedesktop.PolicyKit1.Authority"

#define ALLOW_USER_INTERACTION 1u

int polkit_ask(sd_bus *connection, const char *sender, const char *action, bool is_interactive,
	const char *cancellation, sd_bus_message_handler_t callback, void *userdata,
	sd_bus_slot **ret_slot)
{
	sd_bus_message *question = NULL;
	int r = sd_bus_message_new_method_call(connection, &question, POLKIT_NAME, POLKIT_PATH,
		POLKIT_INTERFACE, "CheckAuthorization");

	if (r < 0)
		return r;
	r = sd_bus_message_append(question, "(sa{sv})sa{ss}us", "system-bus-name", 1, "name", "s",
		sender, action, 0, is_interactive ? ALLOW_USER_INTERACTION : 0u, cancellation);
	if (r >= 0)
		r = sd_bus_call_async(connection, ret_slot, question, callback, userdata,
			is_interactive ? POLKIT_INTERACTIVE_TIMEOUT_US : POLKIT_TIMEOUT_US);
	sd_bus_message_unref(question);
	return r;
}

void polkit_cancel(sd_bus *connection, const char *cancellation)
{
	sd_bus_message *message = NULL;
	int r = sd_bus_message_new_method_call(connection, &message, POLKIT_NAME, POLKIT_PATH,
		POLKIT_INTERFACE, "CancelCheckAuthorization");

	if (r < 0)
		return;
	if (sd_bus_message_append(message, "s", cancellation) >= 0 &&
		sd_bus_message_set_expect_reply(message, 0) >= 0 &&
		sd_bus_message_set_auto_start(message, 0) >= 0)
		(void)sd_bus_send(connection, message, NULL);
	sd_bus_message_unref(message);
}

enum polkit_answer polkit_read(sd_bus_message *reply)
{
	const sd_bus_error *error = sd_bus_message_get_error(reply);
	int is_authorized = 0, is_challenge = 0;

	if (error)
		return sd_bus_error_has_names(
			       error, SD_BUS_ERROR_SERVICE_UNKNOWN, SD_BUS_ERROR_NAME_HAS_NO_OWNER)
			       ? POLKIT_ABSENT
			       : POLKIT_SILENT;
	if (sd_bus_message_enter_container(reply, 'r', "bba{ss}") <= 0 ||
		sd_bus_message_read(reply, "bb", &is_authorized, &is_challenge) <= 0)
		return POLKIT_SILENT;
	return is_authorized ? POLKIT_YES : is_challenge ? POLKIT_CHALLENGE : POLKIT_NO;
}
