/*
 * One code that was right at two terminals: two logins with the same token and the same step or
 * counter, found from their records. While both terminals were off the network nobody could have
 * refused the second. Knows no files.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/json/json_line.h"
#include "policy/login_event.h"
#include "policy/site.h"

/* One right code. */
struct fleet_code {
	char token[LOGIN_EVENT_TEXT], user[LOGIN_EVENT_TEXT];
	char terminal[TERMINAL_NAME_MAX + 1];
	uint64_t next; /* the step or counter behind it */
	int64_t time_ms;
};

struct fleet_codes {
	struct json_line_reader reader;
	struct fleet_code *items;
	size_t n, room;
};

/* 0 and *ret, for fleet_codes_clear(); or -ENOMEM. */
int fleet_codes_init(struct fleet_codes *ret);
void fleet_codes_clear(struct fleet_codes *codes);

/* Takes a line of the records of that terminal, with or without its LF; others than of a right code
 * are passed over. 0, or -ENOMEM. */
int fleet_codes_take(
	struct fleet_codes *codes, const char *terminal, const char *line, size_t size);

/*
 * Calls tell for each code that was right at two terminals, once for each further terminal; the
 * same record may have been taken twice. Sorts the items.
 */
void fleet_codes_find(struct fleet_codes *codes,
	void (*tell)(void *context, const struct fleet_code *first, const struct fleet_code *other),
	void *context);
