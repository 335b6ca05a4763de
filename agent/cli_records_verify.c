/* sekisho records verify: whether the records are whole. */
#include "agent/cli.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/checked_lines.h"
#include "agent/cli_bus.h"
#include "agent/cli_json.h"
#include "agent/cli_record_chain.h"
#include "agent/cli_record_files.h"
#include "agent/cli_text.h"
#include "policy/sha256_text.h"
#include "policy/cleanup.h"
#include "policy/printable.h"

/* Files of something else have a fault in each line. */
#define TOLD_MAX 100

struct check {
	struct cli_record_files files;
	struct cli_record_reader *reader;
	struct cli_lines lines;
	struct chain chain;
	struct json_object *findings; /* NULL: sentences are printed */
	uint64_t n_told;
};

static const char *const forms[] = {
	[LINE_NO_RECORD] = N_("this line is no record of sekisho"),
	[LINE_NO_JSON] = N_("this line is no record: it cannot be read as JSON"),
	[LINE_HAS_NUL] = N_("this line is no record: there is a NUL byte in it"),
	[LINE_TOO_LONG] = N_("this line is no record: it is too long"),
	[LINE_IS_RECORD] = "",
};

/* With a place for the number, where there is one. */
static const char *const sentences[CHAIN_FINDING_COUNT] = {
	[CHAIN_LINE_CUT] = N_("the end of this file is missing: its last line was cut"),
	[CHAIN_NOT_FROM_FIRST] =
		N_("the records begin here with number %llu: what was before is not here"),
	[CHAIN_START_HASH] = N_("the first record speaks of a line before it"),
	[CHAIN_RECORDS_MISSING] = N_("records are missing before this line, as many as %llu"),
	[CHAIN_NOT_IN_ORDER] =
		N_("record %llu is not in order: it stands here twice, or it was moved"),
	[CHAIN_BROKEN] = N_("the line before this one was changed, or is not the one that this "
			    "record follows"),
	[CHAIN_BOOT_AGAIN] = N_("this record is of a start of the PC that was over before"),
	[CHAIN_FILE_MISSING] = N_("the files before this one are missing, from "
				  "records-%llu.jsonl on"),
	[CHAIN_FILE_EMPTY] = N_("this file is empty"),
	[CHAIN_NO_RECORD] = N_("there is no record at all"),
	[CHAIN_END_MISSING] = N_("the end is missing: the agent wrote records up to number %llu"),
	[CHAIN_OTHER_END] = N_("record %llu is another than the agent wrote"),
	[CHAIN_TORN] = N_("no fault: this line was cut when power was lost, as the records say"),
	[CHAIN_NOT_WRITTEN] = N_("no fault of the files: before this record, others found no room "
				 "on the disk, as many as %llu"),
	[CHAIN_NEWEST_EMPTY] = N_("no fault: this file is empty, as after a loss of power"),
};

