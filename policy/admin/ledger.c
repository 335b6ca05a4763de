#include "policy/admin/ledger.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/csv_table.h"
#include "policy/admin/ledger_cells.h"
#include "policy/admin/ledger_headings.h"
#include "policy/cleanup.h"
#include "policy/medium_text.h"

struct reader {
	struct problems *problems;
	struct ledger *ledger;
	size_t n_columns; /* of the heading; 0: it was not read yet */
	size_t room, lost_room;
};

static const char *cell_of(
	const struct reader *reader, const struct csv_row *row, enum ledger_column column)
{
	unsigned at = reader->ledger->at[column];

	return at > 0 ? row->cells[at - 1] : "";
}

static void cell_problem(struct reader *reader, const struct csv_row *row,
	enum ledger_column column, const char *expected)
{
	const char *cell = cell_of(reader, row, column);

	problems_add(reader->problems, row->number, reader->ledger->at[column], cell, strlen(cell),
		"%s", expected);
}

/* The cells as somebody reads them aloud. For free(); NULL without memory. */
static char *join(const struct csv_row *row)
{
	char *joined = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&joined, &size);

	if (!to)
		return NULL;
	for (size_t i = 0; i < row->n_cells; i++)
		fprintf(to, "%s%s", i > 0 ? ", " : "", row->cells[i]);
	if (fclose(to) == 0)
		return joined;
	free(joined);
	return NULL;
}

/* Names the heading that is most likely meant to be the column's. False: there is none. */
static bool name_meant(struct reader *reader, const struct csv_row *row, enum ledger_column column)
{
	for (size_t i = 0; i < row->n_cells; i++) {
		const char *cell = row->cells[i];

		if (ledger_column_of(cell) != LEDGER_COLUMNS || ledger_column_meant(cell) != column)
			continue;
		problems_add(reader->problems, row->number, (unsigned)i + 1, cell, strlen(cell),
			"a heading of the ledger; did you mean %s, written like this?",
			ledger_heading(column));
		return true;
	}
	return false;
}

/* Names the headings that are not there, and what is there in their place. */
static void name_missing(struct reader *reader, const struct csv_row *row)
{
	CLEANUP(cleanup_free) char *headings = join(row);
	size_t size = headings ? strlen(headings) : 0;
	bool is_meant[LEDGER_STATE] = {false};
	unsigned missing = 0;

	for (unsigned column = 0; column < LEDGER_STATE; column++) {
		if (reader->ledger->at[column] != 0)
			continue;
		is_meant[column] = name_meant(reader, row, column);
		missing += !is_meant[column];
	}
	if (missing == LEDGER_STATE) {
		problems_add(reader->problems, row->number, 0, headings, size,
			"the headings 管理番号, シリアル番号 and VID_PID in the first row; delete "
			"what stands above them, such as a title");
		return;
	}
	for (unsigned column = 0; column < LEDGER_STATE; column++)
		if (reader->ledger->at[column] == 0 && !is_meant[column])
			problems_add(reader->problems, row->number, 0, headings, size,
				"a column with the heading %s", ledger_heading(column));
}

/* The first row with text. */
static int read_heading(struct reader *reader, const struct csv_row *row)
{
	struct ledger *ledger = reader->ledger;

	for (size_t i = 0; i < row->n_cells; i++) {
		enum ledger_column column = ledger_column_of(row->cells[i]);

		if (column == LEDGER_COLUMNS)
			continue;
		if (ledger->at[column] != 0)
			problems_add(reader->problems, row->number, (unsigned)i + 1, row->cells[i],
				strlen(row->cells[i]), "each heading once");
		ledger->at[column] = (unsigned)i + 1;
	}
	name_missing(reader, row);
	reader->n_columns = row->n_cells;
	return problems_any(reader->problems) ? -EBADMSG : 0;
}

static int add(struct ledger_entry **entries, size_t *count, size_t *room,
	const struct medium *medium, unsigned row)
{
	if (*count == *room) {
		size_t more = *room == 0 ? 64 : *room * 2;
		void *grown = reallocarray(*entries, more, sizeof(**entries));

		if (!grown)
			return -ENOMEM;
		*entries = grown;
		*room = more;
	}
	(*entries)[(*count)++] = (struct ledger_entry){*medium, row};
	return 0;
}

