/*
 * The ledger of exemptions as a spreadsheet of a Japanese office reads it: UTF-8 with byte order
 * mark, CRLF, Japanese headings and words in every language of the screen. Knows the time zone of
 * the environment.
 */
#pragma once

#include <stdio.h>

#include "agent/cli_ledger_rows.h"

/* Byte order mark and headings. */
void ledger_csv_begin(FILE *out);
/* One line; what this version cannot know stays empty. */
void ledger_csv_row(FILE *out, const struct ledger_row *row);
