/* OpenRecords: the files of the records, for whoever may see devices. They are passed on unread. */
#include "agent/bus_internal.h"

#include "agent/descriptor.h"
#include "agent/record_files.h"
#include "policy/cleanup.h"

/* The next file behind *number, which it moves on. 1, 0: there is none, or a negative errno. */
static int append_next(struct bus *bus, sd_bus_message *reply, uint64_t *number)
{
	CLEANUP(cleanup_close) int fd = -1;
	char name[RECORD_FILE_NAME_SIZE];
	int r = bus->handlers->open_record(bus->handlers->userdata, *number, number, &fd);

	if (r <= 0)
		return r;
	record_file_name(*number, name);
	r = sd_bus_message_append(reply, "(sh)", name, fd);
	return r < 0 ? r : 1;
}

static int append_files(struct bus *bus, sd_bus_message *reply, uint64_t after)
{
	int r = sd_bus_message_open_container(reply, 'a', "(sh)");

	for (unsigned i = 0; r >= 0 && i < BUS_RECORD_FILES_MAX; i++) {
		r = append_next(bus, reply, &after);
		if (r == 0)
			break;
	}
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int answer_records(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error)
{
	sd_bus_message *reply = NULL;
	uint64_t after;
	int r = sd_bus_message_read(call, "t", &after);

	if (r < 0)
		return r;
	r = sd_bus_message_new_method_return(call, &reply);
	if (r < 0)
		return r;
	r = append_files(bus, reply, after);
	if (r >= 0)
		r = sd_bus_message_send(reply);
	sd_bus_message_unref(reply);
	return r;
}

int bus_open_records(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	return bus_access_check(userdata, call, BUS_VIEW, answer_records, ret_error);
}
