#include "policy/admin/exemption_cells.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/admin/day.h"
#include "policy/admin/exemption_words.h"
#include "policy/admin/moment.h"
#include "policy/characters.h"
#include "policy/fiscal_year.h"
#include "policy/media.h"
#include "policy/value.h"

#define EXPECTED_MAX 200

int exemption_cells_read_heading(struct exemption_cells *cells, const struct csv_row *row)
{
	size_t before = problems_found(cells->problems);

	for (size_t i = 0; i < row->n_cells; i++) {
		enum exemption_column column = exemption_column_of(row->cells[i]);

		if (column == EXEMPTION_COLUMNS)
			continue;
		if (cells->at[column] != 0)
			problems_add(cells->problems, row->number, (unsigned)i + 1, row->cells[i],
				strlen(row->cells[i]),
				"each column once; it stands in column %u, too", cells->at[column]);
		cells->at[column] = (unsigned)i + 1;
	}
	for (unsigned column = 0; column < EXEMPTION_NEEDED; column++)
		if (cells->at[column] == 0)
			problems_add_missing(cells->problems, row->number, 0,
				"a column with the heading %s (or %s)", exemption_heading(column),
				exemption_heading_english(column));
	cells->n_columns = row->n_cells;
	return problems_found(cells->problems) != before ? -EBADMSG : 0;
}

bool exemption_cells_check_row(struct exemption_cells *cells, const struct csv_row *row)
{
	if (row->n_cells == cells->n_columns)
		return true;
	problems_add(cells->problems, row->number, 0, row->cells[0], strlen(row->cells[0]),
		"%zu cells, as many as headings, not %zu", cells->n_columns, row->n_cells);
	return false;
}

const char *exemption_cell(const struct exemption_cells *cells, const struct csv_row *row,
	enum exemption_column column)
{
	return cells->at[column] > 0 ? row->cells[cells->at[column] - 1] : "";
}

void exemption_cell_complain(struct exemption_cells *cells, const struct csv_row *row,
	enum exemption_column column, const char *expected)
{
	const char *cell = exemption_cell(cells, row, column);

	problems_add(cells->problems, row->number, cells->at[column], cell, strlen(cell), "%s",
		expected);
}

static void read_text(struct exemption_cells *cells, const struct csv_row *row,
	enum exemption_column column, char ret[FORM_TEXT_MAX + 1])
{
	const char *cell = exemption_cell(cells, row, column);

	if (strlen(cell) > FORM_TEXT_MAX || !utf8_is_plain(cell))
		exemption_cell_complain(cells, row, column,
			"one line of at most 120 bytes, which are 40 Japanese characters");
	else
		snprintf(ret, FORM_TEXT_MAX + 1, "%s", cell);
}

static void read_answer(struct exemption_cells *cells, const struct csv_row *row,
	enum exemption_column column, enum form_answer *ret)
{
	if (exemption_words_answer(exemption_cell(cells, row, column), ret) < 0)
		exemption_cell_complain(cells, row, column, "有 or 無 (yes or no)");
}

static bool read_count(struct exemption_cells *cells, const struct csv_row *row,
	enum exemption_column column, uint64_t min, uint64_t max, uint64_t *ret)
{
	const char *cell = exemption_cell(cells, row, column);
	char expected[EXPECTED_MAX];

	if (cell[0] == '\0')
		return false;
	if (number_parse(cell, min, max, ret) == 0)
		return true;
	snprintf(
		expected, sizeof(expected), "a number from %u to %u", (unsigned)min, (unsigned)max);
	exemption_cell_complain(cells, row, column, expected);
	return false;
}

static void read_form(
	struct exemption_cells *cells, const struct csv_row *row, struct exemption_form *form)
{
	uint64_t items;

	read_text(cells, row, EXEMPTION_PURPOSE, form->purpose);
	if (exemption_cell(cells, row, EXEMPTION_PURPOSE)[0] == '\0')
		exemption_cell_complain(cells, row, EXEMPTION_PURPOSE, "what it is for");
	read_text(cells, row, EXEMPTION_INFORMATION, form->information);
	read_text(cells, row, EXEMPTION_CLASSIFICATION, form->classification);
	read_answer(cells, row, EXEMPTION_PERSONAL, &form->personal_data);
	read_answer(cells, row, EXEMPTION_SPECIFIC_PERSONAL, &form->specific_personal_data);
	read_answer(cells, row, EXEMPTION_ENCRYPTED, &form->encrypted);
	form->has_items = read_count(cells, row, EXEMPTION_ITEMS, 0, EXEMPTION_ITEMS_MAX, &items);
	if (form->has_items)
		form->items = (uint32_t)items;
	read_text(cells, row, EXEMPTION_DESTINATION, form->destination);
	read_text(cells, row, EXEMPTION_WITNESS, form->witness);
	read_text(cells, row, EXEMPTION_SECTION, form->section);
	read_text(cells, row, EXEMPTION_NAME, form->name);
	read_text(cells, row, EXEMPTION_NUMBER, form->number);
}

