/* What of a document's head is legal and most likely not meant: dates and serials that terminals
 * would take as they stand. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "policy/document.h"

#define HEADER_DOUBTS_MAX 4

struct header_doubt {
	const char *key; /* of the first section */
	char text[200];
};

/* The doubts about header at now_s, seconds since 1970-01-01 UTC. Returns how many. */
size_t header_doubts(const struct document_header *header, int64_t now_s,
	struct header_doubt ret[HEADER_DOUBTS_MAX]);
