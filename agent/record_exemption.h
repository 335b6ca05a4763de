/*
 * What records of exemptions say: all that the ledger of exemptions is made of, so that each line
 * stands for itself. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/exemption.h"
#include "policy/exemption_fault.h"
#include "policy/site.h"

struct json;
struct record;

#define RECORD_APPROVERS_SIZE 256 /* persons with commas between */
#define RECORD_WORD_SIZE      32
#define RECORD_PATH_SIZE      256
#define RECORD_HOLDERS_SIZE   512
#define RECORD_DEVICE_ID_SIZE 400

/* How it was allowed. */
enum exemption_method {
	EXEMPTION_METHOD_NONE = 0, /* it was not, yet */
	EXEMPTION_METHOD_SCREEN,   /* asked for at the terminal, approved at a screen */
	EXEMPTION_METHOD_PHONE,
	EXEMPTION_METHOD_SEALED,   /* by a code prepared ahead */
	EXEMPTION_METHOD_PREPARED, /* ahead, without a code */
	EXEMPTION_METHOD_COUNT,
};

/* "none", "screen", …; NULL out of range. */
const char *exemption_method_name(enum exemption_method method);
int exemption_method_from_name(const char *name, enum exemption_method *ret);

/* Of a record of an exemption, a request, or a medium shown by one. What is not known is empty or
 * zero, and is not in the line. Times are seconds since 1970-01-01 UTC. */
struct record_exemption {
	char id[EXEMPTION_ID_SIZE];
	char reason[RECORD_WORD_SIZE];   /* exemption_end_name(), a fault's or the worker's word */
	char user[ACCOUNT_NAME_MAX + 1]; /* who uses it; until then who asked */
	char requester[ACCOUNT_NAME_MAX + 1];
	char approvers[RECORD_APPROVERS_SIZE];
	char approver_names[RECORD_APPROVERS_SIZE]; /* as the root has them; empty: not known */
	enum exemption_method method;
	char terminal[TERMINAL_NAME_MAX + 1];
	char medium[MEDIUM_NUMBER_MAX + 1]; /* control number */
	char device[RECORD_DEVICE_ID_SIZE]; /* "0951:1666 001A92053B6A", "usb-storage" */
	uint64_t capacity;                  /* of the medium that is meant or was shown */
	char volume[160];
	enum verdict access; /* BLOCK: not said */
	int64_t requested, approved, from, until;
	uint32_t minutes;
	char extends[EXEMPTION_ID_SIZE];
	struct exemption_form form;
	uint32_t insertions; /* so far */
	char path[RECORD_PATH_SIZE];
	bool has_ended, is_clean; /* is_clean says something where it has ended */
	char holders[RECORD_HOLDERS_SIZE];
	char place[FORM_TEXT_MAX + 1]; /* to which a medium was handed back */
};

/* What the document says of itself: all but what only its life tells. */
void record_exemption_fill(const struct exemption *exemption, struct record_exemption *ret);

/* As record_describe(). */
int record_describe_exemption(const struct record *record, char *buffer, size_t size);

/*
 * unmapped.sekisho.exemption; nothing where there is none. False where a text was cut.
 */
bool record_put_exemption(struct json *json, const struct record *record);
