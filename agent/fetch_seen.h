/*
 * When a file of the source is copied: it is another than the one that was copied last, and it has
 * been the same in two looks, so that what somebody is writing is left alone until he is done.
 * Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What tells one state of a file from another without reading it. */
struct fetch_facts {
	uint64_t device, inode, size;
	int64_t modified_ns, changed_ns;
};

/* All zeros: never seen. */
struct fetch_seen {
	bool was_taken, is_pending;
	struct fetch_facts taken, pending;
};

/* SAME is zero: nothing is done. */
enum fetch_step { FETCH_SAME = 0, FETCH_WAIT, FETCH_COPY };

/* What is to be done with a file that is like this now. After FETCH_WAIT the next look is soon. */
enum fetch_step fetch_seen_step(struct fetch_seen *seen, const struct fetch_facts *facts);

/* It was copied, and was still like that afterwards. */
void fetch_seen_taken(struct fetch_seen *seen, const struct fetch_facts *facts);
