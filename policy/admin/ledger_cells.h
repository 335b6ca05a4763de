/* The words of the ledger: its headings, its states, and what may stand in the cells that are read.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "policy/admin/ledger.h"

enum ledger_state {
	LEDGER_STATE_UNKNOWN = 0,
	LEDGER_IN_USE,   /* 保管中, 貸出中, 持出中, or nothing is said */
	LEDGER_LOST,     /* 紛失 */
	LEDGER_DISPOSED, /* 廃棄済 */
};

/* The column that has this heading, or LEDGER_COLUMNS. */
enum ledger_column ledger_column_of(const char *heading);
const char *ledger_heading(enum ledger_column column);

enum ledger_state ledger_state_of(const char *cell);

/* Why no medium can have the control number in this cell, in words; NULL: one can. */
const char *ledger_number_fault(const char *cell);

/* Whether a serial holds what no device is known to say of itself, such as kana: somebody typed
 * it. */
bool ledger_serial_is_typed(const char *serial);

/* Whether a serial looks like a long number of which a spreadsheet kept 15 digits. Of one digit
 * more it cannot be told: every tenth ends in 0. */
bool ledger_serial_is_rounded(const char *serial);

/* Why no medium can be registered under the serial in this cell, in words; NULL: one can. */
const char *ledger_serial_fault(const char *cell);

/* What is wrong with a cell of which ledger_next_ids() could take no pair, in words. */
const char *ledger_ids_fault(const char *cell);

/*
 * Takes the next pair of ids, "0951:1666" or "0951_1666" in either case, from a cell that may hold
 * several with spaces between. Returns 1 with both outputs, 0 at the end, -EINVAL.
 */
int ledger_next_ids(const char **cursor, uint16_t *ret_vendor, uint16_t *ret_product);

/* Writes all headings of the ledger as a row. */
void ledger_write_headings(FILE *to);
/* Writes a row of which only these cells are filled. 0, or -ENOMEM. */
int ledger_write_cells(FILE *to, const char *number, const char *serial, const char *ids);