/* What is the same for all identities of a row. False after adding a problem. */
static bool read_names(struct reader *reader, const struct csv_row *row, struct medium *ret)
{
	const char *number = cell_of(reader, row, LEDGER_NUMBER);
	const char *serial = cell_of(reader, row, LEDGER_SERIAL);
	const char *number_fault = ledger_number_fault(number);
	const char *serial_fault = ledger_serial_fault(serial);

	if (number_fault)
		cell_problem(reader, row, LEDGER_NUMBER, number_fault);
	if (serial_fault)
		cell_problem(reader, row, LEDGER_SERIAL, serial_fault);
	if (number_fault || serial_fault)
		return false;
	memcpy(ret->number, number, strlen(number) + 1);
	memcpy(ret->identity.serial, serial, strlen(serial) + 1);
	return true;
}

/* One entry for each pair of ids in the row. */
static int read_medium(struct reader *reader, const struct csv_row *row, bool is_lost)
{
	struct ledger *ledger = reader->ledger;
	const char *cursor = cell_of(reader, row, LEDGER_IDS);
	struct medium medium = {0};
	bool is_named = read_names(reader, row, &medium);
	struct medium_identity *identity = &medium.identity;
	int r, n = 0;

	while ((r = ledger_next_ids(&cursor, &identity->vendor, &identity->product)) > 0) {
		n++;
		if (!is_named)
			continue;
		if (is_lost)
			r = add(&ledger->lost, &ledger->n_lost_entries, &reader->lost_room, &medium,
				row->number);
		else
			r = add(&ledger->entries, &ledger->n_entries, &reader->room, &medium,
				row->number);
		if (r < 0)
			return r;
	}
	if (r < 0 || n == 0)
		cell_problem(reader, row, LEDGER_IDS,
			ledger_ids_fault(cell_of(reader, row, LEDGER_IDS)));
	return 0;
}

/* What is left out may be incomplete: who knows the serial of what is lost? */
static int read_lost(struct reader *reader, const struct csv_row *row)
{
	struct problems ignored = {0}, *problems = reader->problems;
	int r;

	reader->problems = &ignored;
	r = read_medium(reader, row, true);
	reader->problems = problems;
	problems_clear(&ignored);
	return r;
}

/* The column is where the cells end too early, or where the first one is that has no heading. */
static int add_wrong_count(struct reader *reader, const struct csv_row *row)
{
	CLEANUP(cleanup_free) char *cells = join(row);
	bool is_short = row->n_cells < reader->n_columns;
	size_t at = is_short ? row->n_cells : reader->n_columns;

	if (!cells)
		return -ENOMEM;
	problems_add(reader->problems, row->number, (unsigned)at + 1, cells, strlen(cells),
		"%zu cells, as many as headings, not %zu: %s", reader->n_columns, row->n_cells,
		is_short ? "is a comma or a quote missing?"
			 : "is a comma too many, or within a cell without quotes?");
	return 0;
}

static int read_row(const struct csv_row *row, void *user)
{
	struct reader *reader = user;

	if (reader->n_columns == 0)
		return read_heading(reader, row);
	if (row->n_cells != reader->n_columns)
		return add_wrong_count(reader, row);
	switch (ledger_state_of(cell_of(reader, row, LEDGER_STATE))) {
	case LEDGER_IN_USE: return read_medium(reader, row, false);
	case LEDGER_LOST: reader->ledger->n_lost++; return read_lost(reader, row);
	case LEDGER_DISPOSED: reader->ledger->n_disposed++; return 0;
	case LEDGER_STATE_UNKNOWN: break;
	}
	cell_problem(reader, row, LEDGER_STATE,
		"one of 保管中, 貸出中, 持出中, 紛失, 廃棄済 (or nothing)");
	return read_medium(reader, row, false);
}

static int compare(const void *left, const void *right)
{
	const struct ledger_entry *const *a = left, *const *b = right;
	int order = medium_identity_compare(&(*a)->medium.identity, &(*b)->medium.identity);

	return order != 0 ? order : (*a)->row < (*b)->row ? -1 : (*a)->row > (*b)->row;
}

