/* In which order documents appear, so that nobody who reads between two of them sees half a state.
 */
#pragma once

#include "policy/admin/site_files.h"

/* NEVER is zero: a file that has no place here is not published. */
enum publish_rank {
	PUBLISH_NEVER = 0,
	PUBLISH_ROOT,  /* who may sign comes first, one root after the other */
	PUBLISH_SHARD, /* what a list needs before the list */
	PUBLISH_MEDIA,
	PUBLISH_DESKS,
	PUBLISH_TOKENS,
	PUBLISH_POLICY,
	PUBLISH_EXEMPTIONS,
	PUBLISH_REVOCATIONS,
	PUBLISH_FRESH, /* it says what is the newest, so that must be there */
};

enum publish_rank publish_rank(const char *name);

/* For qsort() over pointers to files: by rank, roots by number, then by name. */
int publish_compare(const void *a, const void *b);
