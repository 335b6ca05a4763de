/*
 * 利用者登録簿: register.csv of a tier's folder, who may log in at its terminals. Rows are disabled
 * and never deleted: of several with one number the last is the one that holds. Columns that it
 * does not know are kept.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "policy/admin/name_index.h"
#include "policy/admin/register_columns.h"
#include "policy/admin/register_places.h"
#include "policy/problem.h"

/* What becomes of a row. */
enum register_change {
	REGISTER_STAYS = 0,
	REGISTER_IS_NEW,
	REGISTER_MOVES,
	REGISTER_LEAVES,
	REGISTER_IS_OTHER, /* something else of it changes */
	REGISTER_CHANGES,
};

struct register_cell {
	char *text;
	char *before; /* in the file; NULL: as text */
};

struct register_row {
	struct register_cell cells[REGISTER_COLUMNS];
	char **more;                        /* of the book's other columns; NULL: all empty */
	int32_t until, effective, disabled; /* days, as in the cells */
	struct register_places places;
	enum register_change change;
	bool is_named; /* the personnel file names the person */
};

struct register_book {
	struct register_row *rows;
	size_t n_rows, room;
	struct name_index by_number, by_account; /* of the last row with each */
	char **more_headings;
	size_t n_more;
};

/*
 * Reads the CSV, which has a NUL behind its size bytes; terminals that are gone are added to the
 * fleet. 0; -EBADMSG when problems were added (row and column); -ENOMEM. For register_book_clear()
 * in every case.
 */
int register_book_read(const char *bytes, size_t size, struct register_fleet *fleet,
	struct problems *problems, struct register_book *ret);
void register_book_clear(struct register_book *book);

/* The row that holds for a number, or an account; NULL: there is none. Valid until a row is added.
 */
struct register_row *register_book_find(const struct register_book *book, const char *number);
struct register_row *register_book_find_account(
	const struct register_book *book, const char *account);
const char *register_cell(const struct register_row *row, enum register_column column);
/* What the file said; "" of a new row. */
const char *register_cell_before(const struct register_row *row, enum register_column column);

/* Adds an empty row for a number and account that are not yet there, or disabled. NULL: no memory.
 */
struct register_row *register_book_add(
	struct register_book *book, const char *number, const char *account);
/* Each 0 or -ENOMEM. */
int register_row_set(struct register_row *row, enum register_column column, const char *text);
int register_row_set_day(struct register_row *row, enum register_column column, int32_t day);
int register_row_set_places(struct register_row *row, const struct register_fleet *fleet,
	const struct register_places *places);

/* Writes the register as CSV: UTF-8 with byte order mark, CRLF. 0 or -ENOMEM. */
int register_book_write(const struct register_book *book, FILE *to);
