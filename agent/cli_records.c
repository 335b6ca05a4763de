/* sekisho records show: what happened on this terminal. */
#include "agent/cli.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/cli_login_words.h"
#include "agent/cli_record.h"
#include "agent/cli_record_files.h"
#include "agent/cli_record_lines.h"
#include "agent/cli_record_words.h"
#include "agent/cli_since.h"
#include "agent/cli_table.h"
#include "agent/cli_text.h"
#include "agent/cli_time.h"
#include "policy/cleanup.h"
#include "policy/value.h"

#define LAST_DEFAULT 50
#define LAST_MAX     1000000
/* Columns line up within so many rows, so that memory has a bound. */
#define ROWS_MAX 1000

struct view {
	struct cli_record_files files;
	struct cli_record_reader *reader;
	struct cli_lines lines;
	uint64_t last; /* UINT64_MAX: all */
	int64_t since_ms;
	bool alerts_only, is_json;
	const char *reference; /* NULL: any */

	uint64_t to_skip, n_shown, n_unreadable;
	struct cli_table table;
	bool has_heading;
	int result; /* of the table: the first error stays */
};

static bool is_wanted(const struct view *view, const struct cli_record *record)
{
	return (!view->alerts_only || record->is_alert) && record->time_ms >= view->since_ms &&
	       (!view->reference || cli_login_has_reference(&record->login, view->reference));
}

typedef int (*take_record)(
	struct view *view, const struct cli_record *record, const struct cli_line *line);

/* Gives each record of a file that is wanted to take, where there is one. How many these are, or a
 * negative errno after it told the person. */
static int64_t walk_file(struct view *view, const struct cli_record_file *file, take_record take)
{
	struct cli_line line;
	struct cli_record record;
	int64_t n = 0;
	int r;

	cli_lines_begin(&view->lines, file->fd, 0, 0);
	view->lines.is_growing = true;
	while ((r = cli_lines_next(&view->lines, &line)) > 0) {
		if (cli_record_read(view->reader, line.bytes, line.size, &record) !=
			LINE_IS_RECORD) {
			view->n_unreadable += take != NULL;
			continue;
		}
		if (is_wanted(view, &record)) {
			n++;
			r = take ? take(view, &record, &line) : 0;
		}
		cli_record_clear(&record);
		if (r < 0)
			break;
	}
	if (r < 0)
		fprintf(stderr, _("sekisho: %s cannot be read: %s\n"), file->name, strerror(-r));
	return r < 0 ? r : n;
}

/* The file in which the last ones begin, and how many of its own are too many. 0 or a negative
 * errno. */
static int find_first(struct view *view, size_t *ret)
{
	uint64_t n = 0;
	size_t first = view->files.n;

	if (view->last == UINT64_MAX)
		first = 0;
	while (first > 0 && n < view->last) {
		int64_t more = walk_file(view, &view->files.items[--first], NULL);

		if (more < 0)
			return (int)more;
		n += (uint64_t)more;
	}
	view->to_skip = n > view->last ? n - view->last : 0;
	*ret = first;
	return 0;
}

static int begin_table(struct view *view)
{
	const char *const heading[] = {
		_("TIME"), _("RECORD"), _("OUTCOME"), _("DEVICE"), _("WHAT HAPPENED")};

	view->table.n_columns = sizeof(heading) / sizeof(heading[0]);
	return view->has_heading ? 0 : cli_table_add(&view->table, heading);
}

static void end_table(struct view *view)
{
	cli_table_print(&view->table, !view->has_heading);
	cli_table_clear(&view->table);
	view->has_heading = true;
}

static int add_row(struct view *view, const struct cli_record *record)
{
	char moment[CLI_TIME_SIZE], number[24], device[CLI_RECORD_WORDS_SIZE],
		words[CLI_RECORD_WORDS_SIZE];
	int r = view->table.n_rows == 0 ? begin_table(view) : 0;

	if (r < 0)
		return r;
	cli_time_digits(record->time_ms / 1000, moment);
	snprintf(number, sizeof(number), "%" PRIu64, record->sequence);
	cli_record_device(record, device);
	cli_record_happened(record, words);
	r = cli_table_add(&view->table,
		(const char *const[]){moment, number, cli_record_outcome(record), device, words});
	if (r == 0 && view->table.n_rows == ROWS_MAX)
		end_table(view);
	return r;
}

static int show(struct view *view, const struct cli_record *record, const struct cli_line *line)
{
	if (view->to_skip > 0) {
		view->to_skip--;
		return 0;
	}
	if (view->last != UINT64_MAX && view->n_shown == view->last)
		return 0; /* it came while we read */
	view->n_shown++;
	if (!view->is_json)
		return add_row(view, record);
	fwrite(line->bytes, 1, line->size, stdout);
	putchar('\n');
	return 0;
}

static int show_all(struct view *view)
{
	size_t first = 0;
	int r = find_first(view, &first);

	for (size_t i = first; r == 0 && i < view->files.n; i++) {
		int64_t n = walk_file(view, &view->files.items[i], show);

		r = n < 0 ? (int)n : 0;
	}
	if (view->table.n_rows > 0)
		end_table(view);
	if (r < 0)
		return r;
	if (view->n_shown == 0 && !view->is_json)
		puts(_("There is no such record."));
	if (view->n_unreadable > 0)
		fprintf(stderr,
			ngettext("sekisho: %" PRIu64 " line is no record; sekisho records verify "
				 "says which\n",
				"sekisho: %" PRIu64 " lines are no records; sekisho records verify "
				"says which\n",
				view->n_unreadable),
			view->n_unreadable);
	return 0;
}

/* 0, or -EINVAL after it told the person. */
static int read_options(const struct cli_request *request, struct view *view)
{
	int64_t since_s = 0;

	view->alerts_only = request->alerts_only;
	view->is_json = request->is_json;
	view->reference = request->reference;
	view->last = request->since || request->reference ? UINT64_MAX : LAST_DEFAULT;
	view->since_ms = INT64_MIN;
	if (request->last && number_parse(request->last, 1, LAST_MAX, &view->last) < 0) {
		fprintf(stderr, _("sekisho: --last needs a number from 1 to %d, not %s\n"),
			LAST_MAX, request->last);
		return -EINVAL;
	}
	if (!request->since)
		return 0;
	if (cli_since_parse(request->since, (int64_t)time(NULL), &since_s) < 0) {
		fprintf(stderr,
			_("sekisho: --since needs a time such as 2026-04-01, \"2026-04-01 08:30\", "
			  "08:30 or 2h, not %s\n"),
			request->since);
		return -EINVAL;
	}
	view->since_ms = since_s * 1000;
	return 0;
}

static void view_clear(struct view *view)
{
	cli_record_files_clear(&view->files);
	cli_record_reader_free(&view->reader);
	cli_table_clear(&view->table);
}

int cli_records_show(const struct cli_request *request)
{
	CLEANUP(view_clear) struct view view = {.reader = NULL};

	if (read_options(request, &view) < 0)
		return CLI_UNKNOWN;
	if (cli_record_reader_new(&view.reader) < 0) {
		fprintf(stderr, _("sekisho: out of memory\n"));
		return CLI_UNKNOWN;
	}
	if (cli_record_files_ask(&view.files) < 0 || show_all(&view) < 0)
		return CLI_UNKNOWN;
	return CLI_DONE;
}
