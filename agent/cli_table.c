#include "agent/cli_table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/cli_wrap.h"

/* A last column that is narrower than this stands on lines of its own. */
#define LAST_COLUMN_MIN 24
#define OWN_LINE_INDENT 4

int cli_table_add(struct cli_table *table, const char *const *cells)
{
	char *(*rows)[CLI_COLUMNS_MAX] =
		reallocarray(table->rows, table->n_rows + 1, sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	table->rows = rows;
	for (size_t i = 0; i < table->n_columns; i++) {
		rows[table->n_rows][i] = strdup(cells[i]);
		if (!rows[table->n_rows][i]) {
			while (i-- > 0)
				free(rows[table->n_rows][i]);
			return -ENOMEM;
		}
	}
	table->n_rows++;
	return 0;
}

/* Where the last column begins. */
static size_t last_column_at(const struct cli_table *table, const size_t *widths)
{
	size_t at = 0;

	for (size_t i = 0; i + 1 < table->n_columns; i++)
		at += widths[i] + 2;
	return at;
}

/* Below a heading, a sentence in the last column is broken between its words. */
static void print_last(FILE *out, const char *cell, size_t at, size_t owed, size_t screen)
{
	if (screen == 0 || at + cli_width_of(cell) <= screen) {
		fprintf(out, "%*s%s", (int)owed, "", cell);
	} else if (at + LAST_COLUMN_MIN > screen) {
		fprintf(out, "\n%*s", OWN_LINE_INDENT, "");
		cli_wrap_print(out, cell, OWN_LINE_INDENT, OWN_LINE_INDENT, screen);
	} else {
		fprintf(out, "%*s", (int)owed, "");
		cli_wrap_print(out, cell, at, at, screen);
	}
}

static void print_row(
	FILE *out, const struct cli_table *table, size_t row, const size_t *widths, size_t screen)
{
	size_t owed = 0; /* spaces before the next cell: none are left at the end of a line */

	for (size_t i = 0; i < table->n_columns; i++) {
		const char *cell = table->rows[row][i];

		if (cell[0] && i + 1 == table->n_columns) {
			print_last(out, cell, last_column_at(table, widths), owed, screen);
		} else if (cell[0]) {
			fprintf(out, "%*s%s", (int)owed, "", cell);
			owed = 0;
		}
		owed += widths[i] - (cell[0] ? cli_width_of(cell) : 0) + 2;
	}
}

void cli_table_print_to(FILE *out, const struct cli_table *table, bool is_bold, size_t screen)
{
	size_t widths[CLI_COLUMNS_MAX] = {0};

	for (size_t row = 0; row < table->n_rows; row++)
		for (size_t i = 0; i < table->n_columns; i++) {
			size_t width = cli_width_of(table->rows[row][i]);

			if (width > widths[i])
				widths[i] = width;
		}
	for (size_t row = 0; row < table->n_rows; row++) {
		if (row == 0 && is_bold)
			fputs("\033[1m", out);
		print_row(out, table, row, widths, screen);
		if (row == 0 && is_bold)
			fputs("\033[0m", out);
		fputc('\n', out);
	}
}

void cli_table_print(const struct cli_table *table, int heading)
{
	cli_table_print_to(
		stdout, table, heading && isatty(STDOUT_FILENO) == 1, cli_screen_width());
}

void cli_table_clear(struct cli_table *table)
{
	for (size_t row = 0; row < table->n_rows; row++)
		for (size_t i = 0; i < table->n_columns; i++)
			free(table->rows[row][i]);
	free(table->rows);
	table->rows = NULL;
	table->n_rows = 0;
}
