#include "policy/admin/personnel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/admin/admin.h"
#include "policy/admin/day.h"
#include "policy/admin/register_sheet.h"
#include "policy/cleanup.h"

struct reader {
	struct register_sheet sheet;
	struct personnel *personnel;
	const struct personnel_rules *rules;
};

static int copy(char **ret, const char *text)
{
	*ret = strdup(text);
	return *ret ? 0 : -ENOMEM;
}

static const char *cell(
	const struct reader *reader, const struct csv_row *row, enum register_column column)
{
	return register_sheet_cell(&reader->sheet, row, column);
}

/* The file's own word, or the number with the prefix. Whether it can be one matters only to who is
 * new. */
static int make_account(
	const struct reader *reader, const struct csv_row *row, struct personnel_row *person)
{
	const char *said = cell(reader, row, REGISTER_ACCOUNT);

	person->says_account = said[0] != '\0';
	if (person->says_account)
		return copy(&person->account, said);
	person->account = admin_format("%s%s", reader->rules->account_prefix, person->number);
	return person->account ? 0 : -ENOMEM;
}

static int copy_cells(
	struct reader *reader, const struct csv_row *row, struct personnel_row *person)
{
	if (copy(&person->number, cell(reader, row, REGISTER_NUMBER)) < 0 ||
		copy(&person->name, cell(reader, row, REGISTER_NAME)) < 0 ||
		copy(&person->section, cell(reader, row, REGISTER_SECTION)) < 0 ||
		copy(&person->employment, cell(reader, row, REGISTER_EMPLOYMENT)) < 0 ||
		copy(&person->approver, cell(reader, row, REGISTER_APPROVER)) < 0 ||
		make_account(reader, row, person) < 0)
		return -ENOMEM;
	return 0;
}

static void check_cells(
	struct reader *reader, const struct csv_row *row, const struct personnel_row *person)
{
	struct register_sheet *sheet = &reader->sheet;
	bool leaves = person->event == EVENT_LEAVES_ON || person->event == EVENT_LEAVES_WITH;

	if (person->number[0] == '\0')
		register_sheet_complain(sheet, row, REGISTER_NUMBER, "a number");
	if (person->event == EVENT_UNKNOWN)
		register_sheet_complain(sheet, row, REGISTER_EVENT,
			"a word of which it is known whether somebody leaves, such as 採用, 異動, "
			"退職, 転出; register-words.csv can add it");
	if (leaves && person->effective == DAY_NONE)
		register_sheet_complain(
			sheet, row, REGISTER_EFFECTIVE, "the day on which they leave");
	if (leaves || person->event == EVENT_CANCELLED)
		return;
	if (person->kind == EMPLOYMENT_UNKNOWN && person->employment[0] != '\0')
		register_sheet_complain(sheet, row, REGISTER_EMPLOYMENT,
			"a word of which it is known whether it ends with the year, such as 正規 "
			"or 会計年度任用; register-words.csv can add it");
	if (person->until != DAY_NONE && person->until < person->effective)
		register_sheet_complain(sheet, row, REGISTER_UNTIL, "a day after 発令日");
}

static bool is_none(const char *cell)
{
	return strcmp(cell, "なし") == 0 || strcmp(cell, "-") == 0 || strcmp(cell, "none") == 0;
}

/* The cell, or what belongs to the section. */
static int read_places(
	struct reader *reader, const struct csv_row *row, struct personnel_row *person)
{
	const struct section_places *sections = reader->rules->sections;
	const char *said = cell(reader, row, REGISTER_TERMINALS);
	uint32_t at;

	person->says_places = said[0] != '\0' || sections;
	if (is_none(said))
		return 0;
	if (said[0] != '\0' || !sections)
		return section_places_read_cell(
			&reader->sheet, row, reader->rules->fleet, &person->places);
	if (!name_index_find(&sections->by_name, person->section, &at))
		return 0;
	return register_places_copy(&sections->places[at], &person->places);
}

