/*
 * The names by which documents are handed in: "root/2.ini", "policy.ini", "media.ini", "media/3f",
 * "fresh.ini", "tokens.ini", "desks.ini", "exemptions.ini", "revocations.ini". A name is no proof:
 * it only says as what the bytes are to be judged.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "policy/document.h"

#define DOCUMENT_NAME_MAX 24

struct document_name {
	enum document_kind kind; /* DOCUMENT_NONE: no document has such a name */
	bool is_shard;
	uint64_t number; /* of a root or a shard, else 0 */
};

struct document_name document_name_parse(const char *name);
