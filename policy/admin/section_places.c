#include "policy/admin/section_places.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/nearest.h"

struct reader {
	struct register_sheet sheet;
	const struct register_fleet *fleet;
	struct section_places *sections;
};

static void complain_of_terminal(struct register_sheet *sheet, const struct csv_row *row,
	const struct register_fleet *fleet, const char *name)
{
	char phrase[NEAREST_PHRASE_MAX];
	struct nearest nearest;

	nearest_begin(&nearest, name, strlen(name));
	for (size_t i = 0; i < fleet->n_terminals; i++)
		if (fleet->terminals[i].folder)
			nearest_offer(&nearest, fleet->terminals[i].name);
	problems_add(sheet->problems, row->number, sheet->at[REGISTER_TERMINALS], name,
		strlen(name), "a terminal that has a folder in terminals/%s",
		nearest_phrase(&nearest, "", "", phrase));
}

int section_places_read_cell(struct register_sheet *sheet, const struct csv_row *row,
	const struct register_fleet *fleet, struct register_places *ret)
{
	const char *cell = register_sheet_cell(sheet, row, REGISTER_TERMINALS);
	char name[TERMINAL_NAME_MAX + 2];
	uint32_t terminal;
	int r = 0;

	while (r == 0 && register_places_next(&cell, name)) {
		if (name_index_find(&fleet->by_name, name, &terminal) &&
			fleet->terminals[terminal].folder)
			r = register_places_add(ret, terminal);
		else
			complain_of_terminal(sheet, row, fleet, name);
	}
	return r;
}

static int add(struct section_places *sections, const char *name, uint32_t *ret)
{
	void *names, *places;

	if (sections->n == sections->room) {
		size_t room = sections->room > 0 ? 2 * sections->room : 64;

		names = reallocarray(sections->names, room, sizeof(*sections->names));
		if (!names)
			return -ENOMEM;
		sections->names = names;
		places = reallocarray(sections->places, room, sizeof(*sections->places));
		if (!places)
			return -ENOMEM;
		sections->places = places;
		sections->room = room;
	}
	sections->names[sections->n] = strdup(name);
	if (!sections->names[sections->n])
		return -ENOMEM;
	sections->places[sections->n] = (struct register_places){0};
	*ret = (uint32_t)sections->n++;
	return name_index_put(&sections->by_name, sections->names[*ret], *ret);
}

static int read_row(const struct csv_row *row, void *user)
{
	static const enum register_column needed[] = {REGISTER_SECTION, REGISTER_TERMINALS};
	struct reader *reader = user;
	const char *section;
	uint32_t at;
	int r = 0;

	if (reader->sheet.n_columns == 0)
		return register_sheet_read_heading(&reader->sheet, row, needed, 2);
	if (!register_sheet_check_row(&reader->sheet, row))
		return 0;
	section = register_sheet_cell(&reader->sheet, row, REGISTER_SECTION);
	if (section[0] == '\0')
		register_sheet_complain(&reader->sheet, row, REGISTER_SECTION, "a section");
	if (!name_index_find(&reader->sections->by_name, section, &at))
		r = add(reader->sections, section, &at);
	if (r < 0)
		return r;
	return section_places_read_cell(
		&reader->sheet, row, reader->fleet, &reader->sections->places[at]);
}

int section_places_read(const char *bytes, size_t size, const struct register_fleet *fleet,
	struct problems *problems, struct section_places *ret)
{
	struct reader reader = {.sheet = {.problems = problems}, .fleet = fleet, .sections = ret};
	size_t before = problems_found(problems);
	int r;

	if (csv_is_parted_wrongly(bytes, problems))
		return -EBADMSG;
	r = csv_table_read(bytes, size, read_row, &reader, problems);
	return r == 0 && problems_found(problems) != before ? -EBADMSG : r;
}

void section_places_clear(struct section_places *sections)
{
	for (size_t i = 0; i < sections->n; i++) {
		free(sections->names[i]);
		register_places_clear(&sections->places[i]);
	}
	free(sections->names);
	free(sections->places);
	name_index_clear(&sections->by_name);
	*sections = (struct section_places){0};
}
