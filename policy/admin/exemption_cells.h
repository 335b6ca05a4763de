/* The cells of a row from which an exemption is prepared: columns found by their headings, and what
 * is wrong in a cell named by row and column. For exemption_sheet.c. */
#pragma once

#include <stdbool.h>

#include "policy/admin/csv_table.h"
#include "policy/admin/exemption_columns.h"
#include "policy/admin/exemption_sheet.h"

struct exemption_cells {
	struct problems *problems;
	unsigned at[EXEMPTION_COLUMNS]; /* which column of the file, from 1; 0: missing */
	size_t n_columns;               /* 0: no heading was read yet */
};

/* 0 or -EBADMSG. */
int exemption_cells_read_heading(struct exemption_cells *cells, const struct csv_row *row);
/* False, after adding a problem, where it has not as many cells as there are headings. */
bool exemption_cells_check_row(struct exemption_cells *cells, const struct csv_row *row);

/* "" where the column is missing. */
const char *exemption_cell(const struct exemption_cells *cells, const struct csv_row *row,
	enum exemption_column column);
void exemption_cell_complain(struct exemption_cells *cells, const struct csv_row *row,
	enum exemption_column column, const char *expected);

/* All but the terminal. What is wrong adds a problem and stays as it was. */
void exemption_cells_read(struct exemption_cells *cells, const struct csv_row *row,
	const struct exemption_sheet_request *request, struct exemption *ret);
