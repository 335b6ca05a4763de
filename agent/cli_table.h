/* Rows of text whose columns line up on a terminal, wide characters counted as two. */
#pragma once

#include <stddef.h>

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
void cli_table_clear(struct cli_table *table);
