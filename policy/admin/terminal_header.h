/*
 * The first section of a document that the token officer's desk writes for one terminal: of which
 * site, epoch and tier, and until when.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/document.h"

struct token_time {
	int64_t now_s, not_after; /* 0: as it was, or in 400 days */
	int offset_minutes;
	uint64_t serial;  /* 0: the next one */
	const char *tier; /* NULL: as the document or site.ini has it */
};

/*
 * Each changes header, which is that of the document at path, or empty where there is none yet.
 * EXIT_DONE, or EXIT_NO, EXIT_UNKNOWN after complaining.
 */

/* Site and epoch are those of the root above path, by which the terminal judges; with a new epoch
 * the serial is 0. EXIT_NO where header is of another site. */
int terminal_header_set_root(
	const char *path, bool is_new, int64_t now_s, struct document_header *header);
/* tier: NULL: nobody says one. */
int terminal_header_set_tier(const char *path, const char *tier, struct document_header *header);
int terminal_header_set_dates(const struct token_time *time, struct document_header *header);
