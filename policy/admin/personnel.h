/*
 * What a personnel section delivers: who works where from which day, as CSV. It may be a list of
 * everybody, or of those who come, move and leave (人事異動). Columns are found by their headings.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/admin/register_columns.h"
#include "policy/admin/register_places.h"
#include "policy/admin/register_words.h"
#include "policy/admin/section_places.h"
#include "policy/problem.h"

/* One line of it; strings are "" where nothing is said. */
struct personnel_row {
	char *number, *name, *section, *employment, *account, *approver;
	enum register_employment kind;
	enum register_event event;
	int32_t effective, until, applied; /* days */
	struct register_places places;
	bool says_places; /* also なし */
	bool says_account;
	unsigned row; /* of the file */
};

struct personnel {
	struct personnel_row *rows; /* by day; those of one day in the order of the file */
	size_t n_rows, room;
	unsigned at[REGISTER_READ_COLUMNS]; /* which column of the file, from 1; 0: missing */
};

/* How to read it. */
struct personnel_rules {
	const struct register_fleet *fleet;
	const struct register_words *words;
	const struct section_places *sections; /* NULL: none were said */
	const char *account_prefix; /* what stands before 職員番号 in an account, or "" */
};

/*
 * Reads a CSV with a NUL behind its size bytes. Every mistake goes to problems, by row and column.
 * 0; -EBADMSG when problems were added; -ENOMEM. For personnel_clear() in every case.
 */
int personnel_read(const char *bytes, size_t size, const struct personnel_rules *rules,
	struct problems *problems, struct personnel *ret);
void personnel_clear(struct personnel *personnel);