static int read_person(struct reader *reader, const struct csv_row *row)
{
	struct personnel *personnel = reader->personnel;
	struct personnel_row *person;
	int r;

	if (personnel->n_rows == personnel->room) {
		size_t room = personnel->room > 0 ? 2 * personnel->room : 256;
		void *grown = reallocarray(personnel->rows, room, sizeof(*personnel->rows));

		if (!grown)
			return -ENOMEM;
		personnel->rows = grown;
		personnel->room = room;
	}
	person = &personnel->rows[personnel->n_rows++];
	*person = (struct personnel_row){.row = row->number};
	r = copy_cells(reader, row, person);
	if (r < 0)
		return r;
	person->kind = register_employment_of(reader->rules->words, person->employment);
	person->event = register_event_of(reader->rules->words, cell(reader, row, REGISTER_EVENT));
	person->effective = register_sheet_day(&reader->sheet, row, REGISTER_EFFECTIVE);
	person->until = register_sheet_day(&reader->sheet, row, REGISTER_UNTIL);
	person->applied = register_sheet_day(&reader->sheet, row, REGISTER_APPLIED);
	check_cells(reader, row, person);
	return read_places(reader, row, person);
}

static int read_row(const struct csv_row *row, void *user)
{
	static const enum register_column needed[] = {REGISTER_NUMBER};
	struct reader *reader = user;

	if (reader->sheet.n_columns == 0)
		return register_sheet_read_heading(&reader->sheet, row, needed, 1);
	return register_sheet_check_row(&reader->sheet, row) ? read_person(reader, row) : 0;
}

static int by_number_and_day(const void *left, const void *right)
{
	const struct personnel_row *a = left, *b = right;
	int order = strcmp(a->number, b->number);

	if (order == 0)
		order = (a->effective > b->effective) - (a->effective < b->effective);
	return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

static int by_day(const void *left, const void *right)
{
	const struct personnel_row *a = left, *b = right;
	int order = (a->effective > b->effective) - (a->effective < b->effective);

	return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

/* Who retires on 31 March and is employed anew on 1 April stands there twice, and that is right. */
static void check_doubles(struct personnel *personnel, struct problems *problems)
{
	struct personnel_row *rows = personnel->rows;

	qsort(rows, personnel->n_rows, sizeof(*rows), by_number_and_day);
	for (size_t i = 1; i < personnel->n_rows; i++)
		if (strcmp(rows[i].number, rows[i - 1].number) == 0 &&
			rows[i].effective == rows[i - 1].effective)
			problems_add(problems, rows[i].row, personnel->at[REGISTER_NUMBER],
				rows[i].number, strlen(rows[i].number),
				"each person once, or once for each 発令日; row %u is of the same",
				rows[i - 1].row);
}

int personnel_read(const char *bytes, size_t size, const struct personnel_rules *rules,
	struct problems *problems, struct personnel *ret)
{
	struct reader reader = {.sheet = {.problems = problems}, .personnel = ret, .rules = rules};
	size_t before = problems_found(problems);
	int r;

	if (csv_is_parted_wrongly(bytes, problems))
		return -EBADMSG;
	r = csv_table_read(bytes, size, read_row, &reader, problems);
	memcpy(ret->at, reader.sheet.at, sizeof(ret->at));
	if (r == 0 && ret->n_rows == 0)
		problems_add_missing(
			problems, 1, 0, "a row of headings, and a row for each person");
	if (r < 0)
		return r;
	if (ret->n_rows > 0) {
		check_doubles(ret, problems);
		qsort(ret->rows, ret->n_rows, sizeof(*ret->rows), by_day);
	}
	return problems_found(problems) != before ? -EBADMSG : 0;
}

void personnel_clear(struct personnel *personnel)
{
	for (size_t i = 0; i < personnel->n_rows; i++) {
		struct personnel_row *row = &personnel->rows[i];
		char *const owned[] = {row->number, row->name, row->section, row->employment,
			row->account, row->approver};

		for (size_t at = 0; at < sizeof(owned) / sizeof(owned[0]); at++)
			free(owned[at]);
		register_places_clear(&row->places);
	}
	free(personnel->rows);
	*personnel = (struct personnel){0};
}
