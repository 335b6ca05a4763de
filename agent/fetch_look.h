/*
 * One look of sekisho-fetch at its source: what is new there comes into the spool, what waits here
 * goes up. Remembers what it saw, and says on standard error what does not work, once.
 */
#pragma once

#include <stdbool.h>

#include "agent/fetch_spool.h"
#include "policy/site.h"

struct fetch_looker;

/* Of looks into this spool, which is borrowed. 0 and *ret, or -ENOMEM. */
int fetch_looker_new(const struct fetch_spool *spool, struct fetch_looker **ret);
void fetch_looker_free(struct fetch_looker *looker);

struct fetch_look {
	const struct site *site; /* with a source */
	int up_fd;               /* what waits to go up; -1: nothing does */
	bool is_full;            /* also at the roots and the shards of the list of media */
};

struct fetch_look_result {
	bool is_unsettled; /* something is being written: a full look soon */
	bool is_new;       /* something came into the spool */
	bool is_away;      /* there is no such folder now */
};

void fetch_looker_look(
	struct fetch_looker *looker, const struct fetch_look *look, struct fetch_look_result *ret);
