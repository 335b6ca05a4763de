/*
 * sekisho update-from: reads folders and files as the person who calls, because the agent never
 * touches file systems that it does not know, and hands in the bytes. Judges nothing.
 */
#include "agent/cli.h"

#include <errno.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/bus.h"
#include "agent/cli_bus.h"
#include "agent/cli_documents.h"
#include "agent/cli_foreign.h"
#include "agent/cli_table.h"
#include "agent/cli_text.h"
#include "agent/cli_trial.h"
#include "policy/printable.h"
#include "policy/cleanup.h"

#define ORIGIN_SIZE 1024

static int append_document(sd_bus_message *call, const struct cli_document *document)
{
	int r;

	if ((r = sd_bus_message_open_container(call, 'r', "say")) < 0 ||
		(r = sd_bus_message_append(call, "s", document->name)) < 0 ||
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
	sd_bus_message *call, const char *origin, const struct cli_documents *documents)
{
	int r = sd_bus_message_append(call, "s", origin);

	if (r < 0 || (r = sd_bus_message_open_container(call, 'a', "(say)")) < 0)
		return r;
	for (size_t i = 0; i < documents->n; i++)
		if (documents->items[i].error == 0 &&
			(r = append_document(call, &documents->items[i])) < 0)
			return r;
	if ((r = sd_bus_message_close_container(call)) < 0 ||
		(r = sd_bus_message_open_container(call, 'a', "(ss)")) < 0)
		return r;
	for (size_t i = 0; i < documents->n; i++)
		if (documents->items[i].error < 0 &&
			(r = sd_bus_message_append(call, "(ss)", documents->items[i].name,
				 why(documents->items[i].error))) < 0)
			return r;
	return sd_bus_message_close_container(call);
}

/* The bus has words for programs; those of a later agent stay as they are. */
static const char *outcome_words(const char *outcome)
{
	static const char *const words[] = {N_("applied"), N_("taken"), N_("next"), N_("not-here"),
		N_("unchanged"), N_("refused")};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], outcome) == 0)
			return _(words[i]);
	return outcome;
}

/*
 * Prints what became of each document. CLI_NO when one was refused, or a negative errno.
 * *ret_applied: a policy was taken, and is on trial.
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
		r = cli_table_add(
			&table, (const char *const[]){name, outcome_words(outcome), text});
		if (r < 0)
			break;
	}
	if (r >= 0)
		cli_table_print(&table, false);
	cli_table_clear(&table);
	return r < 0 ? r : status;
}

static int hand_in(const char *origin, const struct cli_documents *documents)
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
		fprintf(stderr, _("sekisho: the documents cannot be sent: %s\n"), strerror(-r));
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

/* Asks the agent. 0, or CLI_UNKNOWN after it told why. */
static int find_place(struct document_place *ret)
{
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	const char *site = "", *tier = "", *terminal = "";
	const struct cli_field fields[] = {{"Site", 's', &site, NULL}, {"Tier", 's', &tier, NULL},
		{"Terminal", 's', &terminal, NULL}};

	if (cli_bus_get_status(fields, sizeof(fields) / sizeof(fields[0]), &reply) < 0)
		return CLI_UNKNOWN;
	snprintf(ret->site, sizeof(ret->site), "%s", site);
	snprintf(ret->tier, sizeof(ret->tier), "%s", tier);
	snprintf(ret->terminal, sizeof(ret->terminal), "%s", terminal);
	return 0;
}

/* The folder, or that of the file; nothing where the files lie in several. */
static void note_origin(const char *path, bool is_folder, char origin[ORIGIN_SIZE])
{
	CLEANUP(cleanup_free) char *real = realpath(path, NULL);
	CLEANUP(cleanup_free) char *copy = strdup(real ? real : path);
	char text[ORIGIN_SIZE];

	if (!copy)
		return;
	printable_copy(text, sizeof(text), is_folder ? copy : dirname(copy));
	if (origin[0] && strcmp(origin, text) != 0)
		snprintf(origin, ORIGIN_SIZE, "several folders");
	else
		snprintf(origin, ORIGIN_SIZE, "%s", text);
}

/* 0, or CLI_UNKNOWN after it told why. */
static int read_path(struct cli_documents *documents, const char *path,
	const struct document_place *place, char origin[ORIGIN_SIZE])
{
	struct stat facts;
	bool is_folder;
	int r = stat(path, &facts) < 0 ? -errno : 0;

	is_folder = r == 0 && S_ISDIR(facts.st_mode);
	if (is_folder)
		r = cli_documents_add_folder(documents, path, place);
	else if (r == 0)
		r = cli_documents_add_file(documents, path);
	if (r < 0) {
		fprintf(stderr, "sekisho: %s: %s\n", path,
			r == -EINVAL  ? _("this is no document that the agent takes")
			: r == -E2BIG ? _("there are too many documents")
				      : strerror(-r));
		return CLI_UNKNOWN;
	}
	note_origin(path, is_folder, origin);
	return 0;
}

int cli_update_from(const struct cli_request *request)
{
	CLEANUP(cleanup_free) struct cli_documents *documents = calloc(1, sizeof(*documents));
	char origin[ORIGIN_SIZE] = "";
	struct document_place place;
	int status;

	if (!documents) {
		perror("sekisho");
		return CLI_UNKNOWN;
	}
	status = find_place(&place);
	for (int i = 0; status == 0 && i < request->n_words; i++)
		status = read_path(documents, request->words[i], &place, origin);
	if (status == 0)
		status = hand_in(origin, documents);
	for (int i = 0; status == CLI_NO && i < request->n_words; i++)
		cli_foreign_tell(request->words[i], &place, documents);
	cli_documents_clear(documents);
	return status;
}
