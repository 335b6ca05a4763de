/* sekisho ledger exemptions: 使用・持出許可簿, from the records alone. */
#include "agent/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/cli_exemption_words.h"
#include "agent/cli_ledger_csv.h"
#include "agent/cli_ledger_rows.h"
#include "agent/cli_record_chain.h"
#include "agent/cli_record_files.h"
#include "agent/cli_record_lines.h"
#include "agent/cli_since.h"
#include "agent/cli_table.h"
#include "agent/cli_text.h"
#include "agent/cli_time.h"
#include "policy/cleanup.h"
#include "policy/printable.h"

struct job {
	struct cli_record_files files;
	struct cli_record_reader *reader;
	struct cli_lines lines;
	struct chain chain;
	struct ledger ledger;
	int64_t from_s, until_s; /* both within */
};

static void job_clear(struct job *job)
{
	cli_record_files_clear(&job->files);
	cli_record_reader_free(&job->reader);
	ledger_clear(&job->ledger);
}

/* --- which --- */

/* "2026-04-30" is all of that day where it ends a period. */
static int parse_until(const char *text, int64_t now_s, int64_t *ret)
{
	char day_end[64];

	if (strlen(text) == strlen("2026-04-30") && !strchr(text, ':')) {
		snprintf(day_end, sizeof(day_end), "%s 23:59:59", text);
		text = day_end;
	}
	return cli_since_parse(text, now_s, ret);
}

/* 0, or -EINVAL after it told the person. */
static int read_options(const struct cli_request *request, struct job *job)
{
	int64_t now_s = (int64_t)time(NULL);
	const char *from = request->form[FIELD_FROM], *wrong = NULL;

	job->from_s = INT64_MIN;
	job->until_s = INT64_MAX;
	if (from && cli_since_parse(from, now_s, &job->from_s) < 0)
		wrong = from;
	if (!wrong && request->until && parse_until(request->until, now_s, &job->until_s) < 0)
		wrong = request->until;
	if (wrong)
		fprintf(stderr,
			_("sekisho: --from and --until need a day or a time such as 2026-04-01, "
			  "not %s\n"),
			wrong);
	return wrong ? -EINVAL : 0;
}

static bool is_wanted(const struct job *job, const struct ledger_row *row)
{
	int64_t begin = ledger_row_begin(row);

	return begin >= job->from_s && begin <= job->until_s;
}

/* --- the records --- */

/* sekisho records verify tells each; here it is enough that there is one. */
static void count_fault(void *context, enum chain_finding finding, const struct chain_place *place,
	uint64_t number, enum cli_line_form form)
{
}

static int take_line(struct job *job, const struct cli_line *line)
{
	struct cli_record record;
	int r;

	chain_take(&job->chain, line);
	if (cli_record_read(job->reader, line->bytes, line->size, &record) != LINE_IS_RECORD)
		return 0;
	r = ledger_take(&job->ledger, &record);
	cli_record_clear(&record);
	return r;
}

static int read_file(struct job *job, const struct cli_record_file *file, bool is_growing)
{
	struct cli_line line;
	int r;

	chain_begin_file(&job->chain, file->name, file->number);
	cli_lines_begin(&job->lines, file->fd, 0, 0);
	job->lines.is_growing = is_growing;
	while ((r = cli_lines_next(&job->lines, &line)) > 0)
		if ((r = take_line(job, &line)) < 0)
			break;
	if (r < 0)
		fprintf(stderr, _("sekisho: %s cannot be read: %s\n"), file->name, strerror(-r));
	return r;
}

static bool has_files(const struct cli_request *request)
{
	return request->file || request->n_words > 0;
}

/* Those behind the command, and that of --file. */
static int open_files(const struct cli_request *request, struct cli_record_files *ret)
{
	size_t n = 0;
	CLEANUP(cleanup_free) char **paths = NULL;

	if (!has_files(request))
		return cli_record_files_ask(ret);
	paths = calloc((size_t)request->n_words + 1, sizeof(*paths));
	if (!paths)
		return -ENOMEM;
	if (request->file)
		paths[n++] = request->file;
	for (int i = 0; i < request->n_words; i++)
		paths[n++] = request->words[i];
	return cli_record_files_open(paths, n, ret);
}

