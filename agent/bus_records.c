/* OpenRecords: the files of the records, for whoever may see devices. They are passed on unread. */
#include "agent/bus_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

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

/*
 * Descriptors that somebody leaves unread fill the bus, which then listens to us no more: 64 of all
 * callers together. So each answer has a pipe with it. Its other end is ours, and tells when the
 * answer was read, or its reader is gone.
 */
static int on_receipt(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	sd_event_source **place = userdata;

	*place = sd_event_source_disable_unref(*place);
	return 0;
}

void bus_records_close(struct bus *bus)
{
	for (size_t i = 0; i < BUS_RECEIPTS_MAX; i++)
		bus->receipts[i] = sd_event_source_disable_unref(bus->receipts[i]);
}

static sd_event_source **find_place(struct bus *bus)
{
	for (size_t i = 0; i < BUS_RECEIPTS_MAX; i++)
		if (!bus->receipts[i])
			return &bus->receipts[i];
	return NULL;
}

/* What the caller closes. Root is not waited for: then place is NULL. */
static int append_receipt(struct bus *bus, sd_bus_message *reply, sd_event_source **place)
{
	CLEANUP(cleanup_close) int theirs = -1;
	CLEANUP(cleanup_close) int ours = -1;
	int ends[2], r = 0;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	theirs = ends[0];
	ours = ends[1];
	/* No event is asked for: that nobody can read any more is told always. */
	if (place)
		r = sd_event_add_io(bus->event, place, ours, 0, on_receipt, place);
	if (place && r >= 0)
		r = sd_event_source_set_io_fd_own(*place, true);
	if (place && r < 0)
		*place = sd_event_source_disable_unref(*place);
	else if (place)
		(void)take_fd(&ours);
	return r < 0 ? r : sd_bus_message_append(reply, "h", theirs);
}

static int answer_records(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error)
{
	sd_event_source **place = bus->caller.uid == 0 ? NULL : find_place(bus);
	sd_bus_message *reply = NULL;
	uint64_t after;
	int r = sd_bus_message_read(call, "t", &after);

	if (r < 0)
		return r;
	if (bus->caller.uid != 0 && !place)
		return sd_bus_error_set(ret_error, BUS_ERROR_BUSY,
			"Others have not read what they asked for; try again");
	r = sd_bus_message_new_method_return(call, &reply);
	if (r < 0)
		return r;
	r = append_files(bus, reply, after);
	if (r >= 0)
		r = append_receipt(bus, reply, place);
	if (r >= 0)
		r = sd_bus_message_send(reply);
	sd_bus_message_unref(reply); /* with it goes the pipe of an answer that was not sent */
	return r;
}

int bus_open_records(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	return bus_access_check(userdata, call, BUS_VIEW, answer_records, ret_error);
}
