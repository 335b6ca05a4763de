/* For register_book.c and the reader of its file only: a row before it has a number. */
#pragma once

#include "policy/admin/register_book.h"

/* An empty row, which the book owns; NULL: no memory. */
struct register_row *register_book_begin(struct register_book *book);
/* From now on it is the one that holds for its number and account. 0 or -ENOMEM. */
int register_book_index(struct register_book *book, const struct register_row *row);
