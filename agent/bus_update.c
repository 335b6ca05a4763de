/* UpdateFrom: documents that root hands in. */
#include "agent/bus_internal.h"

#include <errno.h>
#include <stdlib.h>

#include "policy/printable.h"
#include "policy/cleanup.h"

/* The documents of one call; all of them point into its message. */
struct documents {
	struct agent_document items[BUS_DOCUMENTS_MAX];
	size_t n, size;
	const char *origin;
};

static void free_documents(struct documents **documents)
{
	free(*documents);
}

static int too_large(sd_bus_error *ret_error)
{
	return sd_bus_error_set(ret_error, BUS_ERROR_TOO_LARGE,
		"At most 520 documents of one mebibyte each, and 24 mebibytes together");
}

/* The next free place, or NULL. */
static struct agent_document *add(struct documents *documents)
{
	struct agent_document *document;

	if (documents->n == BUS_DOCUMENTS_MAX)
		return NULL;
	document = &documents->items[documents->n++];
	document->origin = documents->origin;
	return document;
}

static int read_documents(
	sd_bus_message *call, struct documents *documents, sd_bus_error *ret_error)
{
	int r = sd_bus_message_enter_container(call, 'a', "(say)");

	if (r < 0)
		return r;
	while ((r = sd_bus_message_enter_container(call, 'r', "say")) > 0) {
		struct agent_document *document = add(documents);

		if (!document)
			return too_large(ret_error);
		if ((r = sd_bus_message_read(call, "s", &document->name)) < 0 ||
			(r = sd_bus_message_read_array(
				 call, 'y', &document->bytes, &document->size)) < 0 ||
			(r = sd_bus_message_exit_container(call)) < 0)
			return r;
		if (!document->bytes)
			document->bytes = ""; /* an empty file was read */
		documents->size += document->size;
		if (document->size > BUS_DOCUMENT_SIZE_MAX + 1 || documents->size > BUS_SIZE_MAX)
			return too_large(ret_error);
	}
	return r < 0 ? r : sd_bus_message_exit_container(call);
}

static int read_unreadable(
	sd_bus_message *call, struct documents *documents, sd_bus_error *ret_error)
{
	const char *name, *why;
	int r = sd_bus_message_enter_container(call, 'a', "(ss)");

	if (r < 0)
		return r;
	while ((r = sd_bus_message_read(call, "(ss)", &name, &why)) > 0) {
		struct agent_document *document = add(documents);

		if (!document)
			return too_large(ret_error);
		document->name = name;
		document->why = why;
	}
	return r < 0 ? r : sd_bus_message_exit_container(call);
}

static int tell(void *context, const struct agent_answer *answer)
{
	char name[256], text[RECORD_TEXT_MAX];

	printable_copy(name, sizeof(name), answer->name);
	printable_copy(text, sizeof(text), answer->text);
	return sd_bus_message_append(context, "(sss)", name, answer->outcome, text);
}

/* Takes every document, after the whole message was found to be within bounds. */
static int answer_update(struct bus *bus, sd_bus_message *call, sd_bus_error *ret_error)
{
	const struct bus_handlers *handlers = bus->handlers;
	CLEANUP(free_documents) struct documents *documents = calloc(1, sizeof(*documents));
	sd_bus_message *reply = NULL;
	int r;

	if (!documents)
		return -ENOMEM;
	if ((r = sd_bus_message_read(call, "s", &documents->origin)) < 0 ||
		(r = read_documents(call, documents, ret_error)) < 0 ||
		(r = read_unreadable(call, documents, ret_error)) < 0)
		return r;
	r = sd_bus_message_new_method_return(call, &reply);
	if (r < 0)
		return r;
	if ((r = sd_bus_message_open_container(reply, 'a', "(sss)")) >= 0 &&
		(r = handlers->take_documents(
			 handlers->userdata, documents->items, documents->n, tell, reply)) >= 0 &&
		(r = sd_bus_message_close_container(reply)) >= 0)
		r = sd_bus_message_send(reply);
	sd_bus_message_unref(reply);
	return r;
}

int bus_update_from(sd_bus_message *call, void *userdata, sd_bus_error *ret_error)
{
	return bus_access_check(userdata, call, BUS_ROOT, answer_update, ret_error);
}