static void read_use(struct exemption_cells *cells, const struct csv_row *row,
	const struct exemption_sheet_request *request, struct exemption_use *use)
{
	char expected[EXPECTED_MAX], longest[DURATION_TEXT_MAX];
	uint64_t insertions;

	if (exemption_words_direction(
		    exemption_cell(cells, row, EXEMPTION_DIRECTION), &use->access) < 0)
		exemption_cell_complain(cells, row, EXEMPTION_DIRECTION,
			"読取 or 書込 (read-only or read-write; 持出 is read-write, too)");
	if (moment_length_parse(exemption_cell(cells, row, EXEMPTION_DURATION), &use->duration_s) <
		0) {
		exemption_cell_complain(cells, row, EXEMPTION_DURATION,
			"a length such as 30分, 8時間 or 2日 (30m, 8h or 2d), at most 31d");
	} else if (request->longest_s > 0 && use->duration_s > request->longest_s) {
		snprintf(expected, sizeof(expected),
			"at most %s: the policy's longest ([exemption])",
			duration_format(request->longest_s, longest));
		exemption_cell_complain(cells, row, EXEMPTION_DURATION, expected);
	}
	if (read_count(cells, row, EXEMPTION_INSERTIONS, 1, EXEMPTION_INSERTIONS_MAX, &insertions))
		use->insertions = (uint16_t)insertions;
	if (exemption_words_survives(
		    exemption_cell(cells, row, EXEMPTION_SURVIVES), &use->survives) < 0)
		exemption_cell_complain(cells, row, EXEMPTION_SURVIVES,
			"再起動, ログアウト or both (reboot, logout)");
}

static bool read_moment(struct exemption_cells *cells, const struct csv_row *row,
	enum exemption_column column, enum moment_edge edge, int offset_minutes, int64_t *ret)
{
	if (moment_parse(exemption_cell(cells, row, column), edge, DAY_NONE, offset_minutes, ret) ==
		0)
		return true;
	exemption_cell_complain(cells, row, column,
		"a day, or a day and a time, such as 2026-11-23 8:30 or 令和8年11月23日 8時30分");
	return false;
}

static void read_times(struct exemption_cells *cells, const struct csv_row *row,
	const struct exemption_sheet_request *request, struct document_header *header)
{
	bool has_from = read_moment(cells, row, EXEMPTION_FROM, MOMENT_BEGINS,
		request->offset_minutes, &header->not_before);
	bool has_until = read_moment(cells, row, EXEMPTION_UNTIL, MOMENT_ENDS,
		request->offset_minutes, &header->not_after);
	char expected[EXPECTED_MAX], end[MOMENT_TEXT_SIZE];

	if (!has_from || !has_until)
		return;
	if (header->not_after <= header->not_before)
		exemption_cell_complain(
			cells, row, EXEMPTION_UNTIL, "an end that comes after the beginning");
	else if (header->not_after <= request->now_s)
		exemption_cell_complain(cells, row, EXEMPTION_UNTIL, "an end that is to come");
	if (header->not_after <= fiscal_year_end(header->not_before))
		return;
	snprintf(expected, sizeof(expected),
		"at most %s, the end of the fiscal year: what goes on is another row",
		moment_format(fiscal_year_end(header->not_before), request->offset_minutes, end));
	exemption_cell_complain(cells, row, EXEMPTION_UNTIL, expected);
}

static void read_medium(struct exemption_cells *cells, const struct csv_row *row,
	const struct media *media, struct exemption_medium *ret)
{
	if (exemption_words_medium(exemption_cell(cells, row, EXEMPTION_MEDIUM), ret) < 0)
		exemption_cell_complain(cells, row, EXEMPTION_MEDIUM,
			"the control number of a registered medium, such as M-00123, or "
			"usb-storage (USBメモリ) for any of them");
	else if (ret->kind == EXEMPTION_MEDIUM_REGISTERED && !media_has_number(media, ret->number))
		exemption_cell_complain(cells, row, EXEMPTION_MEDIUM,
			"a number under which a medium is registered (media.ini)");
}

static void read_users(struct exemption_cells *cells, const struct csv_row *row, bool is_sealed,
	struct exemption *ret)
{
	int r = exemption_words_users(
		exemption_cell(cells, row, EXEMPTION_USERS), ret->users, &ret->n_users);

	if (r < 0)
		exemption_cell_complain(cells, row, EXEMPTION_USERS,
			"1 to 16 different accounts of the terminals, apart by spaces, or 誰でも "
			"(any)");
	else if (ret->n_users == 0 && !is_sealed)
		exemption_cell_complain(cells, row, EXEMPTION_USERS,
			"accounts: 誰でも (any) is only for sealed codes (--sealed)");
}

void exemption_cells_read(struct exemption_cells *cells, const struct csv_row *row,
	const struct exemption_sheet_request *request, struct exemption *ret)
{
	read_users(cells, row, request->is_sealed, ret);
	read_medium(cells, row, request->media, &ret->medium);
	read_times(cells, row, request, &ret->header);
	read_use(cells, row, request, &ret->use);
	read_form(cells, row, &ret->form);
}
