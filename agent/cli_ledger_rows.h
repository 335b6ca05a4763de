/*
 * The ledger of exemptions (使用・持出許可簿), gathered from records: one row an exemption,
 * whatever became of it. Records come in one by one; knows no files and no form of output.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/cli_record.h"

enum ledger_text {
	LEDGER_ID = 0,
	LEDGER_SECTION,
	LEDGER_NUMBER, /* of the employee */
	LEDGER_NAME,
	LEDGER_USER, /* the account; before it is used, of who asked */
	LEDGER_REQUESTER,
	LEDGER_PURPOSE,
	LEDGER_TERMINAL,
	LEDGER_MEDIUM, /* the control number */
	LEDGER_DEVICE, /* "0951:1666 001A92053B6A" */
	LEDGER_DIRECTION,
	LEDGER_INFORMATION,
	LEDGER_CLASSIFICATION,
	LEDGER_PERSONAL_DATA,
	LEDGER_SPECIFIC_PERSONAL_DATA,
	LEDGER_ITEMS,
	LEDGER_ENCRYPTED,
	LEDGER_DESTINATION,
	LEDGER_APPROVERS,
	LEDGER_APPROVER_NAMES,
	LEDGER_METHOD,
	LEDGER_WITNESS,
	LEDGER_EXTENDS,
	LEDGER_HOLDERS,
	LEDGER_PLACE,
	/* Not of the exemption's members: what an event said. */
	LEDGER_REFUSED, /* why it was not permitted, or does not count */
	LEDGER_ENDED,   /* word of why it ended */
	LEDGER_REPORT,  /* what the report afterwards says */
	LEDGER_TEXT_COUNT,
};

enum ledger_time {
	LEDGER_REQUESTED_AT = 0,
	LEDGER_APPROVED_AT,
	LEDGER_FROM,
	LEDGER_UNTIL,
	/* Of events. */
	LEDGER_USED_AT,
	LEDGER_ENDED_AT,
	LEDGER_RETURNED_AT,
	LEDGER_REPORTED_AT,
	LEDGER_REFUSED_AT,
	LEDGER_TIME_COUNT,
};

struct ledger_row {
	char *texts[LEDGER_TEXT_COUNT];     /* NULL: nothing is known */
	int64_t times_s[LEDGER_TIME_COUNT]; /* since 1970-01-01 UTC; 0: not known */
	int64_t first_s;                    /* when it was first heard of */
	bool is_unclean, is_revoked;
};

struct ledger {
	struct ledger_row *rows; /* in the order in which they were first heard of */
	size_t n;
};

/* Takes what a record says of an exemption; of others it takes nothing. 0 or -ENOMEM. */
int ledger_take(struct ledger *ledger, const struct cli_record *record);
/* For CLEANUP(). */
void ledger_clear(struct ledger *ledger);

/* The text, or "". */
const char *ledger_text(const struct ledger_row *row, enum ledger_text text);
/* When it was asked for; of what was prepared ahead when it was first heard of. */
int64_t ledger_row_begin(const struct ledger_row *row);
