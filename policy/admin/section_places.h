/*
 * Which terminals stand in which section (所属), as CSV with the columns 所属 and 端末: for
 * personnel files that know nothing of terminals.
 */
#pragma once

#include <stddef.h>

#include "policy/admin/name_index.h"
#include "policy/admin/register_places.h"
#include "policy/admin/register_sheet.h"
#include "policy/problem.h"

struct section_places {
	char **names; /* of the sections */
	struct register_places *places;
	size_t n, room;
	struct name_index by_name;
};

/* Reads a CSV with a NUL behind its size bytes; a section may stand in several rows. 0; -EBADMSG
 * when problems were added (row and column); -ENOMEM. For section_places_clear() in every case. */
int section_places_read(const char *bytes, size_t size, const struct register_fleet *fleet,
	struct problems *problems, struct section_places *ret);
void section_places_clear(struct section_places *sections);

/* Adds the terminals that a cell 端末 names; of what is none a problem. 0 or -ENOMEM. */
int section_places_read_cell(struct register_sheet *sheet, const struct csv_row *row,
	const struct register_fleet *fleet, struct register_places *ret);
