/* ChangeOperator and EndOperator: who works in the session at the screen. */
#include "agent/bus_internal.h"

#include <errno.h>

#include "policy/login_name.h"

static int set_error(int error, sd_bus_error *ret_error)
{
	switch (error) {
	case -EPERM:
		return sd_bus_error_set(ret_error, BUS_ERROR_NOT_PERMITTED,
			"Only who is at the screen may do this, by `sekisho operator`");
	case -ENXIO:
		return sd_bus_error_set(ret_error, BUS_ERROR_NOT_SEATED,
			"The session at the screen is another's, or there is none");
	case -ENOENT:
		return sd_bus_error_set(
			ret_error, BUS_ERROR_NO_OPERATOR, "Nobody said who works in this session");
	case -EBADMSG:
	case -EINVAL:
		return sd_bus_error_set(
			ret_error, SD_BUS_ERROR_INVALID_ARGS, "This is no change of operator");
	case -ESTALE:
		return sd_bus_error_set(
			ret_error, BUS_ERROR_TOO_LATE, "The code was judged too long ago");
	default: return error;
	}
}

static int answer_change(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error)
{
	const char *line;
	int r = sd_bus_message_read(call, "s", &line);

	if (r < 0)
		return r;
	r = bus->handlers->change_operator(bus->handlers->userdata, bus->caller.uid, line);
	return r < 0 ? set_error(r, ret_error) : sd_bus_reply_method_return(call, "");
}

static int answer_end(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error)
{
	char user[ACCOUNT_NAME_MAX + 1];
	int r = bus->handlers->end_operator(bus->handlers->userdata, bus->caller.uid, user);

	return r < 0 ? set_error(r, ret_error) : sd_bus_reply_method_return(call, "s", user);
}

int bus_change_operator(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	return bus_access_check(userdata, call, BUS_SELF, answer_change, ret_error);
}

int bus_end_operator(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	return bus_access_check(userdata, call, BUS_SELF, answer_end, ret_error);
}
