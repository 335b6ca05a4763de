/*
 * The readers of the pure core as one type of function, so that one loop serves all of them. Each
 * passes on what its output held before, so that tests see whether it was written.
 */
#pragma once

#include <stddef.h>

#include "policy/problem.h"

struct reader {
	int (*read)(const char *text, size_t size, struct problems *problems, void **ret);
	void (*free)(void *value);
};

extern const struct reader ini_document_reader, policy_reader, root_reader, fresh_reader,
	tokens_reader, desks_reader;
extern const struct reader exemption_reader, exemption_request_reader, revocation_reader,
	report_reader;
extern const struct reader media_index_reader, media_shard_reader;
