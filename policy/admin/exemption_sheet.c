#include "policy/admin/exemption_sheet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/csv_table.h"
#include "policy/admin/exemption_cells.h"
#include "policy/admin/exemption_words.h"
#include "policy/cleanup.h"
#include "policy/value.h"

struct reader {
	const struct exemption_sheet_request *request;
	struct exemption_cells cells;
	struct exemption_sheet *sheet;
};

/* ret_list becomes "LIST, WORD". */
static int list_add(char **ret_list, const char *word)
{
	char *longer = *ret_list ? admin_format("%s, %s", *ret_list, word) : strdup(word);

	if (!longer)
		return -ENOMEM;
	free(*ret_list);
	*ret_list = longer;
	return 0;
}

static int add_draft(struct reader *reader, const struct exemption *exemption, unsigned row)
{
	struct exemption_sheet *sheet = reader->sheet;
	size_t room = sheet->room == 0 ? 64 : 2 * sheet->room;

	if (sheet->n == sheet->room) {
		void *grown = reallocarray(sheet->drafts, room, sizeof(*sheet->drafts));

		if (!grown)
			return -ENOMEM;
		sheet->drafts = grown;
		sheet->room = room;
	}
	sheet->drafts[sheet->n++] = (struct exemption_draft){*exemption, row};
	return 0;
}

static bool is_named_before(const struct reader *reader, unsigned row, const char *terminal)
{
	const struct exemption_sheet *sheet = reader->sheet;

	for (size_t i = sheet->n; i > 0 && sheet->drafts[i - 1].row == row; i--)
		if (strcmp(sheet->drafts[i - 1].exemption.terminal, terminal) == 0)
			return true;
	return false;
}

/* One document for each terminal of the row. */
static int add_terminals(
	struct reader *reader, const struct csv_row *row, struct exemption *exemption)
{
	const char *cursor = exemption_cell(&reader->cells, row, EXEMPTION_TERMINAL), *at;
	size_t size, n = 0;
	int r = 0;

	while (r == 0 && (size = exemption_words_next(&cursor, &at)) > 0) {
		bool is_long = size > TERMINAL_NAME_MAX;

		memcpy(exemption->terminal, at, is_long ? 0 : size);
		exemption->terminal[is_long ? 0 : size] = '\0';
		if (!word_is_valid(exemption->terminal) ||
			is_named_before(reader, row->number, exemption->terminal)) {
			exemption_cell_complain(&reader->cells, row, EXEMPTION_TERMINAL,
				"names of terminals such as desk-17 (a-z 0-9 -), each once, apart "
				"by spaces");
			return 0;
		}
		if (reader->sheet->n == EXEMPTION_SHEET_MAX) {
			exemption_cell_complain(&reader->cells, row, EXEMPTION_TERMINAL,
				"at most 2000 documents of one file");
			return 0;
		}
		r = add_draft(reader, exemption, row->number);
		n++;
	}
	if (n == 0)
		exemption_cell_complain(
			&reader->cells, row, EXEMPTION_TERMINAL, "the name of a terminal");
	return r;
}

static int read_heading(struct reader *reader, const struct csv_row *row)
{
	for (size_t i = 0; i < row->n_cells; i++)
		if (exemption_column_of(row->cells[i]) == EXEMPTION_COLUMNS &&
			row->cells[i][0] != '\0' &&
			list_add(&reader->sheet->unused, row->cells[i]) < 0)
			return -ENOMEM;
	return exemption_cells_read_heading(&reader->cells, row);
}

static int read_row(const struct csv_row *row, void *user)
{
	struct reader *reader = user;
	struct exemption exemption = {0};

	if (reader->cells.n_columns == 0)
		return read_heading(reader, row);
	if (!exemption_cells_check_row(&reader->cells, row))
		return 0;
	exemption_cells_read(&reader->cells, row, reader->request, &exemption);
	return add_terminals(reader, row, &exemption);
}

int exemption_sheet_read(const char *bytes, size_t size,
	const struct exemption_sheet_request *request, struct problems *problems,
	struct exemption_sheet *ret)
{
	struct reader reader = {.request = request, .cells = {.problems = problems}, .sheet = ret};
	size_t before = problems_found(problems);
	int r;

	if (csv_is_parted_wrongly(bytes, problems))
		return -EBADMSG;
	r = csv_table_read(bytes, size, read_row, &reader, problems);
	if (r == 0 && reader.cells.n_columns == 0)
		problems_add_missing(problems, 1, 0, "a row of headings");
	else if (r == 0 && ret->n == 0 && problems_found(problems) == before)
		problems_add_missing(problems, 2, 0, "a row for each exemption");
	return r == 0 && problems_found(problems) != before ? -EBADMSG : r;
}

void exemption_sheet_clear(struct exemption_sheet *sheet)
{
	free(sheet->drafts);
	free(sheet->unused);
	*sheet = (struct exemption_sheet){0};
}
