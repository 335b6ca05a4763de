/*
 * Whether lines are the whole chain of records, from the first to the last: each well-formed, none
 * missing, doubled or moved, each with the hash of the line before it. It refuses to know files:
 * lines come in, findings go out.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "agent/cli_record.h"
#include "agent/cli_record_lines.h"

enum chain_finding {
	/* A fault, whatever is not named here. */
	CHAIN_LINE_DAMAGED = 0, /* no record: form says why */
	CHAIN_LINE_CUT,         /* the end of the file is missing: no LF */
	CHAIN_NOT_FROM_FIRST,   /* the first record is number, and not 1 */
	CHAIN_START_HASH,       /* record 1 names a line before it */
	CHAIN_RECORDS_MISSING,  /* number of them, before this line */
	CHAIN_NOT_IN_ORDER,     /* this number was there, or a higher one: doubled or moved */
	CHAIN_BROKEN,           /* the line before is not the one that this one names */
	CHAIN_BOOT_AGAIN,       /* a boot goes on that had ended */
	CHAIN_FILE_MISSING,     /* records-number.jsonl, and maybe some behind it */
	CHAIN_FILE_EMPTY,       /* and records follow in another one */
	CHAIN_NO_RECORD,        /* there is none at all */
	CHAIN_END_MISSING,      /* the agent wrote records up to number */
	CHAIN_OTHER_END,        /* the agent wrote another record with this number */
	/* No faults, but to be known. */
	CHAIN_TORN,         /* power was lost while this line was written; the agent counted it */
	CHAIN_NOT_WRITTEN,  /* number records found no room on the disk before this one */
	CHAIN_NEWEST_EMPTY, /* power was lost when a file was begun */
	CHAIN_FINDING_COUNT,
};

bool chain_is_fault(enum chain_finding finding);
/* "line-damaged", …: the stable word; NULL out of range. */
const char *chain_finding_name(enum chain_finding finding);

struct chain_place {
	const char *file; /* as chain_begin_file() was told; NULL: in none */
	uint64_t line;    /* from 1; 0: the file as a whole */
};

typedef void (*chain_tell)(void *context, enum chain_finding finding,
	const struct chain_place *place, uint64_t number, enum cli_line_form form);

/* A boot does not come back: the last ones are remembered. */
#define CHAIN_BOOTS_MAX 64

struct chain {
	chain_tell tell;
	void *context;
	struct cli_record_reader *reader;
	const char *file;
	uint64_t file_number, file_lines;

	uint64_t n_lines, n_records, n_faults;
	uint64_t first, last;        /* sequence numbers of records; 0: none yet */
	uint8_t sha256[SHA256_SIZE]; /* of the last line */

	/* Lines since the last record that are none; the last of them may be one that was cut. */
	uint64_t n_damaged;
	struct chain_place damaged;
	enum cli_line_form damaged_form;
	bool is_damage_told;

	char boots[CHAIN_BOOTS_MAX][CLI_BOOT_ID_SIZE];
	uint64_t n_boots;

	uint64_t head; /* what the agent says that it wrote; 0: it was not asked */
	uint8_t head_sha256[SHA256_SIZE];
	bool has_head;
};

/* reader is borrowed. */
void chain_begin(
	struct chain *chain, struct cli_record_reader *reader, chain_tell tell, void *context);
/* The last record by the agent, at some moment before the files were opened. */
void chain_expect(struct chain *chain, uint64_t sequence, const uint8_t sha256[SHA256_SIZE]);
/* Another file, of which number is the N of its name; 0: it has another name. The name lives on. */
void chain_begin_file(struct chain *chain, const char *name, uint64_t number);
void chain_take(struct chain *chain, const struct cli_line *line);
/* No line is left. Whole is what has no fault then. */
void chain_end(struct chain *chain);