static int read_all(struct job *job, const struct cli_request *request)
{
	int r = open_files(request, &job->files);

	chain_begin(&job->chain, job->reader, count_fault, NULL);
	for (size_t i = 0; r >= 0 && i < job->files.n; i++)
		r = read_file(
			job, &job->files.items[i], !has_files(request) && i + 1 == job->files.n);
	chain_end(&job->chain);
	return r;
}

/* --- and what they make --- */

static void print_csv(const struct job *job)
{
	ledger_csv_begin(stdout);
	for (size_t i = 0; i < job->ledger.n; i++)
		if (is_wanted(job, &job->ledger.rows[i]))
			ledger_csv_row(stdout, &job->ledger.rows[i]);
}

/* Where its life stands, by what the records say. */
static const char *state_words(const struct ledger_row *row)
{
	const int64_t *times = row->times_s;

	if (times[LEDGER_RETURNED_AT])
		return _("returned");
	if (times[LEDGER_ENDED_AT])
		return _("ended");
	if (times[LEDGER_USED_AT])
		return _("in use");
	if (row->is_revoked)
		return _("revoked");
	if (times[LEDGER_REFUSED_AT])
		return _("not permitted");
	return times[LEDGER_APPROVED_AT] ? _("permitted") : _("waiting for permission");
}

static int add_to_table(struct cli_table *table, const struct ledger_row *row)
{
	char moment[CLI_TIME_SIZE], user[256], medium[512], purpose[512];
	const char *number = ledger_text(row, LEDGER_MEDIUM);

	printable_copy(user, sizeof(user), ledger_text(row, LEDGER_USER));
	printable_copy(
		medium, sizeof(medium), number[0] ? number : ledger_text(row, LEDGER_DEVICE));
	printable_copy(purpose, sizeof(purpose), ledger_text(row, LEDGER_PURPOSE));
	return cli_table_add(table, (const char *const[]){ledger_text(row, LEDGER_ID),
					    cli_time_digits(ledger_row_begin(row), moment), user,
					    medium, state_words(row), purpose});
}

static int print_table(const struct job *job)
{
	const char *const heading[] = {
		_("NUMBER"), _("ASKED FOR"), _("USER"), _("MEDIUM"), _("STATE"), _("PURPOSE")};
	struct cli_table table = {.n_columns = sizeof(heading) / sizeof(heading[0])};
	int r = cli_table_add(&table, heading);

	for (size_t i = 0; r == 0 && i < job->ledger.n; i++)
		if (is_wanted(job, &job->ledger.rows[i]))
			r = add_to_table(&table, &job->ledger.rows[i]);
	if (r == 0 && table.n_rows == 1)
		puts(_("There is no such exemption in the records."));
	else if (r == 0)
		cli_table_print(&table, true);
	cli_table_clear(&table);
	return r;
}

int cli_ledger_exemptions(const struct cli_request *request)
{
	CLEANUP(job_clear) struct job job = {.reader = NULL};
	int r = 0;

	if (read_options(request, &job) < 0)
		return CLI_UNKNOWN;
	if (cli_record_reader_new(&job.reader) < 0) {
		fputs(_("sekisho: out of memory\n"), stderr);
		return CLI_UNKNOWN;
	}
	if (read_all(&job, request) < 0)
		return CLI_UNKNOWN;
	if (request->is_csv)
		print_csv(&job);
	else
		r = print_table(&job);
	if (r < 0) {
		fputs(_("sekisho: out of memory\n"), stderr);
		return CLI_UNKNOWN;
	}
	if (job.chain.n_faults == 0)
		return CLI_DONE;
	fputs(_("sekisho: the records are not whole: lines of the ledger may be missing or wrong.\n"
		"To see where: sekisho records verify\n"),
		stderr);
	return CLI_NO;
}
