#include "policy/admin/register_sheet.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "policy/admin/day.h"

int register_sheet_read_heading(struct register_sheet *sheet, const struct csv_row *row,
	const enum register_column *needed, size_t n_needed)
{
	size_t before = problems_found(sheet->problems);

	for (size_t i = 0; i < row->n_cells; i++) {
		enum register_column column = register_column_of(row->cells[i]);

		if (column == REGISTER_READ_COLUMNS)
			continue;
		if (sheet->at[column] != 0)
			problems_add(sheet->problems, row->number, (unsigned)i + 1, row->cells[i],
				strlen(row->cells[i]),
				"each column once; it stands in column %u, too", sheet->at[column]);
		sheet->at[column] = (unsigned)i + 1;
	}
	for (size_t i = 0; i < n_needed; i++)
		if (sheet->at[needed[i]] == 0)
			problems_add_missing(sheet->problems, row->number, 0,
				"a column with the heading %s", register_heading(needed[i]));
	sheet->n_columns = row->n_cells;
	return problems_found(sheet->problems) != before ? -EBADMSG : 0;
}

bool register_sheet_check_row(struct register_sheet *sheet, const struct csv_row *row)
{
	if (row->n_cells == sheet->n_columns)
		return true;
	problems_add(sheet->problems, row->number, 0, row->cells[0], strlen(row->cells[0]),
		"%zu cells, as many as headings, not %zu", sheet->n_columns, row->n_cells);
	return false;
}

const char *register_sheet_cell(
	const struct register_sheet *sheet, const struct csv_row *row, enum register_column column)
{
	return sheet->at[column] > 0 ? row->cells[sheet->at[column] - 1] : "";
}

void register_sheet_complain(struct register_sheet *sheet, const struct csv_row *row,
	enum register_column column, const char *expected)
{
	const char *cell = register_sheet_cell(sheet, row, column);

	problems_add(sheet->problems, row->number, sheet->at[column], cell, strlen(cell), "%s",
		expected);
}

int32_t register_sheet_day(
	struct register_sheet *sheet, const struct csv_row *row, enum register_column column)
{
	const char *cell = register_sheet_cell(sheet, row, column);
	int32_t day = DAY_NONE;

	if (cell[0] != '\0' && day_parse(cell, &day) < 0)
		register_sheet_complain(
			sheet, row, column, "a day such as 2027-04-01, 令和9年4月1日 or 5090401");
	return day;
}
