/* GetPolicy: the text of the policy in force. */
#include "agent/bus_internal.h"

#include <errno.h>

#include "policy/cleanup.h"

static int answer_policy(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error)
{
	CLEANUP(cleanup_free) char *text = NULL;
	int r = bus->handlers->get_policy(bus->handlers->userdata, &text);

	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return sd_bus_error_set(ret_error, BUS_ERROR_NOT_STORED,
			"The file of the policy in force cannot be read any more");
	return sd_bus_reply_method_return(call, "s", text);
}

int bus_get_policy(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	return bus_access_check(userdata, call, BUS_VIEW, answer_policy, ret_error);
}
