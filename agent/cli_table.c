#include "agent/cli_table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

/* Columns that text takes on a terminal; bytes that the locale cannot read count one each. */
static size_t width_of(const char *text)
{
	mbstate_t state = {0};
	size_t left = strlen(text), width = 0;

	while (left > 0) {
		wchar_t character;
		size_t read = mbrtowc(&character, text, left, &state);
		int columns;

		if (read == 0 || read > left) {
			memset(&state, 0, sizeof(state));
			character = L'?';
			read = 1;
		}
		columns = wcwidth(character);
		width += columns > 0 ? (size_t)columns : 0;
		text += read;
		left -= read;
	}
	return width;
}

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

static void print_row(const struct cli_table *table, size_t row, const size_t *widths)
{
	size_t owed = 0; /* spaces before the next cell: none are left at the end of a line */

	for (size_t i = 0; i < table->n_columns; i++) {
		const char *cell = table->rows[row][i];

		if (cell[0]) {
			printf("%*s%s", (int)owed, "", cell);
			owed = 0;
		}
		owed += widths[i] - (cell[0] ? width_of(cell) : 0) + 2;
	}
}

void cli_table_print(const struct cli_table *table, int heading)
{
	size_t widths[CLI_COLUMNS_MAX] = {0};
	int is_bold = heading && isatty(STDOUT_FILENO) == 1;

	for (size_t row = 0; row < table->n_rows; row++)
		for (size_t i = 0; i < table->n_columns; i++) {
			size_t width = width_of(table->rows[row][i]);

			if (width > widths[i])
				widths[i] = width;
		}
	for (size_t row = 0; row < table->n_rows; row++) {
		if (row == 0 && is_bold)
			fputs("\033[1m", stdout);
		print_row(table, row, widths);
		if (row == 0 && is_bold)
			fputs("\033[0m", stdout);
		putchar('\n');
	}
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
