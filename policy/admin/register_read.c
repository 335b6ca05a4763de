#include "policy/admin/register_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/register_sheet.h"
#include "policy/cleanup.h"
#include "policy/login_name.h"

struct reader {
	struct register_sheet sheet;
	struct register_book *book;
	struct register_fleet *fleet;
};

static int read_heading(struct reader *reader, const struct csv_row *row)
{
	static const enum register_column needed[] = {
		REGISTER_NUMBER, REGISTER_DISABLED, REGISTER_ACCOUNT, REGISTER_TERMINALS};
	struct register_book *book = reader->book;

	book->more_headings = calloc(row->n_cells + 1, sizeof(*book->more_headings));
	if (!book->more_headings)
		return -ENOMEM;
	for (size_t i = 0; i < row->n_cells; i++) {
		if (register_column_of(row->cells[i]) < REGISTER_COLUMNS)
			continue;
		book->more_headings[book->n_more] = strdup(row->cells[i]);
		if (!book->more_headings[book->n_more])
			return -ENOMEM;
		book->n_more++;
	}
	return register_sheet_read_heading(
		&reader->sheet, row, needed, sizeof(needed) / sizeof(needed[0]));
}

static bool is_more(const struct register_sheet *sheet, size_t cell)
{
	for (unsigned column = 0; column < REGISTER_COLUMNS; column++)
		if (sheet->at[column] == cell + 1)
			return false;
	return true;
}

static int copy_cells(
	const struct reader *reader, const struct csv_row *row, struct register_row *ret)
{
	size_t n = 0;

	for (unsigned column = 0; column < REGISTER_COLUMNS; column++) {
		char *copy = strdup(register_sheet_cell(&reader->sheet, row, column));

		if (!copy)
			return -ENOMEM;
		free(ret->cells[column].text);
		ret->cells[column].text = copy;
	}
	ret->more = calloc(reader->book->n_more + 1, sizeof(*ret->more));
	for (size_t i = 0; ret->more && i < row->n_cells && n < reader->book->n_more; i++) {
		if (!is_more(&reader->sheet, i))
			continue;
		ret->more[n] = strdup(row->cells[i]);
		if (!ret->more[n++])
			return -ENOMEM;
	}
	return ret->more ? 0 : -ENOMEM;
}

static int read_places(struct register_fleet *fleet, const char *cell, struct register_places *ret)
{
	char name[TERMINAL_NAME_MAX + 2];
	uint32_t terminal;
	int r = 0;

	while (r == 0 && register_places_next(&cell, name)) {
		if (!name_index_find(&fleet->by_name, name, &terminal))
			r = register_fleet_add(fleet, name, &terminal);
		if (r == 0)
			r = register_places_add(ret, terminal);
	}
	return r;
}

/* What is disabled may stand above; two that hold cannot both be right. */
static void check_names(
	struct reader *reader, const struct csv_row *row, const struct register_row *read)
{
	const char *account = register_cell(read, REGISTER_ACCOUNT);
	const char *number = register_cell(read, REGISTER_NUMBER);
	const struct register_row *same = register_book_find(reader->book, number);
	const struct register_row *other = register_book_find_account(reader->book, account);

	if (number[0] == '\0')
		register_sheet_complain(&reader->sheet, row, REGISTER_NUMBER, "a number");
	if (!account_name_is_valid(account))
		register_sheet_complain(&reader->sheet, row, REGISTER_ACCOUNT,
			"the account of the terminals: a-z 0-9 - _, no digit first, at most 32 "
			"letters");
	if (same && same->disabled == 0)
		register_sheet_complain(&reader->sheet, row, REGISTER_NUMBER,
			"each number once among the rows that are not disabled, and the row that "
			"holds as the last");
	if (other && other != same && (other->disabled == 0 || read->disabled == 0) &&
		strcmp(register_cell(other, REGISTER_NUMBER), number) != 0)
		register_sheet_complain(&reader->sheet, row, REGISTER_ACCOUNT,
			"an account that nobody else has, now or before");
}

static int read_row(const struct csv_row *row, void *user)
{
	struct reader *reader = user;
	struct register_row *read;
	int r;

	if (reader->sheet.n_columns == 0)
		return read_heading(reader, row);
	if (!register_sheet_check_row(&reader->sheet, row))
		return 0;
	read = register_book_begin(reader->book);
	r = read ? copy_cells(reader, row, read) : -ENOMEM;
	if (r == 0)
		r = read_places(
			reader->fleet, register_cell(read, REGISTER_TERMINALS), &read->places);
	if (r < 0)
		return r;
	read->until = register_sheet_day(&reader->sheet, row, REGISTER_UNTIL);
	read->effective = register_sheet_day(&reader->sheet, row, REGISTER_EFFECTIVE);
	read->disabled = register_sheet_day(&reader->sheet, row, REGISTER_DISABLED);
	check_names(reader, row, read);
	return register_book_index(reader->book, read);
}

int register_book_read(const char *bytes, size_t size, struct register_fleet *fleet,
	struct problems *problems, struct register_book *ret)
{
	struct reader reader = {.sheet = {.problems = problems}, .book = ret, .fleet = fleet};
	size_t before = problems_found(problems);
	int r;

	if (csv_is_parted_wrongly(bytes, problems))
		return -EBADMSG;
	r = csv_table_read(bytes, size, read_row, &reader, problems);
	if (r == 0 && reader.sheet.n_columns == 0)
		problems_add_missing(problems, 1, 0, "a row of headings");
	return r == 0 && problems_found(problems) != before ? -EBADMSG : r;
}
