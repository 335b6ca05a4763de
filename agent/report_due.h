/*
 * Whether there is something to report: what was said last, and what is so now. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/report.h"

/* What all terminals apply together, they say one after the other, within so long. */
#define REPORT_SPREAD_MS 300000u

struct report_digest {
	uint8_t whole[SHA256_SIZE]; /* but times, numbers and the head of the records */
	uint8_t own[SHA256_SIZE];   /* likewise, and without what a document changes everywhere */
};

/* 0 and *ret; -EBADMSG: it is no report; -ENOMEM. */
int report_digest(const struct report *report, struct report_digest *ret);

struct report_said {
	bool is_said; /* one was made in this run */
	struct report_digest digest;
	uint64_t last_ms,
		hourly_ms; /* of the last one, and when there is to be one at the latest */
	uint64_t calm_ms;  /* when to say what all say; 0: nothing of it waits */
};

/* random is any number. What waits is noted. */
bool report_is_due(struct report_said *said, const struct report_digest *now, uint64_t now_ms,
	uint32_t random);

/* It was made; the next one is due at hourly_ms. */
void report_note_said(struct report_said *said, const struct report_digest *digest, uint64_t now_ms,
	uint64_t hourly_ms);

/* When to look again, if nothing happens before. */
uint64_t report_next_ms(const struct report_said *said);
