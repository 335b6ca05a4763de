/*
 * What the register and the files of a personnel section have in common: columns found by their
 * headings, in any order, and cells of which a mistake is named by row and column.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/admin/csv_table.h"
#include "policy/admin/register_columns.h"
#include "policy/problem.h"

struct register_sheet {
	struct problems *problems;
	unsigned at[REGISTER_READ_COLUMNS]; /* which column of the file, from 1; 0: missing */
	size_t n_columns;                   /* 0: no heading was read yet */
};

/* Reads the row of headings, of which these must be there. 0 or -EBADMSG. */
int register_sheet_read_heading(struct register_sheet *sheet, const struct csv_row *row,
	const enum register_column *needed, size_t n_needed);
/* False, after adding a problem, where it has not as many cells as there are headings. */
bool register_sheet_check_row(struct register_sheet *sheet, const struct csv_row *row);

/* "" where the column is missing. */
const char *register_sheet_cell(
	const struct register_sheet *sheet, const struct csv_row *row, enum register_column column);
void register_sheet_complain(struct register_sheet *sheet, const struct csv_row *row,
	enum register_column column, const char *expected);
/* A day, or DAY_NONE where the cell is empty, or wrong, after adding a problem. */
int32_t register_sheet_day(
	struct register_sheet *sheet, const struct csv_row *row, enum register_column column);
