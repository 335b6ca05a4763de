/*
 * What reports remember over restarts: their number, what was counted today, and how far records
 * went up. One small checked file. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/record.h"
#include "policy/report.h"

#define REPORT_STATE_SIZE 2048 /* bytes of the file, at most */

/* A place in the files of records. */
struct report_cursor {
	uint64_t file, offset; /* file 0: nothing went up yet */
	uint64_t sequence;     /* of the last record that did */
};

struct report_state {
	uint64_t number; /* of the last report; 0: none */
	int64_t since;   /* from then on is counted; 0: nothing was */
	uint64_t blocked;
	struct report_alert alerts[REPORT_ALERTS_MAX];
	size_t n_alerts;
	struct report_cursor cursor;
};

/* The first second of the day, as Japan's clocks show it. */
int64_t report_day_start(int64_t now_s);

/* Begins to count anew where another day has come. */
void report_state_day(struct report_state *state, int64_t now_s);
/* Counts what was recorded. Whether that is news of its own: an alert. */
bool report_state_count(struct report_state *state, const struct record *record, int64_t now_s);

/* The file's text into buffer. 0 and *ret_size, or -ENOMEM. */
int report_state_encode(
	const struct report_state *state, char buffer[REPORT_STATE_SIZE], size_t *ret_size);
/* text is NUL-terminated beyond size. 0 and *ret, -EBADMSG, or -ENOMEM. */
int report_state_decode(const char *text, size_t size, struct report_state *ret);
