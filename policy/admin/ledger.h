/*
 * The ledger of media (媒体管理台帳), read from CSV: which media are to be registered. Columns are
 * found by their headings, in any order; those that terminals need nothing of are passed over.
 * Knows nothing of shards.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

#include "policy/media.h"
#include "policy/problem.h"

/* Of the columns of the ledger these are read; their order here is that of the ledger. */
enum ledger_column {
	LEDGER_NUMBER = 0, /* 管理番号 */
	LEDGER_SERIAL,     /* シリアル番号 */
	LEDGER_IDS,        /* VID_PID */
	LEDGER_STATE,      /* 状態; may be missing */
	LEDGER_COLUMNS,
};

struct ledger_entry {
	struct medium medium; /* first: entries are sorted as media */
	unsigned row;
};

struct ledger {
	struct ledger_entry *entries; /* one for each identity, in the order of the rows */
	size_t n_entries;
	struct ledger_entry *lost; /* those that are lost, as far as their rows could be read */
	size_t n_lost_entries;
	size_t n_lost, n_disposed;   /* rows that were left out */
	unsigned at[LEDGER_COLUMNS]; /* which column of the file, from 1; 0: missing */
};

/*
 * Reads the CSV, which has a NUL behind its size bytes. Every error goes to problems, with row and
 * column in place of line and column. Returns 0 and *ret (for ledger_free()), -EBADMSG when
 * problems were added, -ENOMEM.
 */
int ledger_read(const char *bytes, size_t size, struct problems *problems, struct ledger **ret);
void ledger_free(struct ledger *ledger);
/* For CLEANUP(). */
void ledger_cleanup(struct ledger **ledger);

/* Prints problems as "PATH: row 3, column D: read '…', expected …" to stderr, in order. */
void ledger_print_problems(const char *path, struct problems *problems);

/* Writes media, sorted by medium_compare(), as a ledger: all headings, but only what is known of
 * them filled. 0, or -ENOMEM. */
int ledger_write(FILE *to, const struct medium *const *media, size_t n_media);
