#include "agent/fetch_seen.h"

static bool is_same(const struct fetch_facts *a, const struct fetch_facts *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       a->modified_ns == b->modified_ns && a->changed_ns == b->changed_ns;
}

enum fetch_step fetch_seen_step(struct fetch_seen *seen, const struct fetch_facts *facts)
{
	if (seen->was_taken && is_same(&seen->taken, facts)) {
		seen->is_pending = false;
		return FETCH_SAME;
	}
	if (seen->is_pending && is_same(&seen->pending, facts))
		return FETCH_COPY;
	seen->is_pending = true;
	seen->pending = *facts;
	return FETCH_WAIT;
}

void fetch_seen_taken(struct fetch_seen *seen, const struct fetch_facts *facts)
{
	seen->was_taken = true;
	seen->is_pending = false;
	seen->taken = *facts;
}
