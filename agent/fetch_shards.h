/*
 * The list of registered media and its parts: only the parts are asked for whose hash the list
 * names and the spool lacks, and the list comes behind them, so that nobody sees one without the
 * other.
 */
#pragma once

#include "agent/fetch_ask.h"

/* Parts that wait for the others of their list. All zeros: none. */
struct fetch_shards {
	struct {
		char *bytes;
		size_t size;
		char etag[FETCH_ETAG_MAX + 1];
		uint8_t sha256[SHA256_SIZE];
	} items[FETCH_SHARDS];
};

/* Takes the list if it is another, with its parts; what cannot be had now waits for the next look,
 * and the list with it. */
void fetch_shards_take(struct fetch_shards *shards, struct fetch_asking *asking);

void fetch_shards_clear(struct fetch_shards *shards);
