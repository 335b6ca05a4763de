/*
 * One line of the records, as `sekisho records` needs it: its place in the chain, and what to show.
 * agent/record.h describes the line. Whoever wrote it is not believed: what is not as it should be
 * is no record. Knows nothing of files.
 */
#pragma once

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/document.h"

#define CLI_BOOT_ID_SIZE 40

enum cli_line_form {
	LINE_NO_RECORD = 0, /* JSON, but not one of our records, or a member is missing or wrong */
	LINE_NO_JSON,
	LINE_HAS_NUL,
	LINE_TOO_LONG, /* more than RECORD_LINE_MAX; only its start was looked at */
	LINE_IS_RECORD,
};

/* What a record says of a login or a token; reason is empty where it is of none. */
struct cli_login {
	const char *reason, *reference, *user, *service, *terminal, *host, *token;
	uint64_t number, wait_s;
	int64_t drift;
};

struct cli_record {
	struct json_object *root; /* what the strings point into */
	uint64_t sequence, missing;
	char boot_id[CLI_BOOT_ID_SIZE];
	uint8_t previous_sha256[SHA256_SIZE];
	int64_t time_ms; /* since 1970-01-01 UTC */
	bool is_alert;
	const char *event;
	/* Empty where there is nothing of the kind. */
	const char *device, *vendor, *product, *manufacturer, *model;
	const char *verdict, *reason, *text, *fault;
	bool is_rehearsed, is_partly;
	uint64_t number;
	const char *operator; /* empty: nobody's number */
	struct cli_login login;
};

struct cli_record_reader;

/* 0 and *ret, or -ENOMEM. */
int cli_record_reader_new(struct cli_record_reader **ret);
/* For CLEANUP(): any reader, or NULL. */
void cli_record_reader_free(struct cli_record_reader **reader);

/*
 * Reads a line without its LF. *ret is written for LINE_IS_RECORD only, and is then to be cleared.
 */
enum cli_line_form cli_record_read(
	struct cli_record_reader *reader, const char *line, size_t size, struct cli_record *ret);
void cli_record_clear(struct cli_record *record);
