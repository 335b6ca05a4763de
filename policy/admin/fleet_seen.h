/*
 * What the fleet commands saw before: TIER/fleet-seen, a line for each terminal's key. Without it
 * nobody would notice that something fell. Lines of words:
 *
 *	sekisho fleet-seen 1
 *	SHA256:… NUMBER HASH SEQUENCE HEAD SEEN FLAWS
 *
 * the number of the highest report and 16 digits of its file's hash, the highest sequence of a
 * record and the hash of its line, when that was, and the words of the alarms that nobody closed,
 * with a comma between them, or "-".
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/admin/fleet_report.h"
#include "policy/admin/name_index.h"
#include "policy/root.h"

#define FLEET_SEEN_FILE "fleet-seen"

struct fleet_memory {
	char key[FINGERPRINT_LENGTH + 1];
	uint64_t number, file_hash, sequence;
	uint8_t head[SHA256_SIZE];
	int64_t seen;
	unsigned flaws; /* that are kept; bits of FLEET_FLAW() */
};

struct fleet_seen {
	struct fleet_memory *items;
	size_t n;
	struct name_index by_key;
};

/* Reads size bytes, with a NUL behind. 0; -EBADMSG with the line that is wrong; -ENOMEM. ret is for
 * fleet_seen_clear() in every case. */
int fleet_seen_parse(const char *text, size_t size, struct fleet_seen *ret, unsigned *ret_line);
void fleet_seen_clear(struct fleet_seen *seen);

/* NULL: nothing was seen of it. */
const struct fleet_memory *fleet_seen_find(const struct fleet_seen *seen, const char *key);

/* A line with its LF, into a buffer of FLEET_SEEN_LINE_MAX bytes. */
#define FLEET_SEEN_HEAD     "sekisho fleet-seen 1\n"
#define FLEET_SEEN_LINE_MAX 320
void fleet_seen_line(const struct fleet_memory *memory, char ret[FLEET_SEEN_LINE_MAX]);

/* What a report says that does not agree with what was seen: bits of FLEET_FLAW(). */
unsigned fleet_memory_compare(const struct fleet_memory *memory, const struct fleet_report *report);
/* What is to be remembered once that report was seen, too. Nothing falls by it. */
void fleet_memory_add(struct fleet_memory *memory, const struct fleet_report *report);