/* An identity that stands in two rows cannot tell two media apart. */
static int check_identities(const struct ledger *ledger, struct problems *problems)
{
	CLEANUP(cleanup_free)
	const struct ledger_entry **sorted = calloc(ledger->n_entries + 1, sizeof(*sorted));

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < ledger->n_entries; i++)
		sorted[i] = &ledger->entries[i];
	qsort(sorted, ledger->n_entries, sizeof(*sorted), compare);
	for (size_t i = 1, first = 0; i < ledger->n_entries; i++) {
		const struct medium_identity *one = &sorted[i]->medium.identity;
		const struct ledger_entry *other = sorted[first];

		if (medium_identity_compare(one, &other->medium.identity) != 0) {
			first = i;
			continue;
		}
		problems_add(problems, sorted[i]->row, ledger->at[LEDGER_SERIAL], one->serial,
			strlen(one->serial),
			"each VID_PID with serial once: %s in row %u is %04x:%04x with it, too",
			other->medium.number, other->row, one->vendor, one->product);
	}
	return 0;
}

int ledger_read(const char *bytes, size_t size, struct problems *problems, struct ledger **ret)
{
	CLEANUP(ledger_cleanup) struct ledger *ledger = calloc(1, sizeof(*ledger));
	struct reader reader = {.problems = problems, .ledger = ledger};
	size_t found_before = problems_found(problems);
	int r;

	if (!ledger)
		return -ENOMEM;
	if (csv_is_parted_wrongly(bytes, problems))
		return -EBADMSG;
	r = csv_table_read(bytes, size, read_row, &reader, problems);
	if (r < 0 && r != -EBADMSG)
		return r;
	if (r == 0 && reader.n_columns == 0)
		problems_add(problems, 0, 0, "", 0, "a row of headings");
	r = check_identities(ledger, problems);
	if (r < 0)
		return r;
	if (problems_found(problems) != found_before)
		return -EBADMSG;
	*ret = TAKE(ledger);
	return 0;
}

void ledger_free(struct ledger *ledger)
{
	if (!ledger)
		return;
	free(ledger->entries);
	free(ledger->lost);
	free(ledger);
}

void ledger_cleanup(struct ledger **ledger)
{
	ledger_free(*ledger);
}

/* "AB" of 28, as a spreadsheet names its columns. */
static void column_letters(unsigned column, char ret[8])
{
	char reversed[8];
	size_t n = 0;

	for (; column > 0 && n < sizeof(reversed) - 1; column = (column - 1) / 26)
		reversed[n++] = (char)('A' + (column - 1) % 26);
	for (size_t i = 0; i < n; i++)
		ret[i] = reversed[n - 1 - i];
	ret[n] = '\0';
}

void ledger_print_problems(const char *path, struct problems *problems)
{
	problems_sort(problems);
	for (size_t i = 0; i < problems->count; i++) {
		const struct problem *problem = &problems->items[i];
		char letters[8];

		column_letters(problem->column, letters);
		fprintf(stderr, "%s: ", path);
		if (problem->line > 0)
			fprintf(stderr, "row %u%s%s: ", problem->line,
				problem->column > 0 ? ", column " : "", letters);
		fprintf(stderr, "read '%s', expected %s\n", problem->read, problem->expected);
	}
	if (problems->omitted > 0)
		fprintf(stderr, "%s: and %zu more\n", path, problems->omitted);
}

/* The ids of all identities of a medium with the same serial, in one cell. */
static size_t write_row(FILE *to, const struct medium *const *media, size_t n_media)
{
	CLEANUP(cleanup_free) char *ids = NULL;
	size_t n = 0, ids_size = 0;
	FILE *cell = open_memstream(&ids, &ids_size);

	if (!cell)
		return 0;
	for (; n < n_media && strcmp(media[n]->number, media[0]->number) == 0 &&
		strcmp(media[n]->identity.serial, media[0]->identity.serial) == 0;
		n++)
		fprintf(cell, "%s%04x:%04x", n > 0 ? " " : "", media[n]->identity.vendor,
			media[n]->identity.product);
	if (fclose(cell) != 0)
		return 0;
	return ledger_write_cells(to, media[0]->number, media[0]->identity.serial, ids) == 0 ? n
											     : 0;
}

int ledger_write(FILE *to, const struct medium *const *media, size_t n_media)
{
	fputs(CSV_BYTE_ORDER_MARK, to);
	ledger_write_headings(to);
	for (size_t at = 0; at < n_media;) {
		size_t n = write_row(to, media + at, n_media - at);

		if (n == 0)
			return -ENOMEM;
		at += n;
	}
	return 0;
}
