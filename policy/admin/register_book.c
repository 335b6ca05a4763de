#include "policy/admin/register_book.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/csv_table.h"
#include "policy/admin/day.h"
#include "policy/admin/register_read.h"

static void clear_row(struct register_row *row, size_t n_more)
{
	for (size_t i = 0; i < REGISTER_COLUMNS; i++) {
		free(row->cells[i].text);
		free(row->cells[i].before);
	}
	for (size_t i = 0; row->more && i < n_more; i++)
		free(row->more[i]);
	free(row->more);
	register_places_clear(&row->places);
}

void register_book_clear(struct register_book *book)
{
	for (size_t i = 0; i < book->n_rows; i++)
		clear_row(&book->rows[i], book->n_more);
	for (size_t i = 0; i < book->n_more; i++)
		free(book->more_headings[i]);
	free(book->more_headings);
	free(book->rows);
	name_index_clear(&book->by_number);
	name_index_clear(&book->by_account);
	*book = (struct register_book){0};
}

static struct register_row *find(
	const struct register_book *book, const struct name_index *index, const char *name)
{
	uint32_t at;

	return name_index_find(index, name, &at) ? &book->rows[at] : NULL;
}

struct register_row *register_book_find(const struct register_book *book, const char *number)
{
	return find(book, &book->by_number, number);
}

struct register_row *register_book_find_account(
	const struct register_book *book, const char *account)
{
	return find(book, &book->by_account, account);
}

const char *register_cell(const struct register_row *row, enum register_column column)
{
	return row->cells[column].text;
}

const char *register_cell_before(const struct register_row *row, enum register_column column)
{
	const struct register_cell *cell = &row->cells[column];

	return cell->before ? cell->before : cell->text;
}

static struct register_row *make_room(struct register_book *book)
{
	size_t room = book->room > 0 ? 2 * book->room : 256;
	void *grown;

	if (book->n_rows < book->room)
		return &book->rows[book->n_rows];
	grown = reallocarray(book->rows, room, sizeof(*book->rows));
	if (!grown)
		return NULL;
	book->rows = grown;
	book->room = room;
	return &book->rows[book->n_rows];
}

struct register_row *register_book_begin(struct register_book *book)
{
	struct register_row *row = make_room(book);

	if (!row)
		return NULL;
	*row = (struct register_row){0};
	book->n_rows++;
	for (size_t i = 0; i < REGISTER_COLUMNS; i++) {
		row->cells[i].text = strdup("");
		if (!row->cells[i].text)
			return NULL;
	}
	return row;
}

int register_book_index(struct register_book *book, const struct register_row *row)
{
	uint32_t at = (uint32_t)(row - book->rows);

	if (name_index_put(&book->by_number, row->cells[REGISTER_NUMBER].text, at) < 0)
		return -ENOMEM;
	return name_index_put(&book->by_account, row->cells[REGISTER_ACCOUNT].text, at);
}

struct register_row *register_book_add(
	struct register_book *book, const char *number, const char *account)
{
	struct register_row *row = register_book_begin(book);

	if (!row || register_row_set(row, REGISTER_NUMBER, number) < 0 ||
		register_row_set(row, REGISTER_ACCOUNT, account) < 0 ||
		register_book_index(book, row) < 0)
		return NULL;
	row->change = REGISTER_IS_NEW;
	return row;
}

int register_row_set(struct register_row *row, enum register_column column, const char *text)
{
	struct register_cell *cell = &row->cells[column];
	char *copy;

	if (strcmp(cell->text, text) == 0)
		return 0;
	copy = strdup(text);
	if (!copy)
		return -ENOMEM;
	if (cell->before)
		free(cell->text);
	else
		cell->before = cell->text;
	cell->text = copy;
	return 0;
}

int register_row_set_day(struct register_row *row, enum register_column column, int32_t day)
{
	char text[DAY_TEXT_SIZE];

	if (column == REGISTER_UNTIL)
		row->until = day;
	else if (column == REGISTER_EFFECTIVE)
		row->effective = day;
	else if (column == REGISTER_DISABLED)
		row->disabled = day;
	return register_row_set(row, column, day_format(day, text));
}

int register_row_set_places(struct register_row *row, const struct register_fleet *fleet,
	const struct register_places *places)
{
	char *text = register_places_text(fleet, places);
	int r = text ? register_places_copy(places, &row->places) : -ENOMEM;

	if (r == 0)
		r = register_row_set(row, REGISTER_TERMINALS, text);
	free(text);
	return r;
}

int register_book_write(const struct register_book *book, FILE *to)
{
	int r = 0;

	fprintf(to, "%s", CSV_BYTE_ORDER_MARK);
	for (unsigned column = 0; r == 0 && column < REGISTER_COLUMNS; column++) {
		fprintf(to, "%s", column > 0 ? "," : "");
		r = csv_write_cell(to, register_heading(column));
	}
	for (size_t i = 0; r == 0 && i < book->n_more; i++) {
		fprintf(to, ",");
		r = csv_write_cell(to, book->more_headings[i]);
	}
	fprintf(to, "\r\n");
	for (size_t i = 0; r == 0 && i < book->n_rows; i++) {
		const struct register_row *row = &book->rows[i];

		for (unsigned column = 0; r == 0 && column < REGISTER_COLUMNS; column++) {
			fprintf(to, "%s", column > 0 ? "," : "");
			r = csv_write_cell(to, row->cells[column].text);
		}
		for (size_t at = 0; r == 0 && at < book->n_more; at++) {
			fprintf(to, ",");
			r = csv_write_cell(to, row->more ? row->more[at] : "");
		}
		fprintf(to, "\r\n");
	}
	return r;
}
