/*
 * sekisho update-from: reads the folder as the person who calls, because the agent never touches
 * file systems that it does not know, and hands in the bytes. Judges nothing.
 */
#include "agent/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/bus.h"
#include "agent/cli_bus.h"
#include "agent/cli_table.h"
#include "agent/cli_trial.h"
#include "agent/descriptor.h"
#include "agent/printable.h"
#include "agent/store.h"
#include "policy/cleanup.h"

/* The documents that this version takes. */
static const char *const document_names[] = {"policy.ini"};
#define N_DOCUMENTS (sizeof(document_names) / sizeof(document_names[0]))

struct document {
	char *bytes; /* NULL: could not be read, for the reason in error */
	size_t size;
	int error;
};

static void read_documents(int directory_fd, struct document documents[N_DOCUMENTS])
{
	for (size_t i = 0; i < N_DOCUMENTS; i++) {
		struct document *document = &documents[i];

		document->error = store_read_start(directory_fd, document_names[i],
			BUS_DOCUMENT_SIZE_MAX + 1, &document->bytes, &document->size);
	}
}

static int append_document(sd_bus_message *call, const char *name, const struct document *document)
{
	int r;

	if ((r = sd_bus_message_open_container(call, 'r', "say")) < 0 ||
		(r = sd_bus_message_append(call, "s", name)) < 0 ||
		(r = sd_bus_message_append_array(call, 'y', document->bytes, document->size)) < 0)
		return r;
	return sd_bus_message_close_container(call);
}

/* In English whatever the locale: it goes into the records. */
static const char *why(int error)
{
	const char *words = strerrordesc_np(-error);

	return words ? words : "unknown error";
}

static int append_documents(
	sd_bus_message *call, const char *origin, const struct document *documents)
{
	int r = sd_bus_message_append(call, "s", origin);

	if (r < 0 || (r = sd_bus_message_open_container(call, 'a', "(say)")) < 0)
		return r;
	for (size_t i = 0; i < N_DOCUMENTS; i++)
		if (documents[i].error == 0 &&
			(r = append_document(call, document_names[i], &documents[i])) < 0)
			return r;
	if ((r = sd_bus_message_close_container(call)) < 0 ||
		(r = sd_bus_message_open_container(call, 'a', "(ss)")) < 0)
		return r;
	for (size_t i = 0; i < N_DOCUMENTS; i++)
		if (documents[i].error < 0 &&
			(r = sd_bus_message_append(
				 call, "(ss)", document_names[i], why(documents[i].error))) < 0)
			return r;
	return sd_bus_message_close_container(call);
}

/*
 * Prints what became of each document. CLI_NO when one was refused, or a negative errno.
 * *ret_applied: one was taken, and is on trial.
 */
static int print_answers(sd_bus_message *reply, bool *ret_applied)
{
	struct cli_table table = {.n_columns = 3};
	const char *name, *outcome, *text;
	int status = CLI_DONE, r = sd_bus_message_enter_container(reply, 'a', "(sss)");

	if (r < 0)
		return r;
	while ((r = sd_bus_message_read(reply, "(sss)", &name, &outcome, &text)) > 0) {
		if (strcmp(outcome, "refused") == 0)
			status = CLI_NO;
		*ret_applied |= strcmp(outcome, "applied") == 0;
		r = cli_table_add(&table, (const char *const[]){name, outcome, text});
		if (r < 0)
			break;
	}
	if (r >= 0)
		cli_table_print(&table, false);
	cli_table_clear(&table);
	return r < 0 ? r : status;
}

static int hand_in(const char *origin, const struct document *documents)
{
	CLEANUP(cli_bus_cleanup) sd_bus *bus = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *call = NULL;
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	bool is_applied = false;
	int r;

	if (cli_bus_prepare("UpdateFrom", &bus, &call) < 0)
		return CLI_UNKNOWN;
	r = append_documents(call, origin, documents);
	if (r < 0) {
		fprintf(stderr, "sekisho: the documents cannot be sent: %s\n", strerror(-r));
		return CLI_UNKNOWN;
	}
	if (cli_bus_call(bus, call, &reply) < 0)
		return CLI_UNKNOWN;
	r = print_answers(reply, &is_applied);
	if (r < 0) {
		cli_tell_bad_answer(r);
		return CLI_UNKNOWN;
	}
	if (is_applied) {
		int trial = cli_wait_for_trial();

		return trial == CLI_DONE ? r : trial;
	}
	return r;
}

int cli_update_from(const char *directory)
{
	CLEANUP(cleanup_close) int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(cleanup_free) char *path = NULL;
	struct document documents[N_DOCUMENTS] = {0};
	char origin[1024];
	int status;

	if (fd < 0) {
		fprintf(stderr, "sekisho: %s: %s\n", directory, strerror(errno));
		return CLI_UNKNOWN;
	}
	path = realpath(directory, NULL);
	printable_copy(origin, sizeof(origin), path ? path : directory);
	read_documents(fd, documents);
	status = hand_in(origin, documents);
	for (size_t i = 0; i < N_DOCUMENTS; i++)
		free(documents[i].bytes);
	return status;
}