static void print_finding(enum chain_finding finding, const struct chain_place *place,
	uint64_t number, enum cli_line_form form)
{
	char file[512];

	printable_copy(file, sizeof(file), place->file ? place->file : "");
	if (file[0] && place->line > 0)
		printf("%s:%" PRIu64 ": ", file, place->line);
	else if (file[0])
		printf("%s: ", file);
	if (finding == CHAIN_LINE_DAMAGED) {
		puts(_(forms[form]));
		return;
	}
	/* The table has no other place for a number than this one, and msgfmt sees to the rest. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	printf(_(sentences[finding]), (unsigned long long)number);
#pragma GCC diagnostic pop
	putchar('\n');
}

static struct json_object *finding_value(
	enum chain_finding finding, const struct chain_place *place, uint64_t number)
{
	struct json_object *object = json_object_new_object();

	cli_json_add_string(object, "finding", chain_finding_name(finding));
	cli_json_add_bool(object, "is_fault", chain_is_fault(finding));
	if (place->file)
		cli_json_add_string(object, "file", place->file);
	if (place->line > 0)
		cli_json_add_unsigned(object, "line", place->line);
	if (number > 0)
		cli_json_add_unsigned(object, "number", number);
	return object;
}

static void tell(void *context, enum chain_finding finding, const struct chain_place *place,
	uint64_t number, enum cli_line_form form)
{
	struct check *check = context;

	if (check->n_told++ >= TOLD_MAX)
		return;
	if (check->findings)
		cli_json_append(check->findings, finding_value(finding, place, number));
	else
		print_finding(finding, place, number, form);
}

/* What the agent says of the end, before its files are opened: they reach at least as far. */
static int ask_head(struct chain *chain)
{
	CLEANUP(cli_message_cleanup) sd_bus_message *reply = NULL;
	uint8_t sha256[SHA256_SIZE];
	uint64_t sequence = 0;
	const char *text = "";
	const struct cli_field fields[] = {
		{"RecordSequence", 't', &sequence, NULL},
		{"RecordSha256", 's', &text, NULL},
	};
	int r = cli_bus_get_status(fields, sizeof(fields) / sizeof(fields[0]), &reply);

	if (r < 0)
		return r;
	if (sequence > 0 && read_sha256(&text, '\0', sha256))
		chain_expect(chain, sequence, sha256);
	return 0;
}

static int check_file(struct check *check, const struct cli_record_file *file, bool is_growing)
{
	struct cli_line line;
	int r;

	chain_begin_file(&check->chain, file->name, file->number);
	cli_lines_begin(&check->lines, file->fd, 0, 0);
	check->lines.is_growing = is_growing;
	while ((r = cli_lines_next(&check->lines, &line)) > 0)
		chain_take(&check->chain, &line);
	if (r < 0)
		fprintf(stderr, _("sekisho: %s cannot be read: %s\n"), file->name, strerror(-r));
	return r;
}

static void print_summary(const struct check *check)
{
	const struct chain *chain = &check->chain;
	char sha256[SHA256_TEXT_SIZE];

	if (check->n_told > TOLD_MAX)
		printf(_("and so on, %llu in all\n"), (unsigned long long)check->n_told);
	if (chain->n_records > 0) {
		sha256_text(chain->sha256, sha256);
		printf(_("Records  %llu to %llu\n"), (unsigned long long)chain->first,
			(unsigned long long)chain->last);
		printf(_("SHA-256  %s (of the last line)\n"), sha256);
		printf(_("Lines    %llu, of %llu starts of the PC\n"),
			(unsigned long long)chain->n_lines, (unsigned long long)chain->n_boots);
	}
	if (chain->n_faults > 0)
		puts(_("The records are not whole."));
	else if (chain->head > 0)
		puts(_("The records are whole, and end as the agent says."));
	else
		puts(_("The records are whole. Compare the SHA-256 with what was written down, or "
		       "with sekisho status: only that shows whether their end was cut."));
}

static void print_json(struct check *check)
{
	const struct chain *chain = &check->chain;
	struct json_object *object = json_object_new_object();
	char sha256[SHA256_TEXT_SIZE];

	sha256_text(chain->sha256, sha256);
	cli_json_add_bool(object, "is_whole", chain->n_faults == 0);
	cli_json_add_bool(object, "is_compared", chain->head > 0);
	cli_json_add_unsigned(object, "first", chain->first);
	cli_json_add_unsigned(object, "last", chain->last);
	cli_json_add_string(object, "sha256", sha256);
	cli_json_add_unsigned(object, "lines", chain->n_lines);
	cli_json_add_unsigned(object, "boots", chain->n_boots);
	cli_json_add_unsigned(object, "faults", chain->n_faults);
	cli_json_add(object, "findings", TAKE(check->findings));
	cli_json_print(object);
}

static void check_clear(struct check *check)
{
	cli_record_files_clear(&check->files);
	cli_record_reader_free(&check->reader);
	json_object_put(check->findings);
}

static int open_files(struct check *check, const struct cli_request *request)
{
	int r;

	if (request->n_words > 0)
		return cli_record_files_open(
			request->words, (size_t)request->n_words, &check->files);
	r = ask_head(&check->chain);
	return r < 0 ? r : cli_record_files_ask(&check->files);
}

int cli_records_verify(const struct cli_request *request)
{
	CLEANUP(check_clear) struct check check = {.reader = NULL};

	if (cli_record_reader_new(&check.reader) < 0 ||
		(request->is_json && !(check.findings = json_object_new_array()))) {
		fprintf(stderr, _("sekisho: out of memory\n"));
		return CLI_UNKNOWN;
	}
	chain_begin(&check.chain, check.reader, tell, &check);
	if (open_files(&check, request) < 0)
		return CLI_UNKNOWN;
	for (size_t i = 0; i < check.files.n; i++) {
		bool is_growing = request->n_words == 0 && i + 1 == check.files.n;

		if (check_file(&check, &check.files.items[i], is_growing) < 0)
			return CLI_UNKNOWN;
	}
	chain_end(&check.chain);
	if (request->is_json)
		print_json(&check);
	else
		print_summary(&check);
	return check.chain.n_faults > 0 ? CLI_NO : CLI_DONE;
}
