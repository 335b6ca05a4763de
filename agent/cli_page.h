/* A page of rows that are added one after the other; the first that finds no memory is kept. */
#pragma once

#include "agent/cli_table.h"

struct cli_page {
	struct cli_table table; /* n_columns is set by the caller */
	int result;             /* 0, or -ENOMEM: a row is missing */
};

/* Copies n_columns cells. */
void cli_page_add(struct cli_page *page, const char *const *cells);
/* The same of a label and a text. */
__attribute__((format(printf, 3, 4))) void cli_page_say(
	struct cli_page *page, const char *label, const char *format, ...);
