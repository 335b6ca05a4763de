/* From the ledger to the files that terminals read. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct media_import {
	const char *folder, *ledger;
	const char *site, *tier; /* NULL: as media.ini has it, or site.ini */
	uint32_t epoch;          /* 0: the newest root's or as media.ini has it, or 1 */
	uint64_t serial;         /* 0: the next */
	int64_t not_after;       /* 0: as media.ini has it, or in 400 days */
	int64_t now_s;
	int offset_minutes; /* of the workstation's clock, for the dates */
	bool may_remove;    /* however many media go */
	bool has_removed;
	size_t n_removed; /* so many media go, and no other number */
};

/*
 * Reads the ledger and brings the folder up to it. All is checked before anything is written; only
 * what changes is written: shards, then the index, then those shards go that it does not name any
 * more. Where many media would go, it asks first, or refuses where nobody can be asked. Returns the
 * exit code after saying what changed, or what is wrong.
 */
int media_import_run(const struct media_import *import);
