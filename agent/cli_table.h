/* Rows of text whose columns line up on a terminal, wide characters counted as two. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define CLI_COLUMNS_MAX 8

struct cli_table {
	char *(*rows)[CLI_COLUMNS_MAX];
	size_t n_rows;
	size_t n_columns; /* set by the caller */
};

/* Copies n_columns cells. 0 or -ENOMEM. */
int cli_table_add(struct cli_table *table, const char *const *cells);
/* The first row is the heading where heading is not zero: bold on a terminal. */
void cli_table_print(const struct cli_table *table, int heading);

/* The same anywhere, with the first row bold or not, on a screen of so many columns (0: any): a
 * last column that does not fit goes on in further lines. */
void cli_table_print_to(FILE *out, const struct cli_table *table, bool is_bold, size_t screen);
void cli_table_clear(struct cli_table *table);
